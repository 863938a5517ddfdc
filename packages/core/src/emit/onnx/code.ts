import { MatgradError } from '../../diagnostic/diagnostic.ts';
import { isZero } from '../../expr/build.ts';
import type { Apply, Contract, Node, Operand, Sum, Sym } from '../../expr/node.ts';
import { type Plan, planLoops } from '../../expr/plan.ts';
import type { Algebra, Turn } from '../../notation/algebra.ts';
import { NoMatrixForm, read } from '../../notation/matrix.ts';
import type { Dim } from '../../shape/dim.ts';
import { absR, isOneR, signR, toNumber } from '../../shape/rational.ts';
import { ownAxes, shapeGiver } from '../program/repeated.ts';
import { type Code, filled, onnxAlgebra, raised } from './algebra.ts';
import { ARRAYS } from './arrays.ts';
import { FUNCTIONS } from './functions.ts';
import type { Value } from './graph.ts';
import type { Operators } from './operators.ts';
import { fillTemplate, parseTemplate, type Template } from './template.ts';

/** What names stand for. */
export interface Scope {
  /** A variable, or a line that was computed before, as an array of the symbol's axes. */
  readonly symbol: (node: Sym) => Value;
  /** A length as a whole number. */
  readonly dim: (d: Dim) => Value;
}

/** The most indices that one product may have. */
const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

const templates = new Map<string, Template>();

/** Makes values of nodes: matrix notation where there is one, `Einsum` and repetition along axes elsewhere. */
export class Coder {
  private readonly o: Operators;
  private readonly scope: Scope;
  private readonly algebra: Algebra<Code>;
  private readonly done = new Map<string, Code>();
  /** Loops are made anew each time: what a function of the same arguments gave is kept. */
  private readonly applications = new Map<string, Value>();

  constructor(o: Operators, scope: Scope) {
    this.o = o;
    this.scope = scope;
    this.algebra = onnxAlgebra(o, {
      leaf: (node, turn) => this.leaf(node, turn),
      dim: scope.dim,
    });
  }

  /** The value with the node's axes. */
  value(node: Node): Value {
    const { value } = this.code(node, 'plain');
    if (value.rank === node.axes.length) return value;
    return this.o.expand(value, this.o.shape(node.axes.map(this.scope.dim)), node.axes.length);
  }

  private code(node: Node, turn: Turn): Code {
    const key = `${node.id}${turn}`;
    let made = this.done.get(key);
    if (!made) {
      made = this.make(node, turn);
      this.done.set(key, made);
    }
    return made;
  }

  private make(node: Node, turn: Turn): Code {
    const axes = turn === 'turned' ? [...node.axes].reverse() : node.axes;
    if (isZero(node)) return { value: filled(this.o, 0, axes.map(this.scope.dim)) };
    try {
      return read(node, turn, this.algebra);
    } catch (e) {
      if (!(e instanceof NoMatrixForm)) throw e;
      const general = { value: this.general(node) };
      return turn === 'turned' ? this.algebra.transpose(general) : general;
    }
  }

  private leaf(node: Node, turn: Turn): Code {
    const { o } = this;
    switch (node.kind) {
      case 'literal':
        return { value: o.real(toNumber(node.value)) };
      case 'delta':
        return { value: o.identity(this.scope.dim(node.axes[0] as Dim)) };
      case 'symbol': {
        const value = this.symbol(node);
        return { value: turn === 'turned' ? o.transpose(value) : value };
      }
      case 'apply':
        return this.applied(node, turn);
      case 'sum':
      case 'contract':
        return this.code(node, turn);
    }
  }

  private symbol(node: Sym): Value {
    if (node.role === 'constant')
      return this.o.real(/^(?:inf|∞)$/u.test(node.name) ? Number.POSITIVE_INFINITY : Math.PI);
    return this.scope.symbol(node);
  }

  private applied(node: Apply, turn: Turn): Code {
    const entrywise = node.op.mode === 'elementwise';
    const args = node.args.map((a) => this.code(a, entrywise ? turn : 'plain').value);
    const value = this.spelled(node, args);
    if (entrywise) return { value };
    const [x] = args;
    const inverts = node.op.mode === 'structured' && node.op.inverts === true;
    const made = inverts && x ? { value, inverseOf: x } : { value };
    return turn === 'turned' ? this.algebra.transpose(made) : made;
  }

  private spelled(node: Apply, args: readonly Value[]): Value {
    const text = node.op.spelling.onnx;
    if (text === undefined || node.fn) throw noFunction(node);
    const spelling = text.replace('$*', args.map((_, k) => `$${k}`).join(', '));
    const template = templates.get(spelling) ?? parseTemplate(spelling);
    templates.set(spelling, template);
    const at = { o: this.o, node, dim: this.scope.dim };
    return fillTemplate(template, args, this.o, (name, given) => {
      const key = [
        name,
        node.op.law,
        ...given.map((v) => v.id),
        ...node.axes.map((d) => d.key),
      ].join(' ');
      const had = this.applications.get(key);
      const made = had ?? FUNCTIONS[name]?.(this.o, given) ?? ARRAYS[name]?.(given, at);
      if (!made) throw new Error(`no helper ${name}`);
      this.applications.set(key, made);
      return made;
    });
  }

  // ------------------------------------------------------------ without matrix notation

  private general(node: Node): Value {
    switch (node.kind) {
      case 'sum':
        return this.generalSum(node);
      case 'contract':
        return this.product(
          node,
          node.axes.map((_, i) => i),
        );
      default:
        return this.leaf(node, 'plain').value;
    }
  }

  private generalSum(node: Sum): Value {
    let total: Value | null = null;
    const shows = shapeGiver(node);
    for (const [k, { coefficient, node: term }] of node.terms.entries()) {
      const size = absR(coefficient);
      const body = k === shows ? this.value(term) : this.reaching(term);
      const scaled = isOneR(size) ? body : this.o.mul(this.o.real(toNumber(size)), body);
      const negative = signR(coefficient) < 0;
      if (total) total = negative ? this.o.sub(total, scaled) : this.o.add(total, scaled);
      else total = negative ? this.o.neg(scaled) : scaled;
    }
    return total ?? this.o.real(0);
  }

  /** A term of a sum; the axes along which it is only repeated have the length one. */
  private reaching(term: Node): Value {
    const present = ownAxes(term);
    if (term.kind !== 'contract' || present.length === term.axes.length) return this.value(term);
    const small = this.product(term, present);
    const lacking = term.axes.flatMap((_, i) => (present.includes(i) ? [] : [i]));
    return present.length === 0 ? small : this.o.unsqueeze(small, lacking);
  }

  /** The product over these of the result's indices. */
  private product(node: Contract, out: readonly number[]): Value {
    const { o } = this;
    const kept = out.filter((i) => node.operands.some((p) => p.indices.includes(i)));
    const plan = node.operands.some((p) => p.indices.length > 0) ? planLoops(node) : undefined;
    let made = plan ? this.planned(plan) : null;
    for (const p of node.operands) {
      if (p.indices.length > 0) continue;
      const factor = this.power(p);
      made = made ? o.mul(made, factor) : factor;
    }
    made ??= o.real(1);
    if (kept.length === out.length) return made;
    const wide = o.unsqueeze(
      made,
      out.map((_, k) => k).filter((k) => !kept.includes(out[k] as number)),
    );
    const sides = out.map((i) => this.scope.dim(node.extents[i] as Dim));
    return o.expand(kept.length === 0 ? made : wide, o.shape(sides), out.length);
  }

  /** Two factors at a time; null for what is only repetition. */
  private planned(plan: Plan): Value | null {
    const letters = (indices: readonly number[]): string =>
      indices.map((i) => LETTERS[i] ?? tooMany()).join('');
    switch (plan.kind) {
      case 'ones':
        return null;
      case 'operand': {
        const value = this.power(plan.operand);
        const [spec, wanted] = [letters(plan.operand.indices), letters(plan.indices)];
        return spec === wanted ? value : this.o.einsum(`${spec}->${wanted}`, [value]);
      }
      case 'pair': {
        const [left, right] = [this.planned(plan.left), this.planned(plan.right)];
        if (!left || !right) return left ?? right;
        const [a, b] = [letters(present(plan.left)), letters(present(plan.right))];
        return this.o.einsum(`${a},${b}->${letters(present(plan))}`, [left, right]);
      }
    }
  }

  /** A factor with its exponent. */
  private power({ node, exponent }: Operand): Value {
    const base = this.value(node);
    const up = raised(this.o, base, absR(exponent));
    return signR(exponent) > 0 ? up : this.o.call('Reciprocal', up);
  }
}

/** The indices of a part along which it is more than repeated. */
function present(plan: Plan): readonly number[] {
  if (plan.kind === 'ones') return [];
  if (plan.kind === 'operand') return plan.indices;
  const below = [...present(plan.left), ...present(plan.right)];
  return plan.indices.filter((i) => below.includes(i));
}

function tooMany(): never {
  throw new RangeError(`a product over more than ${LETTERS.length} indices has no Einsum`);
}

function noFunction({ op, fn }: Apply): MatgradError {
  const name = fn?.name ?? op.name;
  return new MatgradError({
    severity: 'error',
    code: 'no-onnx-function',
    message: `${name} cannot be written in ONNX`,
    labels: [],
    notes: [
      fn
        ? 'a function that is only declared has no operator: write what it is, as in `σ = tanh`'
        : 'ONNX has no operator for it; numpy has code',
    ],
  });
}
