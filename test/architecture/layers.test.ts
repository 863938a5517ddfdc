import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { absolute } from '../support/files.ts';
import {
  CORE,
  cycles,
  importsOf,
  type Module,
  type Package,
  readModules,
  strayImports,
  upwardImports,
} from './layers.ts';

const manifest = JSON.parse(readFileSync(absolute('packages/cli/package.json'), 'utf8')) as {
  dependencies: Record<string, string>;
};
const CLI: Package = {
  folder: 'packages/cli',
  packages: [...Object.keys(manifest.dependencies), 'matgrad/check'],
  node: true,
};

const core = readModules('packages/core/src');
const cli = readModules('packages/cli/src');

describe('the packages', () => {
  // A check that looked at nothing would pass: first that there is something to look at.
  test('have modules, and these have imports', () => {
    for (const modules of [core, cli]) {
      expect(modules.length).toBeGreaterThan(0);
      expect(modules.flatMap(({ imports }) => imports).length).toBeGreaterThan(0);
    }
  });

  test('core imports nothing but its own files', () => {
    expect(strayImports(core, { ...CORE, folder: `${CORE.folder}/src` })).toEqual([]);
  });

  test('core imports from earlier rooms only', () => {
    expect(upwardImports(core)).toEqual([]);
  });

  test('cli imports its own files, Node, and its dependencies by their names', () => {
    expect(strayImports(cli, CLI)).toEqual([]);
  });

  test('no imports go round in a circle', () => {
    expect(cycles([...core, ...cli])).toEqual([]);
  });
});

describe('the check itself', () => {
  const at = (path: string, ...imports: string[]): Module => ({
    path: `packages/core/src/${path}`,
    imports,
  });

  test('sees every form of import, and none in text', () => {
    const source = `
      import type { A } from './a.ts';
      import './b.ts';
      export * from './c.ts';
      export type { D } from './d.ts';
      type E = import('./e.ts').E;
      const f = await import('./f.ts');
      // import g from './g.ts'
      const h = \`import h from './h.ts'\` + "import i from './i.ts'";
      const j = /'/; import k from 'k';`;
    const names = ['./a.ts', './b.ts', './c.ts', './d.ts', './e.ts', './f.ts', 'k'];
    expect(importsOf(source)).toEqual(names);
  });

  test('finds an import from a later room and a file without a room', () => {
    expect(upwardImports([at('shape/dim.ts', '../diagnostic/a.ts', './b.ts')])).toEqual([]);
    expect(upwardImports([at('index.ts', './emit/text.ts')])).toEqual([]);
    expect(upwardImports([at('shape/dim.ts', '../expr/node.ts')])).toHaveLength(1);
    expect(upwardImports([at('emit/text.ts', '../index.ts')])).toHaveLength(1);
    expect(upwardImports([at('attic/box.ts')])).toHaveLength(1);
  });

  test('finds what leaves a package', () => {
    const stray = ['node:fs', 'commander', '../../../cli/src/main.ts'];
    expect(strayImports([at('emit/text.ts', '../expr/node.ts', ...stray)], CORE)).toHaveLength(3);
    expect(strayImports([at('a.ts', 'node:fs', 'matgrad/dist/x.js')], CLI)).toHaveLength(1);
  });

  test('finds circles', () => {
    const a = at('expr/a.ts', './b.ts', './c.ts');
    const b = at('expr/b.ts', './c.ts');
    expect(cycles([a, b, at('expr/c.ts')])).toEqual([]);
    expect(cycles([a, b, at('expr/c.ts', '../expr/a.ts')])).toHaveLength(1);
    expect(cycles([at('expr/a.ts', './a.ts')])).toHaveLength(1);
  });
});
