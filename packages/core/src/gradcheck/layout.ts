/**
 * Arguments of any build as one long vector: numbers, typed arrays, and arrays and objects of these.
 *
 * A block is what belongs together: a number, a typed array, a nested array of numbers. Blocks are checked apart, so that a
 * small one beside a large one does not drown. Whole-number arrays, texts, functions and all else are constants: they are
 * copied for each call and never moved. Of an object with a class of its own only the arrays move, not its numbers
 * (`rows`, `cols`).
 */
export interface Block {
  /** As one would write it: `params.W[0]`; empty where the argument is one block. */
  readonly path: string;
  readonly keys: readonly Key[];
  readonly start: number;
  readonly length: number;
  /** The lengths of nested arrays, from outside in; none for a number. A ragged array counts as flat. */
  readonly dims: readonly number[];
}

export interface Layout {
  readonly blocks: readonly Block[];
  /** All numbers that may move, block after block. */
  readonly values: Float64Array;
  /** Whether one of them stands in single precision. */
  readonly single: boolean;
}

type Key = string | number;
type Floats = Float64Array | Float32Array;
type Bag = Readonly<Record<string, unknown>>;

/** Deeper arguments are refused: they go round in a circle. */
const MAX_DEPTH = 64;

export const isFloats = (x: unknown): x is Floats =>
  x instanceof Float64Array || x instanceof Float32Array;

const isBag = (x: unknown): x is Bag =>
  typeof x === 'object' && x !== null && !Array.isArray(x) && !ArrayBuffer.isView(x);

const isPlain = (x: object): boolean => {
  const proto: unknown = Object.getPrototypeOf(x);
  return proto === null || proto === Object.prototype;
};

/** So many typed arrays of one length in a row are parameters of their own; more are the rows of a matrix. */
const MAX_LIST = 16;

/** Nested arrays of numbers; rows may be typed arrays of one length. */
function isNumeric(x: unknown, depth = 0): boolean {
  if (!Array.isArray(x) || depth > MAX_DEPTH) return false;
  if (x.every((v) => typeof v === 'number')) return x.length > 0;
  if (x.every(isFloats)) return x.length > MAX_LIST && x.every((v) => v.length === x[0]?.length);
  return x.every((v) => isNumeric(v, depth + 1));
}

/** Lays an argument out. @throws TypeError where it goes round in a circle or holds no number that may move */
export function layoutOf(at: unknown): Layout {
  const blocks: Block[] = [];
  const values: number[][] = [];
  let start = 0;
  let single = false;
  const add = (keys: readonly Key[], data: number[], dims: readonly number[]): void => {
    blocks.push({ path: pathOf(keys), keys, start, length: data.length, dims });
    values.push(data);
    start += data.length;
  };
  const walk = (x: unknown, keys: readonly Key[], scalars: boolean): void => {
    if (keys.length > MAX_DEPTH)
      throw new TypeError(`the argument is nested more than ${MAX_DEPTH} deep`);
    if (typeof x === 'number') {
      if (scalars) add(keys, [x], []);
    } else if (isFloats(x) || isNumeric(x)) {
      const numbers: number[] = [];
      single = gather(x, numbers) || single;
      if (numbers.length > 0) add(keys, numbers, dimsOf(x));
    } else if (Array.isArray(x)) {
      x.forEach((v, k) => walk(v, [...keys, k], scalars));
    } else if (isBag(x)) {
      const plain = isPlain(x);
      for (const key of Object.keys(x)) walk(x[key], [...keys, key], plain);
    }
  };
  walk(at, [], true);
  if (start === 0)
    throw new TypeError(
      'the argument holds no number that may move: numbers, Float64Array, Float32Array, and arrays and objects of these do',
    );
  const flat = new Float64Array(start);
  let to = 0;
  for (const list of values) {
    flat.set(list, to);
    to += list.length;
  }
  return { blocks, values: flat, single };
}

/** Appends all numbers of a nest. @returns whether some are in single precision */
function gather(x: unknown, into: number[]): boolean {
  if (isFloats(x)) {
    for (let i = 0; i < x.length; i++) into.push(x[i] as number);
    return x instanceof Float32Array;
  }
  if (Array.isArray(x)) return x.map((v) => gather(v, into)).some(Boolean);
  into.push(typeof x === 'number' ? x : Number.NaN);
  return false;
}

/** Lengths from outside in; of a ragged nest the number of its entries. */
function dimsOf(x: unknown): number[] {
  if (isFloats(x)) return [x.length];
  if (!Array.isArray(x)) return [];
  const inner = x.map(dimsOf);
  const first = inner[0] ?? [];
  const even = inner.every((d) => d.join() === first.join());
  return even
    ? [x.length, ...first]
    : [inner.reduce((n, d) => n + d.reduce((a, b) => a * b, 1), 0)];
}

/**
 * A fresh argument of the same build with other numbers. Nothing that can be written to is shared with the original.
 * @param widen whether arrays in single precision are given as doubles
 */
export function rebuild(at: unknown, values: Float64Array, widen: boolean): unknown {
  let next = 0;
  const numbers = (x: unknown): unknown => {
    if (isFloats(x)) {
      const part = values.subarray(next, next + x.length);
      next += x.length;
      return x instanceof Float32Array && !widen ? Float32Array.from(part) : part.slice();
    }
    return Array.isArray(x) ? x.map(numbers) : values[next++];
  };
  const walk = (x: unknown, scalars: boolean): unknown => {
    if (typeof x === 'number') return scalars ? values[next++] : x;
    if (isFloats(x) || isNumeric(x)) return numbers(x);
    if (Array.isArray(x)) return x.map((v) => walk(v, scalars));
    if (ArrayBuffer.isView(x))
      return 'slice' in x && typeof x.slice === 'function' ? (x.slice() as unknown) : x;
    if (!isBag(x) || Object.keys(x).length === 0) return x;
    const plain = isPlain(x);
    const copy = Object.create(Object.getPrototypeOf(x) as object | null) as Record<
      string,
      unknown
    >;
    for (const key of Object.keys(x)) copy[key] = walk(x[key], plain);
    return copy;
  };
  return walk(at, true);
}

/** A gradient beside the blocks it belongs to, or what is wrong with its shape. */
export type Flattened =
  | { readonly values: Float64Array; readonly single: boolean }
  | { readonly misfit: string };

/**
 * The gradient's numbers in the order of the layout. Its build is the argument's; typed arrays and arrays of numbers may stand
 * for one another.
 * @param wanted the blocks that are to be checked; the others may be missing
 */
export function flattenGradient(
  gradient: unknown,
  at: unknown,
  length: number,
  wanted: readonly Block[],
): Flattened {
  const values = new Float64Array(length);
  let single = false;
  for (const block of wanted) {
    const found = valueAt(gradient, block.keys);
    const here = named(block.path, 'the gradient');
    if (found === undefined || found === null)
      return {
        misfit: `${block.path === '' ? 'there is no gradient' : `the gradient has no ${block.path}`} (${given(found)})`,
      };
    const have =
      ArrayBuffer.isView(found) && 'length' in found ? [Number(found.length)] : dimsOf(found);
    if (typeof found !== 'number' && !Array.isArray(found) && !ArrayBuffer.isView(found))
      return { misfit: `${here} is ${given(found)}, not ${sizeText(block.dims)}` };
    if (have.join() !== block.dims.join())
      return { misfit: `${here} has ${sizeText(have)}, the argument ${sizeText(block.dims)}` };
    const numbers: number[] = [];
    single =
      gather(
        isFloats(found) || !ArrayBuffer.isView(found)
          ? found
          : Array.from(found as unknown as ArrayLike<number>),
        numbers,
      ) || single;
    values.set(numbers, block.start);
  }
  const extra = extraKey(gradient, at);
  return extra === undefined
    ? { values, single }
    : { misfit: `the gradient has ${extra}, which the argument has not` };
}

const sizeText = (dims: readonly number[]): string =>
  dims.length === 0
    ? 'one number'
    : dims.length === 1
      ? `${dims[0]} numbers`
      : `${dims.join('×')} numbers`;

const given = (x: unknown): string =>
  x === null || x === undefined
    ? String(x)
    : x instanceof Promise
      ? 'a Promise'
      : typeof x === 'object'
        ? 'an object'
        : `a ${typeof x}`;

function valueAt(x: unknown, keys: readonly Key[]): unknown {
  let here = x;
  for (const key of keys) {
    if (typeof here !== 'object' || here === null) return undefined;
    here = (here as Record<Key, unknown>)[key];
  }
  return here;
}

/** A name with numbers in the gradient that the argument does not have. */
function extraKey(gradient: unknown, at: unknown, keys: readonly Key[] = []): string | undefined {
  if (!isBag(gradient) || !isBag(at) || !isPlain(gradient) || keys.length > MAX_DEPTH)
    return undefined;
  for (const key of Object.keys(gradient)) {
    const value = gradient[key];
    const numeric = typeof value === 'number' || isFloats(value) || isNumeric(value);
    if (numeric && !Object.hasOwn(at, key)) return pathOf([...keys, key]);
    const deeper = extraKey(value, at[key], [...keys, key]);
    if (deeper !== undefined) return deeper;
  }
  return undefined;
}

/** `params.W[3]` */
export const pathOf = (keys: readonly Key[]): string =>
  keys
    .map((k, i) =>
      typeof k === 'number'
        ? `[${k}]`
        : /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(k)
          ? `${i > 0 ? '.' : ''}${k}`
          : `[${JSON.stringify(k)}]`,
    )
    .join('');

export const named = (path: string, whole: string): string => (path === '' ? whole : path);

/** The place of one entry: `W[3][1]`. Of a ragged block the place in the flat list. */
export function entryPath(block: Block, index: number): string {
  let rest = index;
  const places: number[] = [];
  for (let k = block.dims.length - 1; k >= 0; k--) {
    const d = block.dims[k] as number;
    places.unshift(rest % d);
    rest = Math.floor(rest / d);
  }
  return `${block.path}${places.map((p) => `[${p}]`).join('')}`;
}

/** The block that holds an entry, and the place of the entry. */
export function placeOf(layout: Layout, k: number): string {
  const block = layout.blocks.find((b) => k >= b.start && k < b.start + b.length);
  return block ? entryPath(block, k - block.start) : `[${k}]`;
}
