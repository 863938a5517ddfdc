import { docstring } from '../docstring.ts';
import { type Further, INDENT, type Module } from '../module.ts';
import { passesOf, targets, tuple } from '../passes.ts';
import { shapeText } from '../sizes.ts';
import { definition, py, returning } from '../tree.ts';

const indented = (lines: readonly string[]): string[] => lines.map((l) => INDENT + l);

/**
 * A `jax.custom_vjp` whose backward pass is the derived one. Sizes and functions are static arguments (`nondiff_argnums`), so that
 * they stay Python's own while arrays are traced. An argument that no derivative was asked for refuses to be differentiated by.
 */
export function jaxFunction(module: Module): Further {
  const { request, dialect } = module;
  const { statics, forward, backward, saved, cotangent } = passesOf(module);
  const fixed = [...new Set([...statics.forward, ...statics.backward])];
  const names = module.arguments.map((a) => a.name);
  const constant = fixed.length > 0 ? ['static'] : [];
  const given = [...constant, ...names];
  const unpack = (used: readonly string[]): string[] => {
    const left = targets(fixed.map((n) => (used.includes(n) ? n : '_')));
    return used.length > 0 && left ? [`${left} = static`] : [];
  };
  const left = targets(saved);
  const kept = saved.length > 0 ? saved.join(', ') : 'nothing';
  const outer = [
    fixed.length > 0 ? '@partial(jax.custom_vjp, nondiff_argnums=(0,))' : '@jax.custom_vjp',
    ...definition('_value', given),
    ...indented([`return forward(${given.join(', ')})[0]`]),
  ].join('\n');
  const first = [
    ...definition('forward', given),
    ...docstring([`The value, and what the backward pass reads: ${kept}.`], INDENT),
    ...indented([
      ...unpack(statics.forward),
      ...forward.lines,
      ...returning([forward.value, py.name(tuple(saved))], ''),
    ]),
  ].join('\n');
  const results = backward.results.map((r) => r ?? py.name('None'));
  const second = [
    ...definition('backward', [...constant, 'saved', cotangent]),
    ...docstring([`The cotangents of the arguments, from ${cotangent}, the value's.`], INDENT),
    ...indented([
      ...unpack(statics.backward),
      ...(left ? [`${left} = saved`] : []),
      ...backward.lines,
      ...(results.length === 1 ? returning([py.tuple(results)], '') : returning(results, '')),
    ]),
  ].join('\n');
  const refused = names.filter((_, k) => backward.results[k] === null);
  if (refused.length > 0) module.need('fixed');
  const call = py.call('_value', [
    ...(fixed.length > 0 ? [py.name(tuple(fixed))] : []),
    ...names.map((n) => py.name(refused.includes(n) ? `fixed(${n}, "${n}")` : n)),
  ]);
  const wrapper = [
    ...definition('differentiable', module.parameters(module.functionsUsed())),
    ...docstring(
      module.documentation(
        [`${request.title}, which ${dialect.title} differentiates by the derived backward pass.`],
        `Returns ${shapeText(request.valueShape)}.`,
      ),
      INDENT,
    ),
    ...indented([...module.prelude, ...returning([call], '')]),
  ].join('\n');
  return { blocks: [outer, first, second, '_value.defvjp(forward, backward)', wrapper], main: [] };
}
