import type { Problem } from '../../packages/core/src/elaborate/problem.ts';
import type { Dim } from '../../packages/core/src/shape/dim.ts';
import { formatDim } from '../../packages/core/src/shape/shape.ts';
import type { CallExpr, Expr, ProductExpr } from '../../packages/core/src/syntax/tree.ts';

/** Code of SymPy's matrix expressions, as a person writes them there; a column is an n×1 matrix, a scalar a number. */
export interface Sympy {
  readonly code: string;
  /** Both one: a scalar. */
  readonly rows: string;
  readonly columns: string;
}

/** What SymPy's matrix expressions cannot say. */
export class NotSaid extends Error {}

const scalar = (code: string): Sympy => ({ code, rows: '1', columns: '1' });
const isScalar = (e: Sympy): boolean => e.rows === '1' && e.columns === '1';
const matrix = (code: string, rows: string, columns: string): Sympy => ({ code, rows, columns });

/** Applied entry by entry: a name of SymPy, or a formula of `x`. */
const ENTRYWISE: Readonly<Record<string, string>> = {
  exp: 'exp(x)',
  log: 'log(x)',
  sin: 'sin(x)',
  cos: 'cos(x)',
  tanh: 'tanh(x)',
  abs: 'Abs(x)',
  sign: 'sign(x)',
  sqrt: 'sqrt(x)',
  sigmoid: '1/(1 + exp(-x))',
  relu: 'Max(x, 0)',
};

/**
 * The expression of a problem for SymPy, in the two ways in which people write it there: products that are 1×1 stay matrices
 * (`x.T*A*x`), or are numbers, by their trace. @throws NotSaid
 */
export function sympyOf(problem: Problem): readonly string[] {
  const both = [false, true].map(
    (traces) => new Writer(problem, traces).write(problem.expression).code,
  );
  return [...new Set(both)];
}

class Writer {
  private readonly problem: Problem;

  private readonly traces: boolean;

  constructor(problem: Problem, traces: boolean) {
    this.traces = traces;
    this.problem = problem;
  }

  write(e: Expr): Sympy {
    switch (e.kind) {
      case 'number':
        return scalar(
          e.value.den === 1n ? `${e.value.num}` : `Rational(${e.value.num}, ${e.value.den})`,
        );
      case 'name':
        return this.name(e.name);
      case 'transpose': {
        const of = this.write(e.of);
        return isScalar(of) ? of : matrix(`${of.code}.T`, of.columns, of.rows);
      }
      case 'inverse':
        return this.inverse(this.write(e.of));
      case 'power':
        return this.power(this.write(e.base), this.write(e.exponent), e.elementwise);
      case 'negate': {
        const of = this.write(e.of);
        return { ...of, code: `(-${of.code})` };
      }
      case 'product':
        return this.product(e);
      case 'sum':
        return this.sum(this.write(e.left), this.write(e.right), e.op);
      case 'call':
        return this.call(e);
      case 'norm':
        if (e.order === '1') return this.total(this.entrywise(this.write(e.of), 'abs'));
        if (e.order === 'inf') throw new NotSaid('the largest entry');
        return this.norm(this.write(e.of));
      case 'bars': {
        const of = this.write(e.of);
        return scalar(isScalar(of) ? `Abs(${of.code})` : `Determinant(${of.code})`);
      }
      case 'inner':
      case 'part':
        throw new NotSaid(e.kind);
      default:
        throw new NotSaid('this notation');
    }
  }

  private name(name: string): Sympy {
    const defined = this.problem.definitions.find((d) => d.name === name);
    if (defined) return this.write(defined.expr);
    const declared = this.problem.declarations.find((d) => d.name === name);
    if (declared?.kind === 'dimension') return scalar(`dim_${name}`);
    if (declared?.kind === 'variable') {
      const side = (d: Dim | undefined): string => (d ? formatDim(d, '-') : '1');
      const { shape } = declared;
      if (shape.length > 2) throw new NotSaid('tensors');
      return shape.length === 0
        ? scalar(`v_${name}`)
        : matrix(`v_${name}`, side(shape[0]), side(shape[1]));
    }
    if (name === 'pi' || name === 'π') return scalar('pi');
    throw new NotSaid(name);
  }

  private inverse(of: Sympy): Sympy {
    return isScalar(of) ? scalar(`(1/${of.code})`) : { ...of, code: `Inverse(${of.code})` };
  }

  private power(base: Sympy, k: Sympy, elementwise: boolean): Sympy {
    if (isScalar(base)) return scalar(`(${base.code})**(${k.code})`);
    return elementwise
      ? { ...base, code: `HadamardPower(${base.code}, ${k.code})` }
      : { ...base, code: `(${base.code})**(${k.code})` };
  }

  private product({ op, left, right }: ProductExpr): Sympy {
    const [a, b] = [this.write(left), this.write(right)];
    switch (op) {
      case 'times':
        if (isScalar(a) || isScalar(b))
          return { ...(isScalar(a) ? b : a), code: `(${a.code}*${b.code})` };
        return this.made(`(${a.code}*${b.code})`, a.rows, b.columns);
      case 'divide':
        return { ...a, code: `(${a.code}/${b.code})` };
      case 'hadamard':
        return isScalar(a) && isScalar(b)
          ? scalar(`(${a.code}*${b.code})`)
          : { ...a, code: `HadamardProduct(${a.code}, ${b.code})` };
      case 'hadamard-divide': {
        const under = isScalar(b) ? `(1/${b.code})` : `HadamardPower(${b.code}, -1)`;
        if (isScalar(a)) return { ...b, code: `(${a.code}*${under})` };
        return { ...a, code: `HadamardProduct(${a.code}, ${under})` };
      }
    }
  }

  /** A product of matrices; one that is 1×1 is the number in it. */
  private made(code: string, rows: string, columns: string): Sympy {
    return rows === '1' && columns === '1' ? this.one(code) : matrix(code, rows, columns);
  }

  private readonly one = (code: string): Sympy => scalar(this.traces ? `Trace(${code})` : code);

  private sum(a: Sympy, b: Sympy, op: string): Sympy {
    const reach = (e: Sympy, other: Sympy): string =>
      isScalar(e) && !isScalar(other)
        ? `(${e.code}*OneMatrix(${dims(other.rows)}, ${dims(other.columns)}))`
        : e.code;
    const shape = isScalar(a) ? b : a;
    return { ...shape, code: `(${reach(a, b)} ${op} ${reach(b, a)})` };
  }

  private entrywise(of: Sympy, name: string): Sympy {
    const formula = ENTRYWISE[name];
    if (formula === undefined) throw new NotSaid(name);
    const f = `(lambda x: ${formula})`;
    return isScalar(of)
      ? scalar(`${f}(${of.code})`)
      : { ...of, code: `(${of.code}).applyfunc(${f})` };
  }

  private total(of: Sympy): Sympy {
    const left = `OneMatrix(1, ${dims(of.rows)})`;
    const right = `OneMatrix(${dims(of.columns)}, 1)`;
    if (isScalar(of)) return of;
    return this.one(`(${left}*${of.code}${of.columns === '1' ? '' : `*${right}`})`);
  }

  private norm(of: Sympy): Sympy {
    return scalar(isScalar(of) ? `Abs(${of.code})` : `sqrt(Trace(${of.code}.T*${of.code}))`);
  }

  /** exp(z) over its sum, of a vector or of each row. */
  private softmax(z: Sympy): Sympy {
    const e = this.entrywise(z, 'exp');
    if (z.columns === '1') return { ...z, code: `(${e.code}/${this.total(e).code})` };
    const ones = `OneMatrix(${dims(z.columns)}, ${dims(z.columns)})`;
    return { ...z, code: `HadamardProduct(${e.code}, HadamardPower(${e.code}*${ones}, -1))` };
  }

  private call({ name, args, options }: CallExpr): Sympy {
    if (options.length > 0) throw new NotSaid('axis=');
    const [x, ...rest] = args.map((a) =>
      name === 'eye' || name === 'ones' ? null : this.write(a),
    );
    const sides = args.map((a) => this.write(a).code);
    if (name === 'eye') return matrix(`Identity(${sides[0]})`, plain(sides[0]), plain(sides[0]));
    if (name === 'ones') {
      const [r = '1', c = '1'] = sides;
      return matrix(`OneMatrix(${r}, ${c})`, plain(r), plain(c));
    }
    if (!x || (rest.length > 0 && name !== 'kron')) throw new NotSaid(name);
    switch (name) {
      case 'sum':
        return this.total(x);
      case 'tr':
      case 'trace':
        return scalar(`Trace(${x.code})`);
      case 'det':
        return scalar(`Determinant(${x.code})`);
      case 'logdet':
        return scalar(`log(Determinant(${x.code}))`);
      case 'inv':
        return this.inverse(x);
      case 'norm':
      case 'norm2':
        return this.norm(x);
      case 'norm1':
        return this.total(this.entrywise(x, 'abs'));
      case 'softmax':
        return this.softmax(x);
      case 'logsumexp':
        return scalar(`log(${this.total(this.entrywise(x, 'exp')).code})`);
      case 'diag':
        return x.columns === '1'
          ? matrix(`DiagMatrix(${x.code})`, x.rows, x.rows)
          : matrix(`DiagonalMatrix(${x.code})*OneMatrix(${dims(x.rows)}, 1)`, x.rows, '1');
      case 'kron': {
        const [y] = rest;
        if (!y) throw new NotSaid(name);
        return matrix(
          `KroneckerProduct(${x.code}, ${y.code})`,
          `${x.rows}*${y.rows}`,
          `${x.columns}*${y.columns}`,
        );
      }
      default:
        return this.entrywise(x, name);
    }
  }
}

/** A side as code: names of dimensions are SymPy's symbols. */
const dims = (side: string): string => side.replaceAll(/[\p{L}_][\p{L}\d_]*/gu, 'dim_$&');
const plain = (code = '1'): string => code.replaceAll('dim_', '');
