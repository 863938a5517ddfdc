import { docstring } from '../docstring.ts';
import { placePy } from '../family/members.ts';
import type { FamilyModule } from '../family/module.ts';
import { familyPasses, staticPy } from '../family/passes.ts';
import { type Further, INDENT } from '../module.ts';
import { targets } from '../passes.ts';
import { definition, print, py } from '../tree.ts';
import { factual } from './main.ts';

const TWICE = INDENT + INDENT;
const indented = (lines: readonly string[], by: string): string[] => lines.map((l) => by + l);

/**
 * The same for families: lists are passed one array after the other, since autograd sees no others. Sizes are read off the arguments
 * in both passes.
 */
export function torchFamily(module: FamilyModule): Further {
  const { dialect, names, request, sizes } = module;
  const { statics, forward, backward, tables, arrays, cotangent, nodes } = familyPasses(module);
  const inputs = names.inputs.map((i) => i.name);
  names.helpers.add('split');
  const unpack = `${targets(['counts', ...statics.map((s) => s.name)])} = `;
  const saved = ['*arrays', ...arrays, ...tables.map((t) => `*${t}.values()`)].join(', ');
  const results = names.inputs.map(({ name, list }, k) => {
    const made = backward.results[k];
    if (!made) return list ? `*[None] * len(${name})` : 'None';
    return list
      ? `*[${cotangent} * d for d in ${print(made)}]`
      : print(py.binary('*', py.name(cotangent), made));
  });
  const kept = [...inputs, ...arrays, ...tables].join(', ');
  const cls = [
    'class Value(torch.autograd.Function):',
    ...docstring(
      [`${request.title}, with the derived backward pass. Kept for it: ${kept}.`],
      INDENT,
    ),
    '',
    `${INDENT}@staticmethod`,
    `${INDENT}def forward(ctx, static, *arrays):`,
    ...indented(
      [
        `${unpack}static`,
        `${targets(inputs)} = split(iter(arrays), counts)`,
        ...sizes,
        ...forward.lines,
        'ctx.static = static',
        ...(tables.length > 0
          ? [`ctx.places = [${tables.map((t) => `list(${t})`).join(', ')}]`]
          : []),
        `ctx.save_for_backward(${saved})`,
        `return ${print(forward.value)}`,
      ],
      TWICE,
    ),
    '',
    `${INDENT}@staticmethod`,
    `${INDENT}@once_differentiable`,
    `${INDENT}def backward(ctx, ${cotangent}):`,
    ...indented(
      [
        `${unpack}ctx.static`,
        'rest = iter(ctx.saved_tensors)',
        `${targets(inputs)} = split(rest, counts)`,
        ...arrays.map((a) => `${a} = next(rest)`),
        ...tables.map((t, k) => `${t} = {place: next(rest) for place in ctx.places[${k}]}`),
        ...sizes,
        ...backward.lines,
        `return None, ${results.join(', ')}`,
      ],
      TWICE,
    ),
  ].join('\n');
  const counts = print(
    py.tuple(names.inputs.map((i) => py.name(i.list ? `len(${i.name})` : 'None'))),
  );
  const refused = names.inputs.filter((_, k) => !backward.results[k]);
  const passed = names.inputs.map((i) => (i.list ? `*${i.name}` : i.name)).join(', ');
  const wrapper = module.written('differentiable', {
    lines: [
      ...refused.map(({ name, list }) => {
        const asked = list ? `any(a.requires_grad for a in ${name})` : `${name}.requires_grad`;
        return `assert not ${asked}, "no derivative by ${name} was asked for"`;
      }),
      `return Value.apply((${[counts, ...staticPy(statics)].join(', ')},), ${passed})`,
    ],
    nodes,
    heading: [
      `${request.title}, which ${dialect.title} differentiates by the derived backward pass.`,
    ],
    returns: 'Returns a scalar.',
  });
  const check = gradcheckOf(
    module,
    names.inputs.flatMap((_, k) => (backward.results[k] ? [k] : [])),
  );
  return { blocks: [cls, wrapper, ...check.blocks], main: check.main };
}

/** The check by differences, for families of three steps and small arrays. */
function gradcheckOf(module: FamilyModule, moved: readonly number[]): Further {
  const { names, untold } = module;
  const tables = module.tablesOfSizes();
  const item = names.claimed('array');
  const made = names.inputs.map(({ symbol, name, list }) => factual(symbol, list ? item : name));
  if (made.includes(undefined) || names.callables.length > 0 || untold.some((n) => tables.has(n)))
    return { blocks: [], main: [] };
  const sizeNames = names.sizeNames();
  const numbers = [...names.ends].map(
    ([end, least]) => `${sizeNames.name(end)} = ${Math.max(3, least)}`,
  );
  const dims = [
    ...new Set(names.atoms.filter((a) => !a.index).map((a) => names.named('dim', a.name))),
  ].map((n, k) => `${n} = ${2 + (k % 3)}`);
  const lengths = [...tables].map(
    (t) => `${t} = {place: 2 + place % 2 for place in range(-9, 99)}`,
  );
  const counts: string[] = [];
  const free = names.inputs.map(({ shape, list }) => {
    const letter = list ? names.named('letter', list.letter) : '';
    const letters = list ? [{ name: list.letter, py: letter, lead: 0 }] : [];
    const sides = py.tuple(shape.map(names.place(letters).dim));
    const drawn = `torch.randn(${print(sides)}, dtype=torch.float64)`;
    if (!list) {
      counts.push('None');
      return `${drawn},`;
    }
    const at = names.places([]);
    const range = `range(${print(placePy(list.run.from, at))}, ${print(placePy(list.run.to, at, 1))})`;
    counts.push(`len(${range})`);
    return `*[${drawn} for ${letter} in ${range}],`;
  });
  const keywords = untold.map((n) => `, ${n}=${n}`).join('');
  const inputs = names.inputs.map((i) => i.name);
  const block = [
    ...definition('arguments', ['counts', 'free']),
    ...docstring(['Free numbers, made into arguments with the declared properties.'], INDENT),
    `${INDENT}${targets(inputs)} = split(iter(free), counts)`,
    `${INDENT}return ${names.inputs
      .map(({ name, list }, k) => (list ? `[${made[k]} for ${item} in ${name}]` : made[k]))
      .join(', ')}${inputs.length === 1 ? ',' : ''}`,
  ].join('\n');
  return {
    blocks: [block],
    main: [
      'torch.manual_seed(0)',
      ...numbers,
      ...dims,
      ...lengths,
      `counts = ${print(py.tuple(counts.map(py.name)))}`,
      'for attempt in range(1000):',
      `${INDENT}free = [`,
      ...free.map((f) => TWICE + f),
      `${INDENT}]`,
      `${INDENT}if torch.isfinite(value(*arguments(counts, free)${keywords})):`,
      `${TWICE}break`,
      'for k, given in enumerate(split(iter(free), counts)):',
      `${INDENT}for array in given if isinstance(given, list) else [given]:`,
      `${TWICE}array.requires_grad_(k in ${print(py.tuple(moved.map(py.int)))})`,
      `assert torch.autograd.gradcheck(lambda *free: differentiable(*arguments(counts, free)${keywords}), free)`,
      'print("the backward pass agrees with differences of the value")',
    ],
  };
}
