import { Graph, type Numbers, type Operation, type Type, type Value } from './graph.ts';

/** Operators with one result, their type and number of axes told; sides of arrays are known when the model runs. */
export class Operators {
  readonly graph = new Graph();

  // ------------------------------------------------------------ constants

  /** A number of the model's floating-point type. */
  readonly real = (x: number): Value => this.constant('real', [], [x]);
  readonly int = (n: number): Value => this.constant('int', [], [n]);
  readonly ints = (list: readonly number[]): Value => this.constant('int', [list.length], list);

  private constant(type: Type, dims: Numbers['dims'], data: Numbers['data']): Value {
    return this.graph.constant({ type, dims, data });
  }

  // ------------------------------------------------------------ entry by entry

  /** An operator that repeats its arguments to one shape. Comparisons give truths. */
  entrywise(name: string, args: readonly Value[]): Value {
    const rank = args.reduce((n, v) => Math.max(n, v.rank), 0);
    const type = TRUTHS.has(name) ? 'bool' : (args.at(-1)?.type ?? 'real');
    return this.graph.operation(name, args, { type, rank });
  }

  readonly add = (a: Value, b: Value): Value => this.entrywise('Add', [a, b]);
  readonly sub = (a: Value, b: Value): Value => this.entrywise('Sub', [a, b]);
  readonly mul = (a: Value, b: Value): Value => this.entrywise('Mul', [a, b]);
  readonly div = (a: Value, b: Value): Value => this.entrywise('Div', [a, b]);
  readonly neg = (a: Value): Value => this.entrywise('Neg', [a]);
  readonly where = (c: Value, a: Value, b: Value): Value => this.entrywise('Where', [c, a, b]);
  readonly equal = (a: Value, b: Value): Value => this.entrywise('Equal', [a, b]);
  readonly less = (a: Value, b: Value): Value => this.entrywise('Less', [a, b]);
  readonly call = (name: string, ...args: readonly Value[]): Value => this.entrywise(name, args);

  /** A whole number as a number, a truth as 1 or 0. */
  asReal(v: Value): Value {
    // the type of `to` is the model's own, which is known when it is written
    return v.type === 'real'
      ? v
      : this.graph.operation('CastLike', [v, this.real(0)], { ...v, type: 'real' });
  }

  asInt(v: Value): Value {
    return v.type === 'int'
      ? v
      : this.graph.operation('Cast', [v], { ...v, type: 'int' }, [['to', 7]]);
  }

  // ------------------------------------------------------------ sums

  /** `ReduceSum` and its like, over some axes or all; the axes go. */
  reduce(name: string, v: Value, axes?: readonly number[]): Value {
    if (v.rank === 0)
      return name === 'ReduceSumSquare'
        ? this.mul(v, v)
        : name === 'ReduceL2'
          ? this.call('Abs', v)
          : v;
    const rank = v.rank - (axes?.length ?? v.rank);
    const list = axes ? [this.ints(axes)] : [];
    return this.graph.operation(name, [v, ...list], { type: v.type, rank }, [['keepdims', 0]]);
  }

  readonly total = (v: Value): Value => this.reduce('ReduceSum', v);

  /**
   * `A B` for matrices, and vectors on either side; a transposed matrix is not formed. Beside a matrix a vector stands as a matrix of
   * one column: ONNX Runtime (1.32) forgets a transpose that it fuses into a product with a one-dimensional array.
   */
  matmul(a: Value, b: Value): Value {
    if (a.rank === 2 && b.rank === 1) return this.squeeze(this.matmul(a, this.column(b)), [1]);
    if (a.rank === 1 && b.rank === 2)
      return this.squeeze(this.matmul(this.transpose(b), this.column(a)), [1]);
    const [at, bt] = [turned(a), turned(b)];
    const result = { type: a.type, rank: a.rank + b.rank - 2 };
    if (a.rank === 1 || !(at || bt)) return this.graph.operation('MatMul', [a, b], result);
    return this.graph.operation('Gemm', [at ?? a, bt ?? b], result, [
      ...(at ? [['transA', 1] as const] : []),
      ...(bt ? [['transB', 1] as const] : []),
    ]);
  }

  einsum(equation: string, args: readonly Value[]): Value {
    const [, out = ''] = equation.split('->');
    return this.graph.operation('Einsum', args, { type: 'real', rank: out.length }, [
      ['equation', equation],
    ]);
  }

  // ------------------------------------------------------------ shapes

  transpose(v: Value): Value {
    return v.rank < 2 ? v : (turned(v) ?? this.permute(v, [1, 0]));
  }

  permute(v: Value, perm: readonly number[]): Value {
    if (perm.every((p, k) => p === k)) return v;
    return this.graph.operation('Transpose', [v], v, [['perm', perm]]);
  }

  /** New axes of length one at these places of the result. */
  unsqueeze(v: Value, axes: readonly number[]): Value {
    if (axes.length === 0) return v;
    return this.graph.operation('Unsqueeze', [v, this.ints(axes)], {
      type: v.type,
      rank: v.rank + axes.length,
    });
  }

  squeeze(v: Value, axes: readonly number[]): Value {
    if (axes.length === 0) return v;
    return this.graph.operation('Squeeze', [v, this.ints(axes)], {
      type: v.type,
      rank: v.rank - axes.length,
    });
  }

  readonly column = (v: Value): Value => this.unsqueeze(v, [1]);

  /** @param shape whole numbers */
  reshape(v: Value, shape: Value, rank: number): Value {
    return this.graph.operation('Reshape', [v, shape], { type: v.type, rank });
  }

  /** Repeated to a shape. */
  expand(v: Value, shape: Value, rank: number): Value {
    return this.graph.operation('Expand', [v, shape], { type: v.type, rank });
  }

  /** The length of an axis. */
  side(v: Value, axis: number): Value {
    const shape = this.graph.operation('Shape', [v], { type: 'int', rank: 1 });
    return this.gather(shape, this.int(axis), 0);
  }

  /** A shape of whole numbers. */
  shape(sides: readonly Value[]): Value {
    const known = sides.map((s) => s.operation.numbers?.data[0]);
    const all = known.filter((n) => n !== undefined);
    if (all.length === sides.length) return this.ints(all);
    return this.concat(
      sides.map((s) => this.unsqueeze(s, [0])),
      0,
    );
  }

  // ------------------------------------------------------------ parts

  gather(v: Value, at: Value, axis: number): Value {
    return this.graph.operation('Gather', [v, at], { type: v.type, rank: v.rank - 1 + at.rank }, [
      ['axis', axis],
    ]);
  }

  concat(parts: readonly Value[], axis: number): Value {
    const [first] = parts;
    if (!first || parts.length === 1) return first ?? this.ints([]);
    return this.graph.operation('Concat', parts, first, [['axis', axis]]);
  }

  /** Entries from one place up to another along an axis. */
  slice(v: Value, from: Value, to: Value, axis: number): Value {
    const ends = [from, to].map((n) => this.unsqueeze(n, [0]));
    return this.graph.operation('Slice', [v, ...ends, this.ints([axis])], v);
  }

  /** 0, 1, … n − 1 */
  range(n: Value): Value {
    return this.graph.operation('Range', [this.int(0), n, this.int(1)], { type: 'int', rank: 1 });
  }

  /** Where row and column are the same. */
  diagonalPlaces(n: Value): Value {
    const places = this.range(n);
    return this.equal(this.column(places), places);
  }

  readonly identity = (n: Value): Value => this.asReal(this.diagonalPlaces(n));

  operation(
    name: string,
    inputs: readonly Value[],
    result: Pick<Value, 'type' | 'rank'>,
    attributes: Operation['attributes'] = [],
  ): Value {
    return this.graph.operation(name, inputs, { type: result.type, rank: result.rank }, attributes);
  }
}

const TRUTHS: ReadonlySet<string> = new Set([
  'Equal',
  'Less',
  'Greater',
  'GreaterOrEqual',
  'LessOrEqual',
  'And',
  'Or',
  'Not',
]);

/** The matrix of which this is the transpose. */
function turned({ operation: o }: Value): Value | undefined {
  const [perm] = o.attributes;
  const [of] = o.inputs;
  if (o.name !== 'Transpose' || !of || of.rank !== 2 || perm?.[0] !== 'perm') return undefined;
  return of;
}
