import { axesOf } from '../../shape/shape.ts';
import { pullbackOf } from '../program/pullback.ts';
import { mentions } from './dialect.ts';
import { linesOf, type Module } from './module.ts';
import { reshape } from './results.ts';
import { type Py, print, py } from './tree.ts';
import { write } from './write.ts';

/** The two passes of a program as Python, for a library that differentiates by itself. Lines are not indented. */
export interface Passes {
  /** Sizes and unknown functions that one of the passes uses: what is no array. */
  readonly statics: { readonly forward: readonly string[]; readonly backward: readonly string[] };
  readonly forward: { readonly lines: readonly string[]; readonly value: Py };
  /** The names of the arrays that the backward pass reads. */
  readonly saved: readonly string[];
  /** The name of the value's cotangent. */
  readonly cotangent: string;
  readonly backward: {
    readonly lines: readonly string[];
    /** For each argument its cotangent; null for one that no derivative was asked for. */
    readonly results: readonly (Py | null)[];
  };
}

export function passesOf(module: Module): Passes {
  const { request } = module;
  const { cotangent, kept, parts, gradients } = pullbackOf(request);
  const g = module.claimPart(cotangent, 'g');
  for (const { symbol } of kept) module.claimPart(symbol, symbol.name.replace('#', ''));
  for (const { symbol } of parts) module.claimPart(symbol);

  const place = module.place();
  const forwardRoots = [request.value, ...kept.map((k) => k.symbol)];
  const forward = write(forwardRoots, kept, place);
  const [value = py.int(0)] = module.finished(forward, [request.valueShape], place);
  const forwardLines = [
    ...module.flattened(module.needed(forwardRoots, kept)),
    ...linesOf(forward),
  ];

  const behind = module.place(py.name(g));
  const roots = gradients.map((x) => x.node);
  const backward = write(roots, parts, behind);
  const shapes = gradients.map((x) => x.variable.shape);
  const results = module.finished(backward, shapes, behind);
  const axes = axesOf(request.valueShape);
  const flat =
    axes.length === request.valueShape.length
      ? []
      : [`${g} = ${print(reshape(py.name(g), axes.map(module.dim)))}`];
  const backwardLines = [...flat, ...linesOf(backward)];

  const used = (
    names: readonly string[],
    lines: readonly string[],
    ends: readonly Py[],
  ): string[] => {
    const text = [...lines, ...ends.map(print)].join('\n');
    return names.filter((n) => mentions(text, n));
  };
  const names = [...module.sizes(), ...module.callables.map((c) => c.name)];
  const arrays = [
    ...module.arguments.map((a) => a.name),
    ...kept.flatMap((k) => {
      const code = place.symbol(k.symbol);
      return code.kind === 'name' ? [code.text] : [];
    }),
  ];
  const by = new Map(gradients.map((x, k) => [x.variable, results[k]] as const));
  return {
    statics: {
      forward: used(names, forwardLines, [value]),
      backward: used(names, backwardLines, results),
    },
    forward: { lines: forwardLines, value },
    saved: used(arrays, backwardLines, results),
    cotangent: g,
    backward: {
      lines: backwardLines,
      results: request.inputs.map(({ symbol }) => by.get(symbol) ?? null),
    },
  };
}

/** `a, b`, or `(a,)` for one, to be assigned to; undefined for nothing. */
export const targets = (names: readonly string[]): string | undefined =>
  names.length === 0 ? undefined : names.length === 1 ? `(${names[0]},)` : names.join(', ');

/** `(a, b)` as an expression. */
export const tuple = (names: readonly string[]): string => print(py.tuple(names.map(py.name)));
