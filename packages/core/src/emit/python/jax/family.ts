import { docstring } from '../docstring.ts';
import type { FamilyModule } from '../family/module.ts';
import { familyPasses, staticPy } from '../family/passes.ts';
import { type Further, INDENT } from '../module.ts';
import { targets } from '../passes.ts';
import { definition, print, py } from '../tree.ts';

const indented = (lines: readonly string[]): string[] => lines.map((l) => INDENT + l);
const tupleOf = (items: readonly string[]): string => print(py.tuple(items.map(py.name)));

/** The same for families: lists and tables by place are trees of arrays to JAX. Sizes are read off the arguments in both passes. */
export function jaxFamily(module: FamilyModule): Further {
  const { dialect, names, request, sizes } = module;
  const { statics, forward, backward, tables, arrays, cotangent, nodes } = familyPasses(module);
  const inputs = names.inputs.map((i) => i.name);
  const constant = statics.length > 0 ? ['static'] : [];
  const given = [...constant, ...inputs];
  const left = targets(statics.map((s) => s.name));
  const unpack = left ? [`${left} = static`] : [];
  const saved = ['inputs', ...arrays, ...tables];
  const results = names.inputs.map(({ name, list }, k) => {
    const made = backward.results[k];
    if (!made) return list ? `[None] * len(${name})` : 'None';
    return list
      ? `[${cotangent} * d for d in ${print(made)}]`
      : print(py.binary('*', py.name(cotangent), made));
  });
  const outer = [
    statics.length > 0 ? '@partial(jax.custom_vjp, nondiff_argnums=(0,))' : '@jax.custom_vjp',
    ...definition('_value', given),
    ...indented([`return forward(${given.join(', ')})[0]`]),
  ].join('\n');
  const first = [
    ...definition('forward', given),
    ...docstring([`The value, and what the backward pass reads: ${saved.join(', ')}.`], INDENT),
    ...indented([
      ...unpack,
      `inputs = ${tupleOf(inputs)}`,
      ...sizes,
      ...forward.lines,
      `return ${print(forward.value)}, ${tupleOf(saved)}`,
    ]),
  ].join('\n');
  const second = [
    ...definition('backward', [...constant, 'saved', cotangent]),
    ...docstring([`The cotangents of the arguments, from ${cotangent}, the value's.`], INDENT),
    ...indented([
      ...unpack,
      `${targets(saved)} = saved`,
      `${targets(inputs)} = inputs`,
      ...sizes,
      ...backward.lines,
      `return ${results.length === 1 ? `(${results[0]},)` : results.join(', ')}`,
    ]),
  ].join('\n');
  const passed = names.inputs.map(({ name, list }, k) => {
    if (backward.results[k]) return name;
    names.helpers.add('fixed');
    return list ? `[fixed(a, "${name}") for a in ${name}]` : `fixed(${name}, "${name}")`;
  });
  const call = [...(statics.length > 0 ? [tupleOf(staticPy(statics))] : []), ...passed].join(', ');
  const wrapper = module.written('differentiable', {
    lines: [`return _value(${call})`],
    nodes,
    heading: [
      `${request.title}, which ${dialect.title} differentiates by the derived backward pass.`,
    ],
    returns: 'Returns a scalar.',
  });
  return { blocks: [outer, first, second, '_value.defvjp(forward, backward)', wrapper], main: [] };
}
