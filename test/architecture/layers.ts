import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import { parseAst } from 'vitest/node';
import { absolute, filesBelow } from '../support/files.ts';

/**
 * The rooms of the core in the order of who may know whom: a room imports from itself and from rooms to its left
 * (above it here), never from one further down.
 */
export const ROOMS: readonly string[] = [
  'diagnostic',
  'shape',
  'expr',
  'syntax',
  'ops',
  'simplify',
  'notation',
  'derive',
  'cost',
  'elaborate',
  'verify',
  'gradcheck',
  'trick',
  'family',
  'explain',
  'examine',
  'emit',
  'index.ts',
  'check.ts',
];

/** What a package may import besides its own files. */
export interface Package {
  readonly folder: string;
  readonly packages: readonly string[];
  /** Whether Node's own modules are to be had. */
  readonly node: boolean;
}

export const CORE: Package = { folder: 'packages/core', packages: [], node: false };

export interface Module {
  /** From the root of the repository. */
  readonly path: string;
  readonly imports: readonly string[];
}

/** The modules below a folder; none where it does not exist. */
export function readModules(folder: string): Module[] {
  if (!existsSync(absolute(folder))) return [];
  return filesBelow(folder)
    .filter((path) => /\.[cm]?tsx?$/.test(path))
    .map((path) => ({ path, imports: importsOf(readFileSync(absolute(path), 'utf8')) }));
}

/** Every module that a source names, types and dynamic imports included, in order. */
export function importsOf(source: string): string[] {
  const found: string[] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) {
      for (const item of node) visit(item);
    } else if (typeof node === 'object' && node !== null) {
      // Of the syntax, imports, re-exports, `import()` and `import().Type` have a `source`.
      if ('type' in node && 'source' in node && node.source !== null) {
        found.push(specifier(node.source));
      }
      for (const child of Object.values(node)) visit(child);
    }
  };
  visit(parseAst(source, { lang: 'ts' }).body);
  return found;
}

function specifier(node: unknown): string {
  const literal = node as { type: string; value?: unknown };
  return typeof literal.value === 'string' ? literal.value : `(${literal.type})`;
}

/** Imports that leave a package by another door than it has. */
export function strayImports(modules: readonly Module[], from: Package): string[] {
  const allowed = (path: string, name: string): boolean =>
    name.startsWith('.')
      ? target(path, name).startsWith(`${from.folder}/`)
      : name.startsWith('node:')
        ? from.node
        : from.packages.includes(name);
  return modules.flatMap(({ path, imports }) =>
    imports.filter((name) => !allowed(path, name)).map((name) => `${path} imports ${name}`),
  );
}

/** Imports of the core that go against the order of its rooms, and files that are in no room. */
export function upwardImports(modules: readonly Module[]): string[] {
  const rank = (path: string): number =>
    ROOMS.indexOf(path.slice(`${CORE.folder}/src/`.length).split('/')[0] ?? '');
  return modules.flatMap(({ path, imports }) => {
    if (rank(path) < 0) return [`${path} is in no room`];
    return imports
      .filter((name) => name.startsWith('.') && rank(target(path, name)) > rank(path))
      .map((name) => `${path} imports ${name}, from a later room`);
  });
}

/** Each circle of imports once, as a path that comes back to its start. Imports of types count. */
export function cycles(modules: readonly Module[]): string[] {
  const graph = new Map(modules.map(({ path, imports }) => [path, imports]));
  const done = new Set<string>();
  const trail: string[] = [];
  const found: string[] = [];
  const visit = (path: string): void => {
    const imports = graph.get(path);
    if (imports === undefined || done.has(path)) return;
    const start = trail.indexOf(path);
    if (start >= 0) {
      found.push([...trail.slice(start), path].join(' -> '));
      return;
    }
    trail.push(path);
    for (const name of imports) if (name.startsWith('.')) visit(target(path, name));
    trail.pop();
    done.add(path);
  };
  for (const path of graph.keys()) visit(path);
  return found;
}

function target(path: string, name: string): string {
  return join(dirname(path), name);
}
