import type { Dim, IndexExpr } from '../shape/dim.ts';
import { atomText, DIM_ONE } from '../shape/dim.ts';
import type { Rational } from '../shape/rational.ts';
import { formatR, isIntegerR, signR, toNumber } from '../shape/rational.ts';
import type { Shape } from '../shape/shape.ts';
import type {
  Apply,
  Contract,
  Delta,
  FunctionName,
  Literal,
  Node,
  Operand,
  Primitive,
  Property,
  Sum,
  Sym,
  Term,
} from './node.ts';

/**
 * Interning: each structure exists once, so that equal means `===`. These makers do not simplify; `build.ts` does.
 * The table holds its nodes weakly, so that a long-lived process does not grow.
 */
const table = new Map<string, WeakRef<Node>>();
let created = 0;

/** The table is swept of dead nodes whenever it has twice as many entries as lived after the last time. */
const LEAST_SWEEP = 4096;
let sweepAt = LEAST_SWEEP;

function sweep(): void {
  for (const [key, ref] of table) if (!ref.deref()) table.delete(key);
  sweepAt = Math.max(LEAST_SWEEP, 2 * table.size);
}

const LABEL_LENGTH = 48;

/** 48-bit hash of a text, from two 32-bit multiplicative hashes (FNV-1a and a variant with another prime). */
function hashText(text: string): number {
  let a = 0x811c9dc5;
  let b = 0x1b873593;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    a = Math.imul(a ^ c, 0x01000193);
    b = Math.imul(b ^ c, 0x85ebca6b);
  }
  return (a >>> 0) * 0x10000 + ((b >>> 0) & 0xffff);
}

/** What interning adds to a node. */
type Identity = Pick<Node, 'hash' | 'id'>;

/**
 * @param key identity by child ids
 * @param structure identity by the hashes of the children, the same in every run
 * @param make called where there is no such node yet
 */
function intern<T extends Node>(
  key: string,
  structure: () => string,
  make: (identity: Identity) => T,
): T {
  const had = table.get(key)?.deref();
  if (had) return had as T;
  const node = make({ hash: hashText(structure()), id: ++created });
  Object.freeze(node);
  if (table.size >= sweepAt) sweep();
  table.set(key, new WeakRef<Node>(node));
  return node;
}

const labelOf = (text: string): string =>
  text.length > LABEL_LENGTH ? text.slice(0, LABEL_LENGTH) : text;

const idOf = (n: Node): number => n.id;
const hashOf = (n: Node): number => n.hash;

const axesKey = (axes: readonly Dim[]): string => axes.map((d) => d.key).join(',');

/** An exact scalar. */
export function literal(value: Rational): Literal {
  const key = `L${formatR(value)}`;
  return intern<Literal>(
    key,
    () => key,
    ({ hash, id }) => ({ kind: 'literal', axes: [], label: '', degree: 0, value, hash, id }),
  );
}

export interface SymbolOptions {
  readonly index?: IndexExpr | null;
  readonly role?: Sym['role'];
  readonly properties?: readonly Property[];
}

/** A named quantity of a declared shape (`[1, n]` for a row). */
export function symbol(name: string, shape: Shape, options: SymbolOptions = {}): Sym {
  const index = options.index ?? null;
  const role = options.role ?? 'variable';
  const properties = [...new Set(options.properties ?? [])].sort();
  const key = `V${role}:${atomText(name, index)}:${axesKey(shape)}:${properties.join(',')}`;
  return intern<Sym>(
    key,
    () => key,
    ({ hash, id }) => ({
      kind: 'symbol',
      name,
      index,
      role,
      shape,
      properties,
      axes: shape.filter((d) => d !== DIM_ONE),
      label: labelOf(atomText(name, index)),
      degree: role === 'constant' ? 0 : 1,
      hash,
      id,
    }),
  );
}

/** The identity matrix of side n. */
export function delta(n: Dim): Delta {
  const key = `D${n.key}`;
  return intern<Delta>(
    key,
    () => key,
    ({ hash, id }) => ({ kind: 'delta', axes: [n, n], label: '', degree: 0, hash, id }),
  );
}

/** A sum as it stands: the caller has collected, ordered and oriented the terms. */
export function internSum(terms: readonly Term[], axes: readonly Dim[]): Sum {
  const shape = axesKey(axes);
  const text = (name: (n: Node) => number): string =>
    `S${shape}|${terms.map((t) => `${formatR(t.coefficient)}*${name(t.node)}`).join('+')}`;
  return intern<Sum>(
    text(idOf),
    () => text(hashOf),
    ({ hash, id }) => ({
      kind: 'sum',
      axes,
      terms,
      label: labelOf(terms.map((t) => t.node.label).join('+')),
      degree: terms.reduce((d, t) => Math.max(d, t.node.degree), 0),
      hash,
      id,
    }),
  );
}

/** How much a power of a node counts for the order of terms. */
const powerDegree = (o: Operand): number =>
  signR(o.exponent) < 0
    ? 0
    : isIntegerR(o.exponent)
      ? o.node.degree * toNumber(o.exponent)
      : o.node.degree;

/** A product as it stands: the caller has put operands and indices in canonical order. */
export function internContract(
  operands: readonly Operand[],
  extents: readonly Dim[],
  rank: number,
): Contract {
  const axes = extents.slice(0, rank);
  const text = (name: (n: Node) => number): string =>
    `C${axesKey(extents)}/${rank}|${operands
      .map((o) => `${name(o.node)}^${formatR(o.exponent)}[${o.indices.join(',')}]`)
      .join('*')}`;
  return intern<Contract>(
    text(idOf),
    () => text(hashOf),
    ({ hash, id }) => ({
      kind: 'contract',
      axes,
      operands,
      extents,
      label: labelOf(operands.map((o) => o.node.label).join('')),
      degree: operands.reduce((d, o) => d + powerDegree(o), 0),
      hash,
      id,
    }),
  );
}

/** A function applied, as it stands. */
export function internApply(
  op: Primitive,
  args: readonly Node[],
  axes: readonly Dim[],
  fn: FunctionName | null,
): Apply {
  const primes = op.mode === 'elementwise' ? '′'.repeat(op.primes ?? 0) : '';
  const name = fn ? `${op.name}:${atomText(fn.name, fn.index)}:${fn.order}` : op.name + primes;
  const text = (f: (n: Node) => number): string => `A${name}(${args.map(f).join(',')})`;
  return intern<Apply>(
    text(idOf),
    () => text(hashOf),
    ({ hash, id }) => ({
      kind: 'apply',
      op,
      args,
      axes,
      fn,
      label: labelOf(`${name}(${args.map((a) => a.label).join(',')})`),
      degree: 1,
      hash,
      id,
    }),
  );
}
