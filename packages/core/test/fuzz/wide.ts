import type { Input } from '../../src/syntax/input.ts';
import { type Random, random } from '../../src/verify/random.ts';

/**
 * Random well-shaped texts with every function of the language, matrices and tensors, and declared facts. Arguments are led into the
 * domains of functions by others that are bounded: log(1 + x²), inv(I + AAᵀ).
 */
export interface Wide {
  readonly seed: number;
  readonly input: Input;
}

type Shape = readonly string[];

const SQUARE = [
  'symmetric',
  'skew',
  'diagonal',
  'posdef',
  'orthogonal',
  'invertible',
  'lower',
  'upper',
];
const ENTRIES = ['positive', 'nonnegative', 'simplex'];

/** Of x, and in the same shape. `x`: any; `p`: above 2; `u`: between −½ and ½; `t`: between −1 and 1. */
const ENTRYWISE: readonly string[] = [
  'exp(t)',
  'expm1(t)',
  'log(p)',
  'log1p(p)',
  'sqrt(p)',
  'cbrt(p)',
  'square(t)',
  'pow(p, u)',
  'reciprocal(p)',
  'abs(x)',
  'sin(x)',
  'cos(x)',
  'tan(t)',
  'asin(u)',
  'acos(u)',
  'atan(x)',
  'atan2(x, p)',
  'sinh(t)',
  'cosh(t)',
  'tanh(x)',
  'asinh(x)',
  'acosh(p)',
  'atanh(u)',
  'sigmoid(x)',
  'softplus(x)',
  'relu(x)',
  'leaky_relu(x)',
  'elu(x)',
  'selu(x)',
  'gelu(x)',
  'silu(x)',
  'mish(x)',
  'hardtanh(x)',
  'clip(x, -1, 2)',
  'erf(x)',
  'erfc(x)',
  'lgamma(p)',
  'digamma(p)',
  'max(x, x)',
  'min(x, x)',
  'max(0, x)',
  'x ⊙ sign(x)',
  'x ⊙ step(x)',
  'x.^2',
  'p.^(1/2)',
  'p.^(-1)',
  '-x',
  '2x',
  'x ⊙ x',
  'x ⊘ p',
  'x + x',
  'x − x',
  's x',
  'x/q',
  's + x',
];

/** To a number. */
const SCALAR: readonly string[] = [
  'sum(x)',
  'mean(x)',
  'var(x)',
  'std(x)',
  'max(x)',
  'min(x)',
  'logsumexp(x)',
  '‖x‖',
  '‖x‖²',
  'norm1(x)',
  'norminf(x)',
  'dot(x, x)',
  'mse(x, x)',
  'hinge(x, x)',
  'entropy(P)',
  'kl(P, P)',
  'cross_entropy(P, P)',
  'softmax_cross_entropy(x, P)',
  'huber(x, 1)',
  'bce(P, sigmoid(x))',
  'bce_with_logits(x, P)',
  'sum(x ⊙ x)',
];

export function wide(seed: number, operations: number): Wide {
  const source = random(seed, 7);
  const maker = new Maker(source, operations);
  const first = maker.scalar();
  // something has to be a variable
  const expression = maker.declarations().length > 0 ? first : `${first} + sum(${maker.any()})`;
  const lines = maker.declarations();
  return { seed, input: { expression, where: lines.join('; '), wrt: maker.wanted() } };
}

class Maker {
  private left: number;
  private readonly source: Random;
  private readonly variables = new Map<
    string,
    { readonly shape: Shape; readonly property: string }
  >();
  private readonly square: boolean;

  constructor(source: Random, operations: number) {
    this.source = source;
    this.left = operations;
    this.square = source.below(4) === 0;
  }

  /** A variable. */
  any(): string {
    return this.variable(['n']);
  }

  declarations(): string[] {
    return [...this.variables].map(([name, { shape, property }]) => {
      const text =
        shape.length === 0
          ? 'scalar'
          : shape.map((s) => (s.includes('+') ? `(${s})` : s)).join('×');
      return `${name}: ${text}${property === '' ? '' : ` ${property}`}`;
    });
  }

  wanted(): string[] {
    const names = [...this.variables.keys()];
    return names.slice(0, 1 + this.source.below(2));
  }

  private pick<T>(...of: readonly T[]): T {
    return of[this.source.below(of.length)] as T;
  }

  private side(): string {
    return this.square ? this.pick('n', 'n', 'm') : this.pick('m', 'n', 'k');
  }

  private anyShape(most = 3): Shape {
    const rank = this.pick(1, 2, 2, 2, 3);
    return Array.from({ length: Math.min(rank, most) }, () => this.side());
  }

  scalar(): string {
    this.left -= 1;
    const terms = this.left > 3 && this.source.below(3) === 0 ? 2 : 1;
    const term = (): string => {
      const n = this.side();
      const x = this.anyShape();
      const own = [
        () => `tr(${this.array([n, n])})`,
        () => `det(${this.posdef(n)})`,
        () => `logdet(${this.posdef(n)})`,
        () => `log(det(${this.posdef(n)}))`,
        () => `nuclear_norm(${this.posdef(n)})`,
        () => `(${this.array([n])})ᵀ (${this.array([n])})`,
        () => `(${this.array([n])})ᵀ (${this.array([n, n])}) (${this.array([n])})`,
        () => `(${this.array([n])})[1]`,
        () => `(${this.array([n, n])})[2,1]`,
      ];
      if (this.source.below(3) === 0) return this.pick(...own)();
      return this.filled(this.pick(...SCALAR), x);
    };
    return Array.from({ length: terms }, term).join(' + ');
  }

  /** A template with its letters replaced. */
  private filled(template: string, shape: Shape): string {
    return template.replaceAll(/(?<![A-Za-z_])[xputsqP](?![A-Za-z_(])/gu, (c) => {
      switch (c) {
        case 'p':
          return `(2 + (${this.array(shape)}).^2)`;
        case 'u':
          return `(1/2 tanh(${this.array(shape)}))`;
        case 't':
          return `tanh(${this.array(shape)})`;
        case 's':
          return this.variable([], this.pick('', 'positive'));
        case 'q':
          return `(1 + ${this.variable([], 'positive')})`;
        case 'P':
          return `softmax(${this.array(shape)})`;
        default:
          return `(${this.array(shape)})`;
      }
    });
  }

  private variable(shape: Shape, property = ''): string {
    const same = [...this.variables].filter(
      ([, v]) => v.shape.join() === shape.join() && (property === '' || v.property === property),
    );
    const old = same[this.source.below(same.length || 1)];
    if (old && (this.variables.size > 6 || this.source.below(2) === 0)) return old[0];
    const pool =
      shape.length === 0
        ? 'λcαγ'
        : shape.length === 1
          ? 'xyzuvwab'
          : shape.length === 2
            ? 'ABCXYWZM'
            : 'TSRHGF';
    const free = Array.from(pool).find((c) => !this.variables.has(c));
    const name = free ?? `${pool.charAt(0)}_${this.variables.size}`;
    this.variables.set(name, { shape, property });
    return name;
  }

  private leaf(shape: Shape): string {
    const [m, n] = shape;
    const fact =
      shape.length === 2 && m === n && this.source.below(2) === 0
        ? this.pick(...SQUARE)
        : shape.length > 0 && this.source.below(8) === 0
          ? this.pick(...ENTRIES)
          : '';
    // a property needs sides that can have it
    return this.variable(shape, shape.some((s) => /[*+]/u.test(s)) && fact !== '' ? '' : fact);
  }

  private posdef(n: string): string {
    this.left -= 1;
    if (this.left < 0 || this.source.below(2) === 0) return this.variable([n, n], 'posdef');
    const a = this.array([n, this.side()]);
    return this.pick(`(eye(${n}) + (${a})(${a})ᵀ)`, `sym(eye(${n}) + (${a}) (${a})ᵀ)`);
  }

  array(shape: Shape): string {
    this.left -= 1;
    if (this.left <= 0 || this.source.below(6) === 0) return this.leaf(shape);
    if (this.source.below(3) === 0) return this.filled(this.pick(...ENTRYWISE), shape);
    const made = this.special(shape);
    return made ?? this.filled(this.pick(...ENTRYWISE), shape);
  }

  private special(shape: Shape): string | undefined {
    const x = (...of: string[]): string => `(${this.array(of)})`;
    const k = this.side();
    const [a, b, c] = shape;
    const along = (s: Shape): string => `${this.source.below(s.length)}`;
    const general: (() => string)[] = [
      () => `softmax(${x(...shape)})`,
      () => `softmax(${x(...shape)}, axis=${along(shape)})`,
      () => `log_softmax(${x(...shape)})`,
      () => `hardmax(${x(...shape)}) ⊙ ${x(...shape)}`,
      () => `layernorm(${x(...shape)})`,
      () => `rmsnorm(${x(...shape)})`,
    ];
    if (shape.length > 1)
      general.push(() => {
        const axis = along(shape);
        const f = this.pick(
          'sum',
          'mean',
          'max',
          'min',
          'logsumexp',
          'norm',
          'var',
          'std',
          'norm1',
        );
        return `(${x(...shape)} ${this.pick('−', '⊙')} ${f}(${x(...shape)}, axis=${axis}))`;
      });
    switch (shape.length) {
      case 1:
        return this.pick(
          ...general,
          () => `${x(a as string, k)} ${x(k)}`,
          () => `${x(k, a as string)}ᵀ ${x(k)}`,
          () => `sum(${x(a as string, k)}, axis=1)`,
          () => `sum(${x(k, a as string)}, axis=0)ᵀ`,
          () => `diag(${x(a as string, a as string)})`,
          () => `(${this.array([a as string, k])})[:,1]`,
          () => `(${this.array([k, a as string])})[2,:]ᵀ`,
          () => `unit(2, ${a as string})`,
          () => `ones(${a as string}) ⊙ ${x(a as string)}`,
          () => `inv(${this.posdef(a as string)}) ${x(a as string)}`,
          () => `einsum('ij,j->i', ${x(a as string, k)}, ${x(k)})`,
          () => `einsum('ijj->i', ${x(a as string, k, k)})`,
          () => `rows(vcat(${x(a as string)}, ${x(k)}), 1, ${a as string})`,
          () => `unvec(vec(${x(a as string, k)}), ${a as string}, ${k}) ${x(k)}`,
        )();
      case 2:
        return this.matrix(a as string, b as string, general, x, k);
      default:
        return this.pick(
          ...general,
          () => `permute(${x(c as string, a as string, b as string)}, 1, 2, 0)`,
          () =>
            `einsum('bij,bjk->bik', ${x(a as string, b as string, k)}, ${x(a as string, k, c as string)})`,
          () => `einsum('ij,k->ijk', ${x(a as string, b as string)}, ${x(c as string)})`,
          () => `einsum('ijk,kl->ijl', ${x(a as string, b as string, k)}, ${x(k, c as string)})`,
          () => `(${x(a as string, b as string, c as string)} + ${x(a as string, b as string)})`,
          () =>
            `(${x(a as string, b as string, c as string)} ⊙ reshape(${x(c as string)}, 1, 1, ${c as string}))`,
          () =>
            `attention(${x(a as string, b as string, k)}, ${x(a as string, 'm', k)}, ${x(a as string, 'm', c as string)})`,
          () =>
            `reshape(permute(${x(b as string, a as string, c as string)}, 1, 0, 2), ${shape.join(', ')})`,
          () =>
            `(${x(a as string, b as string, c as string)} − sum(${x(a as string, b as string, c as string)}, axis=2))`,
        )();
    }
  }

  private matrix(
    a: string,
    b: string,
    general: readonly (() => string)[],
    x: (...of: string[]) => string,
    k: string,
  ): string {
    const any: (() => string)[] = [
      ...general,
      () => `${x(a, k)} ${x(k, b)}`,
      () => `${x(k, a)}ᵀ ${x(k, b)}`,
      () => `${x(b, a)}ᵀ`,
      () => `${x(a)} ${x(b)}ᵀ`,
      () => `diag(${x(a)}) ${x(a, b)}`,
      () => `${x(a, b)} diag(${x(b)})`,
      () => `batchnorm(${x(a, b)})`,
      () => `(${x(a, b)} + ${x(a)})`,
      () => `(${x(a, b)} + ${x(b)}ᵀ)`,
      () => `attention(${x(a, k)}, ${x('m', k)}, ${x('m', b)})`,
      () => `(${this.array([k, a, b])})[1,:,:]`,
      () => `einsum('kij,k->ij', ${x(k, a, b)}, ${x(k)})`,
      () => `einsum('ik,jk,k->ij', ${x(a, k)}, ${x(b, k)}, ${x(k)})`,
      () => `reshape(vec(${x(b, a)}), ${a}, ${b})`,
      () => `columns(hcat(${x(a, b)}, ${x(a)}), 1, ${b})`,
      () => `columns(hcat(${x(a)}, ${x(a, b)}), 2, ${b})`,
      () => `rows(vcat(${x(a, b)}, ${x(k, b)}), 1, ${a})`,
      () => `inv(${this.posdef(a)}) ${x(a, b)}`,
      () => `ones(${a}, ${b}) ⊙ ${x(a, b)}`,
      () =>
        `einsum('ijkk->ij', reshape(kron(${x(a, b)}, ${x(k, k)}), ${a}, ${k}, ${b}, ${k}))`
          .replace('ijkk', 'iajb')
          .replace('->ij', '->ij'),
      () => `unvec(vec(${x(a, b)}), ${a}, ${b})`,
      () => `sum(${x(a, b, k)}, axis=2)`,
      () => `tril(${x(a, b)})`,
      () => `triu(${x(a, b)})`,
    ];
    if (a !== b) return this.pick(...any.filter((_, i) => i !== any.length - 5))();
    const square: (() => string)[] = [
      () => `inv(${this.posdef(a)})`,
      () => `pinv(${this.posdef(a)})`,
      () => `adj(${this.posdef(a)})`,
      () => `cof(${this.posdef(a)})`,
      () => `sym(${x(a, a)})`,
      () => `skew(${x(a, a)})`,
      () => `diag(${x(a)})`,
      () => `expm(1/4 tanh(${this.array([a, a])}))`,
      () => `expm(1/4 tanh(${this.array([a, a])}), ${x(a, a)})`,
      () => `logm(${this.posdef(a)})`,
      () => `sqrtm(${this.posdef(a)})`,
      () => `cholesky(${this.variable([a, a], 'posdef')})`,
      () => `polar(${this.posdef(a)})`,
      () => `${x(a, a)}²`,
      () => `${this.posdef(a)}⁻¹ ${x(a, a)}`,
      () => `${this.posdef(a)}⁻²`,
      () => `unvech(vech(${x(a, a)}), ${a})`,
      () => `(eye(${a}) + ${x(a, a)})`,
      () => `(I − ${x(a, a)})`,
      () => `diag(diag(${x(a, a)}))`,
    ];
    return this.source.below(2) === 0 ? this.pick(...square)() : this.pick(...any)();
  }
}
