import { inlineParts, reverse } from '../derive/reverse.ts';
import { apply, symbol, total } from '../expr/build.ts';
import type { Node } from '../expr/node.ts';
import { substitute } from '../expr/walk.ts';
import { functionNamed } from '../ops/index.ts';
import type { FunctionRecord, Options } from '../ops/record.ts';
import { unknownElementwise, unknownGradient, unknownScalar } from '../ops/unknown.ts';
import type { Value } from '../ops/value.ts';
import { like, OperandError, scalar } from '../ops/value.ts';
import type { Dim } from '../shape/dim.ts';
import { toNumber } from '../shape/rational.ts';
import { formatShape } from '../shape/shape.ts';
import type { CallExpr } from '../syntax/tree.ts';
import { at, fail } from './errors.ts';
import { type Context, unknownFunction } from './names.ts';
import type { DeclaredFunction } from './scope.ts';
import { readDimension } from './scope.ts';

const NO_OPTIONS: Options = { axis: null };

/** A function of the language by its name. */
export function build(name: string, args: readonly Value[], options: Options = NO_OPTIONS): Value {
  const record = functionNamed(name);
  if (!record) throw new Error(`no function ${name}`);
  return record.build(args, options);
}

/** Functions by the letter that papers have for them, and that is printed in LaTeX. */
const LETTERS: ReadonlyMap<string, string> = new Map([['ψ', 'digamma']]);

/** `f(a, b, axis=0)`, `σ′(Z)`. */
export function callOf(e: CallExpr, context: Context): Value {
  const { names, guard, go } = context;
  const { scope } = names;
  const [, gradientOf] = /^∂(.+)\/∂$/u.exec(e.name) ?? [];
  if (gradientOf !== undefined) return unknownGradientOf(e, gradientOf, context);
  const declared = scope.functions.get(e.name);
  const target = scope.aliases.get(e.name) ?? LETTERS.get(e.name) ?? e.name;
  if (declared) return declaredCall(e, declared, context);
  const record = functionNamed(target);
  if (!record) return unknownFunction(e.name, e.nameSpan, names);
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
  const values = e.args.slice(0, record.dimensionsFrom);
  const dims = e.args.slice(values.length).map((a) => names.resolve(readDimension(a)));
  const args = values.map(go);
  if (e.primes > 0) return primed(e, record, args[0] as Value);
  return guard(e.args, () => record.build(args, { ...options, dims }));
}

function readOptions(e: CallExpr, record: FunctionRecord): Options {
  let axis: Options['axis'] = null;
  for (const o of e.options) {
    if (o.name !== 'axis' || !record.axis)
      fail('unknown-option', `${record.name} has no option ${o.name}`, [at(o.span)], {
        notes: [record.signature],
      });
    const n = o.value.kind === 'number' ? toNumber(o.value.value) : -1;
    if (!Number.isInteger(n) || n < 0)
      fail('bad-axis', 'an axis is 0 (down the rows), 1 (along the rows), 2 … (of tensors)', [
        at(o.value.span),
      ]);
    axis = n;
  }
  if (e.axes !== undefined && !record.axes)
    fail('unexpected-token', `${record.name} takes no axes in quotes`, [at(e.span)], {
      notes: [record.signature],
    });
  return e.axes === undefined ? { axis } : { axis, axes: e.axes };
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

/** `∂ℓ/∂(XW)`: of a function that was declared for whole arrays. */
function unknownGradientOf(e: CallExpr, name: string, context: Context): Value {
  const declared = context.names.scope.functions.get(name);
  const [arg] = e.args;
  if (!declared?.argument || !arg)
    return fail(
      'unknown-name',
      `${name} is no unknown function, of which ∂${name}/∂(·) could be the gradient`,
      [at(e.nameSpan, 'this')],
      { notes: ['one is declared as in `ℓ: function(m×k) -> scalar`'] },
    );
  const { node } = declaredCall({ ...e, name }, declared, context);
  const [x] = node.kind === 'apply' ? node.args : [];
  if (!x || node.kind !== 'apply') throw new TypeError('a call of an unknown function');
  const fn = node.fn && { ...node.fn, order: 1 };
  return like(context.go(arg), apply(unknownGradient, [x], fn));
}

function declaredCall(
  e: CallExpr,
  declared: DeclaredFunction,
  { names, guard, go }: Context,
): Value {
  const { argument } = declared;
  const [only, ...rest] = e.args;
  if (!only || rest.length > 0 || e.options.length > 0)
    return fail('wrong-arguments', `${e.name} was declared with one argument`, [at(e.span)]);
  const x = go(only);
  if (declared.letter && !e.index)
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
