import type { Node } from '../../../expr/node.ts';
import { mentions } from '../dialect.ts';
import { type Py, print } from '../tree.ts';
import type { FamilyModule } from './module.ts';

/** The two passes over families as Python, for a library that differentiates by itself. Lines are not indented. */
export interface FamilyPasses {
  /** What is no array: sizes that no array tells, and unknown functions. */
  readonly statics: readonly { readonly name: string; readonly list: boolean }[];
  readonly forward: { readonly lines: readonly string[]; readonly value: Py };
  /** What the backward pass reads besides the arguments: tables of arrays by place, and arrays. */
  readonly tables: readonly string[];
  readonly arrays: readonly string[];
  readonly cotangent: string;
  readonly backward: {
    readonly lines: readonly string[];
    /** For each argument its derivative; null where none was asked for. */
    readonly results: readonly (Py | null)[];
  };
  /** All nodes that are computed. */
  readonly nodes: readonly Node[];
}

export function familyPasses(module: FamilyModule): FamilyPasses {
  const { names, passes, untold } = module;
  const cotangent = names.claimed('g');
  const run = module.run(passes.forward, true);
  const text = [...run.backward.lines, ...run.results.map(print)].join('\n');
  const read = (all: readonly string[]): string[] =>
    [...new Set(all)].filter((n) => mentions(text, n));
  const sizes = module.tablesOfSizes();
  const wanted = passes.backward.shared.gradients.map((g) => g.variable);
  return {
    statics: [
      ...untold.map((name) => ({ name, list: sizes.has(name) })),
      ...names.callables.map((c) => ({ name: c.name, list: c.meaning.startsWith('a list') })),
    ],
    forward: {
      lines: [...module.tables(run.forward.tables), ...run.forward.lines],
      value: run.value,
    },
    tables: read(run.forward.tables),
    arrays: read(run.forward.arrays),
    cotangent,
    backward: {
      lines: [...module.tables(run.backward.tables), ...run.backward.lines],
      results: names.inputs.map((i) => run.results[wanted.indexOf(i.symbol)] ?? null),
    },
    nodes: passes.nodes,
  };
}

/** `(a, tuple(b))`, what is no array as one value that does not change. */
export const staticPy = (statics: FamilyPasses['statics']): string[] =>
  statics.map(({ name, list }) => (list ? `tuple(${name})` : name));
