import { inlineParts, reverse } from '../derive/reverse.ts';
import { apply, delta, literal, negate, symbol, total } from '../expr/build.ts';
import type { Node, Property, Sym } from '../expr/node.ts';
import { substitute } from '../expr/walk.ts';
import { pow } from '../ops/elementwise.ts';
import { FUNCTION_NAMES, functionNamed } from '../ops/index.ts';
import type { FunctionRecord, Options } from '../ops/record.ts';
import { unknownElementwise, unknownScalar } from '../ops/unknown.ts';
import type { Value } from '../ops/value.ts';
import {
  addValues,
  dimValue,
  divideValue,
  hadamardDivide,
  hadamardValues,
  isScalar,
  like,
  OperandError,
  powerValue,
  scalar,
  timesValue,
  transposeValue,
} from '../ops/value.ts';
import type { Dim, IndexExpr } from '../shape/dim.ts';
import { dimName, substituteDimIndex } from '../shape/dim.ts';
import { isIntegerR, signR, toNumber } from '../shape/rational.ts';
import type { Shape } from '../shape/shape.ts';
import { formatShape } from '../shape/shape.ts';
import { nearest } from '../syntax/nearest.ts';
import type {
  CallExpr,
  Expr,
  NameExpr,
  PowerExpr,
  ProductExpr,
  Span,
  SumExpr,
} from '../syntax/tree.ts';
import type { Edit } from './errors.ts';
import { at, fail } from './errors.ts';
import type { Repetition } from './problem.ts';
import type { Scope } from './scope.ts';
import { readDimension } from './scope.ts';

/** A mistake that inference may mend by making lengths equal; otherwise it is reported as it stands. */
export class Clash extends Error {
  override readonly name = 'Clash';
  readonly equate: readonly (readonly [Dim, Dim])[];
  readonly report: () => never;
  constructor(equate: readonly (readonly [Dim, Dim])[], report: () => never) {
    super('lengths differ');
    this.equate = equate;
    this.report = report;
  }
}

/** What names stand for while an expression is elaborated. */
export interface Names {
  readonly scope: Scope;
  /** The shape of a declared or inferred variable (its own indices still symbolic), or undefined. */
  shapeOf(name: string): Shape | undefined;
  propertiesOf(name: string): readonly Property[];
  letterOf(name: string): string | null;
  /** The value of a defined name. */
  definition(name: string, span: Span): Value | undefined;
  /** The value of a member of a family that equations define. */
  member(name: string, index: IndexExpr, span: Span): Value | undefined;
  /** A new unknown dimension for a place in the text. */
  unknown(span: Span): Dim;
  resolve(d: Dim): Dim;
  repeated(r: Repetition): void;
}

const MAX_MATRIX_POWER = 32;

/** The variable of a name, at a place of its family. */
export function variableSymbol(
  names: Names,
  name: string,
  index: IndexExpr | null,
): Sym | undefined {
  const shape = names.shapeOf(name);
  if (!shape) return undefined;
  const letter = names.letterOf(name);
  const sides = shape.map((d) =>
    names.resolve(letter && index ? substituteDimIndex(d, letter, index) : d),
  );
  return symbol(name, sides, { index, properties: names.propertiesOf(name) });
}

/** Elaborates an expression to a value. @throws Clash, MatgradError */
export function elaborate(e: Expr, names: Names): Value {
  const go = (x: Expr): Value => elaborate(x, names);
  const guard = <T>(
    operands: readonly Expr[],
    f: () => T,
    edits: readonly (readonly Edit[])[] = [],
  ): T => {
    try {
      return f();
    } catch (error) {
      if (!(error instanceof OperandError)) throw error;
      const report = (): never =>
        fail(error.code, error.message, labelsFor(error, operands, e), {
          notes: error.notes,
          edits,
        });
      if (error.equate.length > 0) throw new Clash(error.equate, report);
      return report();
    }
  };

  switch (e.kind) {
    case 'number':
      return scalar(literal(e.value));
    case 'name':
      return nameValue(e, names);
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
      return powerOf(e, names, guard);
    case 'product':
      return productOf(e, names, guard);
    case 'sum':
      return sumOf(e, names, guard);
    case 'call':
      return callOf(e, names, guard);
    case 'norm': {
      const v = go(e.of);
      if (e.order === 'inf')
        return fail('not-yet', 'the maximum norm is not known yet', [at(e.span)]);
      return guard([e.of], () => build(e.order === '1' ? 'norm1' : 'norm', [v]));
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
      return fail('not-yet', 'taking parts of a vector or matrix is not known yet', [at(e.span)], {
        notes: ['a product with unit vectors does the same'],
      });
  }
}

type Guard = <T>(operands: readonly Expr[], f: () => T, edits?: readonly (readonly Edit[])[]) => T;

function labelsFor(
  error: OperandError,
  operands: readonly Expr[],
  whole: Expr,
): ReturnType<typeof at>[] {
  const labels = error.operands.flatMap((o) => {
    const operand = operands[o.which];
    return operand ? [at(operand.span, o.text)] : [];
  });
  return labels.length > 0 ? labels : [at(whole.span)];
}

const NO_OPTIONS: Options = { axis: null };

function build(name: string, args: readonly Value[], options: Options = NO_OPTIONS): Value {
  const record = functionNamed(name);
  if (!record) throw new Error(`no function ${name}`);
  return record.build(args, options);
}

function nameValue(e: NameExpr, names: Names): Value {
  const { scope } = names;
  if (e.index) {
    const member = names.member(e.name, e.index, e.span);
    if (member) return member;
    if (scope.dimensions.has(e.name) && !scope.variables.has(e.name))
      return dimValue(names.resolve(dimName(e.name, e.index)));
  }
  const defined = names.definition(e.name, e.span);
  if (defined) return defined;
  const known = variableSymbol(names, e.name, e.index);
  if (known) return { node: known, shape: known.shape };
  if (scope.dimensions.has(e.name)) return dimValue(names.resolve(dimName(e.name, e.index)));
  if (e.name === 'π' || e.name === 'pi') return scalar(symbol('π', [], { role: 'constant' }));
  if (e.name === 'I') {
    const n = names.resolve(names.unknown(e.span));
    return { node: delta(n), shape: [n, n] };
  }
  return unknownName(e.name, e.span, names);
}

function unknownName(name: string, span: Span, names: Names): never {
  const { scope } = names;
  const known = [...scope.variables.keys(), ...scope.definitions.keys(), ...scope.dimensions];
  const close = nearest(name, known) ?? nearest(name, [...FUNCTION_NAMES]);
  return fail('unknown-name', `${name} is not known`, [at(span, 'not declared')], {
    notes: FUNCTION_NAMES.has(name)
      ? [
          `${name} is a function: its argument goes in brackets, ${functionNamed(name)?.signature ?? name}`,
        ]
      : [`declare it, as in \`${name}: n\``],
    ...(close ? { edits: [[{ start: span.start, end: span.end, text: close }]] } : {}),
  });
}

function powerOf(e: PowerExpr, names: Names, guard: Guard): Value {
  const base = elaborate(e.base, names);
  const exponent = elaborate(e.exponent, names);
  const k = exponent.node.kind === 'literal' ? exponent.node.value : undefined;
  if (e.elementwise || isScalar(base)) {
    if (k) {
      if (base.node.kind === 'literal' && signR(base.node.value) === 0 && signR(k) < 0)
        fail('division-by-zero', 'this divides by zero', [at(e.span)]);
      return powerValue(base, k);
    }
    // the exponent is a scalar or has the base's shape
    if (!isScalar(exponent)) guard([e.base, e.exponent], () => hadamardValues(base, exponent));
    return like(base, apply(pow, [base.node, exponent.node]));
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

function productOf(e: ProductExpr, names: Names, guard: Guard): Value {
  checkCalled(e, names);
  const a = elaborate(e.left, names);
  const b = elaborate(e.right, names);
  const operands = [e.left, e.right];
  switch (e.op) {
    case 'times':
      return guard(operands, () => timesValue(a, b), productEdits(e));
    case 'hadamard':
      return guard(operands, () => noting(e, names, a, b, hadamardValues(a, b)), productEdits(e));
    case 'divide':
      if (b.node.kind === 'literal' && signR(b.node.value) === 0)
        fail('division-by-zero', 'this divides by zero', [at(e.right.span)]);
      return guard(operands, () => divideValue(a, b));
    case 'hadamard-divide':
      return guard(operands, () => noting(e, names, a, b, hadamardDivide(a, b)));
  }
}

/** Says where a row or column was repeated. */
function noting(e: ProductExpr | SumExpr, names: Names, a: Value, b: Value, result: Value): Value {
  const note = (v: Value, of: Expr): void => {
    if (v.shape.length !== result.shape.length && !isScalar(v))
      names.repeated({ span: of.span, from: v.shape, to: result.shape });
    else if (v.shape.length === 2 && v.shape.some((d, i) => d !== result.shape[i]))
      names.repeated({ span: of.span, from: v.shape, to: result.shape });
  };
  note(a, e.left);
  note(b, e.right);
  return result;
}

/** `sofmax(X)`: an unknown word before a bracket was meant as a function. */
function checkCalled(e: ProductExpr, names: Names): void {
  const callee = e.left.kind === 'product' ? e.left.right : e.left;
  if (callee.kind !== 'name' || callee.index || callee.name.length < 2) return;
  const { scope } = names;
  const source = scope.program.source;
  if (
    source[callee.span.end] !== '(' ||
    names.shapeOf(callee.name) ||
    scope.definitions.has(callee.name) ||
    scope.dimensions.has(callee.name)
  )
    return;
  const close = nearest(callee.name, [
    ...FUNCTION_NAMES,
    ...scope.functions.keys(),
    ...scope.aliases.keys(),
  ]);
  fail(
    'unknown-function',
    `${callee.name} is no known function`,
    [at(callee.span, 'used as a function')],
    {
      notes: [`an unknown function is declared: \`${callee.name}: elementwise\``],
      ...(close
        ? { edits: [[{ start: callee.span.start, end: callee.span.end, text: close }]] }
        : {}),
    },
  );
}

/** What may have been meant where a product does not fit: a transpose of either side, or entry by entry. */
function productEdits(e: ProductExpr): Edit[][] {
  const after = (x: Expr, text: string): Edit[] => {
    const simple = x.kind === 'name' || x.kind === 'call' || x.kind === 'transpose';
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

function sumOf(e: SumExpr, names: Names, guard: Guard): Value {
  // a long chain of terms is read from the left without recursion
  const spine: SumExpr[] = [];
  let first: Expr = e;
  for (; first.kind === 'sum'; first = first.left) spine.push(first);
  let value = elaborate(first, names);
  for (const s of spine.reverse()) {
    const left = value;
    const right = elaborate(s.right, names);
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

function callOf(e: CallExpr, names: Names, guard: Guard): Value {
  const { scope } = names;
  const declared = scope.functions.get(e.name);
  const target = scope.aliases.get(e.name) ?? e.name;
  if (declared) return declaredCall(e, names, declared.argument, guard);
  const record = functionNamed(target);
  if (!record) return unknownName(e.name, e.nameSpan, names);
  const [least, most] = record.arity;
  if (e.args.length < least || e.args.length > most) {
    fail(
      'wrong-arguments',
      `${record.name} takes ${least === most ? least : `${least} to ${most}`} argument${most === 1 ? '' : 's'}, and there ${e.args.length === 1 ? 'is' : 'are'} ${e.args.length}`,
      [at(e.span)],
      {
        notes: [record.signature],
      },
    );
  }
  const options = readOptions(e, record);
  if (record.dimensions) {
    const dims = e.args.map((a) => names.resolve(readDimension(a)));
    return guard(e.args, () =>
      (record.dimensions as NonNullable<FunctionRecord['dimensions']>)(dims),
    );
  }
  const args = e.args.map((a) => elaborate(a, names));
  if (e.primes > 0) return primed(e, record, args[0] as Value);
  return guard(e.args, () => record.build(args, options));
}

function readOptions(e: CallExpr, record: FunctionRecord): Options {
  let axis: Options['axis'] = null;
  for (const o of e.options) {
    if (o.name !== 'axis' || !record.axis)
      fail('unknown-option', `${record.name} has no option ${o.name}`, [at(o.span)], {
        notes: [record.signature],
      });
    const n = o.value.kind === 'number' ? toNumber(o.value.value) : undefined;
    if (n !== 0 && n !== 1)
      fail('bad-axis', 'an axis is 0 (down the rows) or 1 (along the rows)', [at(o.value.span)]);
    axis = n === 0 ? 0 : 1;
  }
  return { axis };
}

/** f′(x) of a function that acts entry by entry: the gradient of Σ f(x). */
function primed(e: CallExpr, record: FunctionRecord, x: Value): Value {
  const dummy = symbol('·', x.node.axes, { role: 'part' });
  let node: Node = record.build([like(x, dummy)], NO_OPTIONS).node;
  const entrywise =
    record.arity[1] === 1 && node.axes.length === x.node.axes.length && !record.axis;
  if (!entrywise)
    fail('no-derivative', `${e.name}′ is only for functions that act entry by entry`, [
      at(e.nameSpan),
    ]);
  for (let i = 0; i < e.primes; i++) {
    const r = inlineParts(reverse(total(node), [dummy]), () => false);
    node = r.gradients[0] ?? node;
  }
  return like(x, substitute([node], new Map([[dummy, x.node]]))[0] ?? node);
}

function declaredCall(e: CallExpr, names: Names, argument: Shape | null, guard: Guard): Value {
  const declared = names.scope.functions.get(e.name);
  const [only, ...rest] = e.args;
  if (!only || rest.length > 0 || e.options.length > 0)
    return fail('wrong-arguments', `${e.name} was declared with one argument`, [at(e.span)]);
  const x = elaborate(only, names);
  if (declared?.letter && !e.index)
    fail('bad-index', `${e.name} was declared as ${e.name}[${declared.letter}]: say which`, [
      at(e.nameSpan),
    ]);
  const fn = { name: e.name, index: e.index, order: e.primes };
  if (!argument) return like(x, apply(unknownElementwise, [x.node], fn));
  if (e.primes > 0)
    fail(
      'no-derivative',
      `${e.name} is a function of a whole array: its gradient is ∂${e.name}/∂(·)`,
      [at(e.nameSpan)],
    );
  const wanted = argument.map((d) => names.resolve(d));
  const fits = wanted.length === x.shape.length && wanted.every((d, i) => d === x.shape[i]);
  return guard([only], () => {
    if (!fits) {
      throw new OperandError(
        'shape-mismatch',
        `${e.name} was declared for ${formatShape(wanted)}, and this is ${formatShape(x.shape)}`,
        [{ which: 0, text: formatShape(x.shape) }],
        {
          equate:
            wanted.length === x.shape.length
              ? wanted.map((d, i): [Dim, Dim] => [d, x.shape[i] ?? d]).filter(([p, q]) => p !== q)
              : [],
        },
      );
    }
    return scalar(apply(unknownScalar, [x.node], fn));
  });
}
