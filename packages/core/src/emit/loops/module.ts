import { linesOf } from '../../cost/lines.ts';
import type { Apply, Node, Sym } from '../../expr/node.ts';
import { postorder, rewriter } from '../../expr/walk.ts';
import { atomText, type Dim, dimAtoms } from '../../shape/dim.ts';
import { formatDim, type Shape } from '../../shape/shape.ts';
import { docFormula } from '../program/formula.ts';
import { programSizes } from '../program/lengths.ts';
import type { FormulaProgram } from '../program/request.ts';
import { nameText } from '../text.ts';
import { fused } from './fuse.ts';
import { appliedIn, type Store, storeOf, type Unit } from './ir.ts';
import { turnedLines, withFactors } from './layout.ts';
import { Lowering } from './lower.ts';
import { atomName, Names } from './names.ts';
import { type Slots, slotsOf } from './slots.ts';
import { ROUTINE_NAMES } from './translate.ts';

/** A function that the user left unknown: a parameter. */
export interface Callable {
  readonly key: string;
  readonly name: string;
  readonly kind: 'entries' | 'scalar' | 'gradient';
  /** Axes of the argument, for functions of whole arrays. */
  readonly axes: readonly Dim[];
  readonly meaning: string;
}

export interface Argument {
  readonly symbol: Sym;
  readonly name: string;
  readonly shape: Shape;
}

/** One result of a function. */
export interface Output {
  /** Where it is put together. */
  readonly store: Store;
  readonly shape: Shape;
  /** A parameter's name for it, where results are parameters. */
  readonly name: string;
  /** The variable by which was differentiated; null for the value itself. */
  readonly variable: Sym | null;
  /** The formula, for the documentation. */
  readonly about: string;
}

/** A function of the module: what it computes, as units of work on stores. */
export interface LoopFunction {
  readonly kind: 'value' | 'derivative' | 'both';
  readonly outputs: readonly Output[];
  readonly units: readonly Unit[];
  readonly slots: Slots;
  readonly names: Names;
  readonly callables: readonly Callable[];
}

/** What all functions of a module share, whatever the language. */
export interface LoopModule {
  readonly program: FormulaProgram;
  readonly arguments: readonly Argument[];
  /** Lengths that the functions are told: the dimension's text and its identifier. */
  readonly sizes: ReadonlyMap<string, string>;
  readonly functions: readonly LoopFunction[];
  readonly callable: (node: Apply) => string;
}

/** Puts the value and the derivatives of a program into loops. */
export function loopModule(program: FormulaProgram): LoopModule {
  const names = new Names(ROUTINE_NAMES);
  const args = program.inputs.map(({ symbol, shape }) => ({
    symbol,
    shape,
    name: names.claim(atomName(symbol.name, symbol.index)),
  }));
  const roots = [
    program.value,
    ...program.parts.map((p) => p.node),
    ...program.derivatives.map((d) => d.node),
  ];
  const nodes = postorder(roots);
  const sizes = new Map<string, string>();
  for (const { text, name } of dimensionsOf(program, nodes)) sizes.set(text, names.claim(name));
  const callables = callablesOf(nodes, names);
  const parts = new Map(
    program.parts.map((p) => [p.symbol, names.claim(atomName(p.symbol.name, p.symbol.index))]),
  );
  const value: Wanted = {
    node: program.value,
    shape: program.valueShape,
    name: names.claim('result'),
    variable: null,
    about: program.title,
  };
  const derivatives = program.derivatives.map((d) => ({
    node: d.node,
    shape: d.shape,
    name: names.claim(`d_${atomName(d.variable.name, d.variable.index)}`),
    variable: d.variable,
    about: d.text,
  }));
  const make = (kind: LoopFunction['kind'], wanted: readonly Wanted[]): LoopFunction =>
    functionOf(kind, wanted, { program, args, names: names.inner(), parts, callables });
  return {
    program,
    arguments: args,
    sizes,
    functions: [
      make('value', [value]),
      make('derivative', derivatives),
      make('both', [{ ...value, node: withParts(program) }, ...derivatives]),
    ],
    callable: (node) => callables.find((c) => c.key === callableKey(node))?.name ?? '',
  };
}

/** The value in terms of the derivatives' named parts, so that what both need is computed once. */
function withParts({ value, parts }: FormulaProgram): Node {
  const by = new Map<Node, Node>(parts.map((p) => [p.node, p.symbol]));
  return rewriter((n) => by.get(n) ?? n)([value])[0] ?? value;
}

interface Wanted extends Omit<Output, 'store'> {
  readonly node: Node;
}

interface Around {
  readonly program: FormulaProgram;
  readonly args: readonly Argument[];
  readonly names: Names;
  readonly parts: ReadonlyMap<Sym, string>;
  readonly callables: readonly Callable[];
}

function functionOf(
  kind: LoopFunction['kind'],
  wanted: readonly Wanted[],
  { program, args, names, parts, callables }: Around,
): LoopFunction {
  const { lines, roots } = withFactors(
    linesOf(
      wanted.map((w) => w.node),
      program.parts,
      programSizes(program),
    ),
  );
  const work = new Lowering();
  for (const { symbol, name } of args)
    work.bind(symbol, storeOf('argument', symbol.axes, { name }));
  const stores = wanted.map(({ node: { axes }, name }) =>
    axes.length === 0 ? storeOf('number', axes) : storeOf('result', axes, { name }),
  );
  // what is a line and a result is computed in the result's memory
  const direct = new Map<Node, Store>();
  roots.forEach((root, k) => {
    const store = stores[k];
    const isLine = lines.some((l) => l.symbol === root);
    if (store && isLine && !direct.has(root)) direct.set(root, store);
  });
  const turned = turnedLines(lines, roots);
  const abouts = new Map(program.parts.map((p) => [p.symbol, p]));
  for (const { symbol, node } of lines) {
    const part = abouts.get(symbol);
    const about = part
      ? `${nameText(symbol.name, symbol.index)} = ${docFormula(part.node, symbol.shape)}`
      : null;
    const to = direct.get(symbol) ?? { name: parts.get(symbol) ?? null, about };
    work.line(symbol, node, to, turned.has(symbol));
  }
  roots.forEach((root, k) => {
    const store = stores[k];
    if (store && direct.get(root) !== store) work.into(root, store);
  });
  const units = fused(work.units, stores);
  const used = new Set(units.flatMap((u) => appliedIn(u).map(callableKey)));
  return {
    kind,
    outputs: wanted.map((w, k) => ({ ...w, store: stores[k] as Store })),
    units,
    slots: slotsOf(units, stores),
    names,
    callables: callables.filter((c) => used.has(c.key)),
  };
}

// ---------------------------------------------------------------- dimensions

/** The names of dimensions, in order of appearance in the shapes, then by name. */
function dimensionsOf(
  { inputs, valueShape, derivatives }: FormulaProgram,
  nodes: readonly Node[],
): { readonly text: string; readonly name: string }[] {
  const found = new Map<string, string>();
  const put = (d: Dim): void => {
    for (const a of dimAtoms(d)) found.set(atomText(a.name, a.index), atomName(a.name, a.index));
  };
  for (const s of [...inputs.map((i) => i.shape), valueShape, ...derivatives.map((d) => d.shape)])
    s.forEach(put);
  const inShapes = found.size;
  for (const n of nodes) {
    if (n.kind === 'symbol' && n.role === 'dimension')
      found.set(atomText(n.name, n.index), atomName(n.name, n.index));
    if (n.kind === 'contract') n.extents.forEach(put);
    n.axes.forEach(put);
  }
  const all = [...found].map(([text, name]) => ({ text, name }));
  const rest = all.slice(inShapes).sort((a, b) => (a.text < b.text ? -1 : 1));
  return [...all.slice(0, inShapes), ...rest];
}

/** A shape for a reader: `m×n`, `(n+1)×k`, `a number`. */
export function shapeText(shape: Shape): string {
  const side = (d: Dim): string =>
    shape.length > 1 && d.terms.length > 1 ? `(${formatDim(d)})` : formatDim(d);
  return shape.map(side).join('×') || 'a number';
}

// ---------------------------------------------------------------- unknown functions

const ORDER = ['', '_prime', '_second', '_third'] as const;

export function callableKey({ fn, op }: Apply): string {
  if (!fn) return '';
  const name = atomName(fn.name, fn.index);
  if (op.mode === 'structured') return op.name === 'unknown-gradient' ? `grad_${name}` : name;
  return `${name}${ORDER[fn.order] ?? `_derivative_${fn.order}`}`;
}

function callablesOf(nodes: readonly Node[], names: Names): Callable[] {
  const found = new Map<string, Callable>();
  for (const n of nodes) {
    if (n.kind !== 'apply' || !n.fn || found.has(callableKey(n))) continue;
    const key = callableKey(n);
    const { fn, op } = n;
    const text = nameText(fn.name, fn.index);
    const kind =
      op.mode === 'elementwise'
        ? 'entries'
        : n.axes.length > 0 || key.startsWith('grad_')
          ? 'gradient'
          : 'scalar';
    const meaning = {
      entries: `the function ${text}${'′'.repeat(fn.order)}, of a number`,
      scalar: `the function ${text}, of an array to a number`,
      gradient: `the gradient of ${text}, of the shape of its argument`,
    }[kind];
    found.set(key, { key, name: names.claim(key), kind, axes: n.args[0]?.axes ?? [], meaning });
  }
  return [...found.values()];
}
