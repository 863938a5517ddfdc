/**
 * Formulas of the tests' own, with shapes: what `generate.ts` makes, `write.ts` spells in the language and `numpy.ts` in Python.
 * They know nothing of matgrad, so that a wrong reading of the language shows.
 */

/** A side of a shape as it is written: `1`, `3`, `n`, `n+1`, `2n`. Equal texts are equal lengths. */
export type Side = string;

export interface Shaped {
  readonly rows: Side;
  readonly cols: Side;
}

export type Postfix = 'transpose' | 'inverse' | 'inverse-transpose';
export type Binary =
  | 'times'
  | 'hadamard'
  | 'divide'
  | 'hadamard-divide'
  | 'plus'
  | 'minus'
  | 'power'
  | 'entry-power';

export type Tree = Shaped &
  (
    | { readonly kind: 'name'; readonly name: string }
    /** `text` as typed: `2`, `0.5`, `½`. */
    | { readonly kind: 'number'; readonly text: string; readonly value: number }
    /** A dimension as a number. */
    | { readonly kind: 'size'; readonly side: Side }
    /** A name for a formula, defined on a line of its own. */
    | { readonly kind: 'defined'; readonly name: string; readonly value: Tree }
    | { readonly kind: 'postfix'; readonly op: Postfix; readonly of: Tree }
    | { readonly kind: 'negate'; readonly of: Tree }
    /** `2x`: a number right before a name. */
    | { readonly kind: 'tight'; readonly number: number; readonly of: Tree }
    | { readonly kind: 'binary'; readonly op: Binary; readonly left: Tree; readonly right: Tree }
    | {
        readonly kind: 'call';
        readonly name: string;
        readonly args: readonly Tree[];
        readonly axis: 0 | 1 | null;
      }
    | { readonly kind: 'norm'; readonly of: Tree; readonly order: 1 | 2 }
    /** `|a|`, `|A|`. */
    | { readonly kind: 'bars'; readonly of: Tree }
    | { readonly kind: 'inner'; readonly left: Tree; readonly right: Tree }
    /** Places count from one; `null` is a colon. */
    | {
        readonly kind: 'part';
        readonly of: Tree;
        readonly places: readonly (number | Side | null)[];
      }
    /** `ones(m, n)`, `I`, `eye(n)`, `unit(2, n)`. */
    | { readonly kind: 'constant'; readonly name: 'ones' | 'I' | 'eye' | 'unit' }
  );

export const SCALAR: Shaped = { rows: '1', cols: '1' };

export const isScalar = (t: Shaped): boolean => t.rows === '1' && t.cols === '1';
export const isSquare = (t: Shaped): boolean => t.rows === t.cols && t.rows !== '1';
export const isVector = (t: Shaped): boolean => !isScalar(t) && (t.rows === '1' || t.cols === '1');
export const isMatrix = (t: Shaped): boolean => t.rows !== '1' && t.cols !== '1';
const like = (t: Shaped): Shaped => ({ rows: t.rows, cols: t.cols });

export const number = (text: string, value = Number(text)): Tree => ({
  ...SCALAR,
  kind: 'number',
  text,
  value,
});

export const size = (side: Side): Tree => ({ ...SCALAR, kind: 'size', side });

export function postfix(op: Postfix, of: Tree): Tree {
  const shape = op === 'transpose' ? { rows: of.cols, cols: of.rows } : like(of);
  return { ...shape, kind: 'postfix', op, of };
}

export const negate = (of: Tree): Tree => ({ ...like(of), kind: 'negate', of });

export const tight = (n: number, of: Tree): Tree => ({
  ...like(of),
  kind: 'tight',
  number: n,
  of,
});

/** The shape of a product is that of its sides; of everything else that of the larger operand. */
export function binary(op: Binary, left: Tree, right: Tree): Tree {
  const shape = ((): Shaped => {
    if (op === 'power') return like(left);
    if (op === 'times') {
      if (isScalar(left)) return like(right);
      return isScalar(right) ? like(left) : { rows: left.rows, cols: right.cols };
    }
    return {
      rows: left.rows === '1' ? right.rows : left.rows,
      cols: left.cols === '1' ? right.cols : left.cols,
    };
  })();
  return { ...shape, kind: 'binary', op, left, right };
}

export const call = (name: string, args: readonly Tree[], shape: Shaped): Tree => ({
  ...like(shape),
  kind: 'call',
  name,
  args,
  axis: null,
});

/** Entry by entry, or along the rows or columns without changing the shape. */
export const mapped = (name: string, of: Tree, axis: 0 | 1 | null = null): Tree => ({
  ...like(of),
  kind: 'call',
  name,
  args: [of],
  axis,
});

/** To a scalar, or along an axis. */
export function reduced(name: string, of: Tree, axis: 0 | 1 | null = null): Tree {
  const rows = axis === 1 ? of.rows : '1';
  const cols = axis === 0 ? of.cols : '1';
  return { rows, cols, kind: 'call', name, args: [of], axis };
}

export const norm = (of: Tree, order: 1 | 2 = 2): Tree => ({ ...SCALAR, kind: 'norm', of, order });
export const bars = (of: Tree): Tree => ({ ...SCALAR, kind: 'bars', of });
export const inner = (left: Tree, right: Tree): Tree => ({ ...SCALAR, kind: 'inner', left, right });

export function part(of: Tree, places: readonly (number | Side | null)[]): Tree {
  const [row = null, column = null] =
    places.length === 1 ? (of.rows === '1' ? [null, places[0]] : [places[0], null]) : places;
  const rows = row === null ? of.rows : '1';
  const cols = column === null ? of.cols : '1';
  return { rows, cols, kind: 'part', of, places };
}

export const constant = (name: 'ones' | 'I' | 'eye' | 'unit', rows: Side, cols: Side): Tree => ({
  rows,
  cols,
  kind: 'constant',
  name,
});

/** The trees directly below. */
export function below(t: Tree): readonly Tree[] {
  switch (t.kind) {
    case 'name':
    case 'number':
    case 'size':
    case 'constant':
      return [];
    case 'defined':
      return [t.value];
    case 'postfix':
    case 'negate':
    case 'tight':
    case 'norm':
    case 'bars':
    case 'part':
      return [t.of];
    case 'binary':
    case 'inner':
      return [t.left, t.right];
    case 'call':
      return t.args;
  }
}

/** Every definition below a tree, each before those that use it. */
export function definitionsOf(t: Tree): readonly { readonly name: string; readonly value: Tree }[] {
  const found = new Map<string, Tree>();
  const visit = (x: Tree): void => {
    below(x).forEach(visit);
    if (x.kind === 'defined') found.set(x.name, x.value);
  };
  visit(t);
  return [...found].map(([name, value]) => ({ name, value }));
}
