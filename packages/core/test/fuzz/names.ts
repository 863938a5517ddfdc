import type { Random } from '../../src/verify/random.ts';
import { isScalar, isSquare, isVector, type Shaped, type Side, type Tree } from './tree.ts';

/** What is declared of a variable. */
export type Property =
  | 'symmetric'
  | 'skew'
  | 'diagonal'
  | 'posdef'
  | 'orthogonal'
  | 'invertible'
  | 'positive'
  | 'nonnegative'
  | 'simplex';

export interface Variable extends Shaped {
  readonly name: string;
  readonly property: Property | null;
  /** Whether a line declares it; what is not declared is inferred. */
  readonly declared: boolean;
}

const POOLS = {
  matrix: ['A', 'B', 'C', 'X', 'Y', 'W', 'Q', 'Z', 'Θ', 'S_1', 'T', 'M', 'Φ', 'W_out'],
  vector: ['x', 'y', 'a', 'b', 'u', 'w', 'θ', 'z', 'x1', 'β', 'p', 'q_2'],
  scalar: ['λ', 'c', 's', 'α', 't', 'r', 'γ'],
} as const;

const POSITIVE: readonly Property[] = ['positive', 'nonnegative', 'simplex'];
const INVERTIBLE: readonly Property[] = ['posdef', 'invertible', 'orthogonal'];
const SQUARE: readonly (Property | null)[] = [
  null,
  null,
  null,
  'symmetric',
  'skew',
  'diagonal',
  'posdef',
  'orthogonal',
  'invertible',
];

/** So many variables at the most have one formula. */
const MAX_VARIABLES = 7;

/** The variables of a formula in the making. */
export class Names {
  readonly variables: Variable[] = [];
  private readonly source: Random;

  constructor(source: Random) {
    this.source = source;
  }

  any(shape: Shaped): Tree {
    const property =
      isSquare(shape) && this.source.below(2) === 0
        ? (SQUARE[this.source.below(SQUARE.length)] as Property | null)
        : !isScalar(shape) && this.source.below(12) === 0
          ? 'simplex'
          : null;
    return this.variable(shape, () => true, property);
  }

  positive(shape: Shaped): Tree {
    const property = isScalar(shape)
      ? 'positive'
      : (POSITIVE[this.source.below(POSITIVE.length)] as Property);
    const fits = (p: Property | null): boolean => p !== null && POSITIVE.includes(p);
    return this.variable(shape, fits, property);
  }

  invertible(side: Side): Tree {
    const property = INVERTIBLE[this.source.below(INVERTIBLE.length)] as Property;
    const fits = (p: Property | null): boolean => p !== null && INVERTIBLE.includes(p);
    return this.variable({ rows: side, cols: side }, fits, property);
  }

  posdef(side: Side): Tree {
    return this.variable({ rows: side, cols: side }, (p) => p === 'posdef', 'posdef');
  }

  /** One that is there already, or a new one. */
  private variable(
    shape: Shaped,
    fits: (p: Property | null) => boolean,
    property: Property | null,
  ): Tree {
    const { source, variables } = this;
    const known = variables.filter(
      (v) => v.rows === shape.rows && v.cols === shape.cols && fits(v.property),
    );
    const old = known[source.below(known.length)];
    const full = variables.length >= MAX_VARIABLES;
    if (old && (full || source.below(3) > 0)) return named(old);
    const pool = isScalar(shape) ? POOLS.scalar : isVector(shape) ? POOLS.vector : POOLS.matrix;
    const free = pool.filter((n) => !variables.some((v) => v.name === n));
    const name = free[source.below(free.length)] ?? `${pool[0]}_${variables.length}`;
    const inferable =
      property === null &&
      name.length === 1 &&
      /^[a-z]$/u.test(shape.rows) &&
      /^[a-z1]$/u.test(shape.cols);
    const made: Variable = {
      name,
      rows: shape.rows,
      cols: shape.cols,
      property,
      declared: !(inferable && source.below(8) === 0),
    };
    variables.push(made);
    return named(made);
  }
}

const named = (v: Variable): Tree => ({ rows: v.rows, cols: v.cols, kind: 'name', name: v.name });
