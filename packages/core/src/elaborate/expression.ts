import { delta, isZero, literal, negate, symbol } from '../expr/build.ts';
import type { Value } from '../ops/value.ts';
import {
  addValues,
  dimValue,
  divideValue,
  hadamardDivide,
  hadamardValues,
  isScalar,
  like,
  powerValue,
  scalar,
  timesValue,
  transposeValue,
} from '../ops/value.ts';
import { type Dim, dimName, type IndexExpr } from '../shape/dim.ts';
import { isIntegerR, rational, signR, toNumber } from '../shape/rational.ts';
import { formatShape } from '../shape/shape.ts';
import type {
  Expr,
  NameExpr,
  PartExpr,
  PowerExpr,
  ProductExpr,
  Span,
  SumExpr,
} from '../syntax/tree.ts';
import { build, callOf } from './calls.ts';
import type { Edit } from './errors.ts';
import { at, fail } from './errors.ts';
import {
  Clash,
  type Context,
  guarding,
  type Names,
  requirePlace,
  unknownFunction,
  unknownName,
  variableSymbol,
} from './names.ts';
import { partOf } from './parts.ts';
import { seriesOf } from './series.ts';

const MAX_MATRIX_POWER = 32;

const NORMS = { '1': 'norm1', '2': 'norm', F: 'norm', inf: 'norminf' } as const;

/** Elaborates an expression to a value. @throws Clash, MatgradError */
export function elaborate(e: Expr, names: Names): Value {
  const go = (x: Expr): Value => elaborate(x, names);
  const guard = guarding(e);
  const context: Context = { names, go, guard };
  switch (e.kind) {
    case 'number':
      return scalar(literal(e.value));
    case 'name':
      return nameValue(e, context);
    case 'transpose': {
      const v = go(e.of);
      return guard([e.of], () => transposeValue(v));
    }
    case 'inverse': {
      const v = go(e.of);
      return guard([e.of], () => build('inv', [v]));
    }
    case 'negate': {
      const v = go(e.of);
      return like(v, negate(v.node));
    }
    case 'power':
      return powerOf(e, context);
    case 'product':
      return productOf(e, context);
    case 'sum':
      return sumOf(e, context);
    case 'call':
      return callOf(e, context);
    case 'norm': {
      const v = go(e.of);
      if (e.order === '2' && e.subscript && v.node.axes.length > 1) return spectral(v, e.subscript);
      return guard([e.of], () => build(NORMS[e.order], [v]));
    }
    case 'bars': {
      const v = go(e.of);
      return guard([e.of], () => build(isScalar(v) ? 'abs' : 'det', [v]));
    }
    case 'inner': {
      const a = go(e.left);
      const b = go(e.right);
      return guard([e.left, e.right], () => build('dot', [a, b]));
    }
    case 'part':
      return partOf(e, context);
    case 'series':
      return seriesOf(e, context);
  }
}

function nameValue(e: NameExpr, context: Context): Value {
  const { names } = context;
  const { scope } = names;
  requirePlace(e, names);
  if (e.index) {
    const member = names.member(e.name, e.index, e.span);
    if (member) return member;
    if (scope.dimensions.has(e.name) && !scope.variables.has(e.name))
      return dimValue(names.resolve(dimName(e.name, e.index)));
    // of what is no family, `x[i]` is a part
    if (names.letterOf(e.name) === null) return partOf(asPart(e, e.index), context);
  }
  const defined = names.definition(e.name, e.span);
  if (defined) return defined;
  const letter = e.index ? undefined : names.letterValue(e.name);
  if (letter) return letter;
  if (scope.dimensions.has(e.name)) return dimValue(names.resolve(dimName(e.name, e.index)));
  if (e.name === 'π' || e.name === 'pi') return scalar(symbol('π', [], { role: 'constant' }));
  if (e.name === 'inf') return scalar(symbol('inf', [], { role: 'constant' }));
  if (e.name === 'I') {
    const n = names.resolve(names.unknown(e.span));
    return { node: delta(n), shape: [n, n] };
  }
  const known = variableSymbol(names, e.name, e.index, e.span);
  if (known) return { node: known, shape: known.shape };
  return unknownName(e.name, e.span, names);
}

/** `x[i+1]`, read as a member, as a part. */
function asPart(e: NameExpr, index: IndexExpr): PartExpr {
  const { span } = e;
  const offset: Expr = { kind: 'number', span, value: rational(index.offset) };
  const letter: Expr | null =
    index.variable === null ? null : { kind: 'name', span, name: index.variable, index: null };
  const place: Expr =
    letter === null
      ? offset
      : index.offset === 0
        ? letter
        : { kind: 'sum', span, op: '+', left: letter, right: offset };
  return { kind: 'part', span, of: { ...e, index: null }, parts: [place] };
}

function powerOf(e: PowerExpr, { names, go, guard }: Context): Value {
  const base = go(e.base);
  const exponent = go(e.exponent);
  const k = exponent.node.kind === 'literal' ? exponent.node.value : undefined;
  if (e.elementwise || isScalar(base)) {
    if (k) {
      if (signR(k) < 0) checkDivisor(base, e.span);
      return powerValue(base, k);
    }
    return guard([e.base, e.exponent], () =>
      noting(e, names, base, exponent, build('pow', [base, exponent])),
    );
  }
  if (!isScalar(exponent))
    fail('scalar-wanted', 'an exponent is a number', [
      at(e.exponent.span, formatShape(exponent.shape)),
    ]);
  const whole = k && isIntegerR(k) ? toNumber(k) : undefined;
  const [m, n] = base.shape;
  if (base.shape.length !== 2 || m !== n) {
    const report = (): never =>
      fail(
        'square-wanted',
        `only a square matrix has a power, and this is ${formatShape(base.shape)}`,
        [at(e.base.span, formatShape(base.shape))],
        {
          notes: ['`A.^k` is the power entry by entry, `‖x‖²` the squared length'],
        },
      );
    if (base.shape.length === 2 && m && n) throw new Clash([[m, n]], report);
    return report();
  }
  if (whole === undefined || Math.abs(whole) > MAX_MATRIX_POWER) {
    return fail(
      'whole-power-wanted',
      `a power of a matrix is a whole number of at most ${MAX_MATRIX_POWER}`,
      [at(e.exponent.span)],
    );
  }
  if (whole === 0) return { node: delta(m as Dim), shape: base.shape };
  const one = whole < 0 ? guard([e.base], () => build('inv', [base])) : base;
  let result = one;
  for (let i = 1; i < Math.abs(whole); i++) result = timesValue(result, one);
  return result;
}

function productOf(e: ProductExpr, { names, go, guard }: Context): Value {
  checkCalled(e, names);
  const a = go(e.left);
  const b = go(e.right);
  const operands = [e.left, e.right];
  switch (e.op) {
    case 'times':
      return guard(operands, () => timesValue(a, b), productEdits(e));
    case 'hadamard':
      return guard(operands, () => noting(e, names, a, b, hadamardValues(a, b)), productEdits(e));
    case 'divide':
      checkDivisor(b, e.right.span);
      return guard(operands, () => divideValue(a, b));
    case 'hadamard-divide':
      checkDivisor(b, e.right.span);
      return guard(operands, () => noting(e, names, a, b, hadamardDivide(a, b)));
  }
}

/** A divisor that is 0 somewhere whatever its variables are: zeros, an identity off its diagonal. */
function checkDivisor({ node }: Value, span: Span): void {
  const [term, ...more] = node.kind === 'sum' ? node.terms : [];
  const bare = more.length === 0 && term ? term.node : node;
  if (isZero(bare) || bare.kind === 'delta')
    fail('division-by-zero', 'this divides by zero', [at(span)]);
}

/** `‖A‖_2` of a matrix: read as the Frobenius norm it would be a wrong answer to many. */
const spectral = (v: Value, subscript: Span): never =>
  fail(
    'ambiguous-norm',
    '‖A‖_2 of a matrix is its largest singular value to many, and its Frobenius norm to others',
    [at(subscript, `of ${formatShape(v.shape)}`)],
    { notes: ['the Frobenius norm is ‖A‖ or ‖A‖_F'], edits: [[{ ...subscript, text: '_F' }]] },
  );

/** Says where a row or column was repeated. */
function noting(
  e: ProductExpr | SumExpr | PowerExpr,
  names: Names,
  a: Value,
  b: Value,
  result: Value,
): Value {
  const note = (v: Value, of: Expr): void => {
    if (v.shape.length !== result.shape.length && !isScalar(v))
      names.repeated({ span: of.span, from: v.shape, to: result.shape });
    else if (v.shape.length === 2 && v.shape.some((d, i) => d !== result.shape[i]))
      names.repeated({ span: of.span, from: v.shape, to: result.shape });
  };
  note(a, e.kind === 'power' ? e.base : e.left);
  note(b, e.kind === 'power' ? e.exponent : e.right);
  return result;
}

/** `sofmax(X)`: an unknown word before a bracket was meant as a function. */
function checkCalled(e: ProductExpr, names: Names): void {
  const callee = e.left.kind === 'product' ? e.left.right : e.left;
  if (callee.kind !== 'name' || callee.index || callee.name.length < 2) return;
  const { scope } = names;
  const source = scope.program.source.text;
  if (
    source[callee.span.end] !== '(' ||
    scope.variables.has(callee.name) ||
    scope.definitions.has(callee.name) ||
    scope.dimensions.has(callee.name)
  )
    return;
  unknownFunction(callee.name, callee.span, names);
}

/** Brackets around a sum or product belong to its span. */
const hasBrackets = (x: Expr): boolean =>
  (x.kind === 'sum' || x.kind === 'product') && x.span.start < x.left.span.start;

/** What may have been meant where a product does not fit: a transpose of either side, or entry by entry. */
function productEdits(e: ProductExpr): Edit[][] {
  const after = (x: Expr, text: string): Edit[] => {
    const simple = x.kind === 'name' || x.kind === 'call' || hasBrackets(x);
    if (x.kind === 'transpose') return [{ start: x.of.span.end, end: x.span.end, text: '' }];
    return simple
      ? [{ start: x.span.end, end: x.span.end, text }]
      : [
          { start: x.span.start, end: x.span.start, text: '(' },
          { start: x.span.end, end: x.span.end, text: `)${text}` },
        ];
  };
  const last = e.left.kind === 'product' ? e.left.right : e.left;
  const edits = [after(last, 'ᵀ'), after(e.right, 'ᵀ')];
  if (e.op === 'times')
    edits.push([{ start: e.left.span.end, end: e.right.span.start, text: ' ⊙ ' }]);
  return edits;
}

function sumOf(e: SumExpr, { names, go, guard }: Context): Value {
  // a long chain of terms is read from the left without recursion
  const spine: SumExpr[] = [];
  let first: Expr = e;
  for (; first.kind === 'sum'; first = first.left) spine.push(first);
  let value = go(first);
  for (const s of spine.reverse()) {
    const left = value;
    const right = go(s.right);
    const edits = [
      [{ start: s.right.span.end, end: s.right.span.end, text: 'ᵀ' }],
      [{ start: s.left.span.end, end: s.left.span.end, text: 'ᵀ' }],
    ];
    value = guard(
      [s.left, s.right],
      () => noting(s, names, left, right, addValues(left, right, s.op === '+' ? 1 : -1)),
      edits,
    );
  }
  return value;
}
