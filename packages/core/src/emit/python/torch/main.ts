import type { Node, Property, Sym } from '../../../expr/node.ts';
import { evalDim } from '../../../shape/dim.ts';
import { constraintsOf } from '../../../verify/domain.ts';
import { compile } from '../../../verify/evaluate.ts';
import type { Style } from '../../../verify/inputs.ts';
import { findPoint } from '../../../verify/point.ts';
import { random } from '../../../verify/random.ts';
import { dimensionNames } from '../../../verify/sizes.ts';
import { docstring } from '../docstring.ts';
import { type Further, INDENT, type Module } from '../module.ts';
import { definition, py, returning, statement } from '../tree.ts';

/** Sizes of the arrays of a check: small, since it goes through every entry. */
const SIZES = [3, 2, 4] as const;
/** Sizes that are tried. */
const TRIES = 12;
/** Larger graphs are not evaluated to find out where they are defined. */
const MAX_NODES = 4000;

interface Ground {
  readonly sizes: ReadonlyMap<string, number>;
  readonly style: Style;
}

/** Sizes at which a formula is defined, and how to draw arguments for it; undefined where none are found. */
function groundOf(value: Node, inputs: readonly Sym[]): Ground | undefined {
  const source = random(1);
  const names = dimensionNames([value, ...inputs]);
  for (let k = 0; k < TRIES; k++) {
    const sizes = new Map(
      names.map((n, i) => [n, SIZES[k === 0 ? i % 3 : source.below(3)] as number]),
    );
    const program = compile([value, ...inputs], sizes);
    if (program.nodes.length > MAX_NODES) return { sizes, style: 'gaussian' };
    const found = findPoint(program, constraintsOf(program), source);
    if ('style' in found) return { sizes, style: found.style };
  }
  return undefined;
}

/** Entries of free numbers as the style of drawing wants them. */
function styled(name: string, style: Style, matrix: boolean, square: boolean): string {
  const near = square ? `torch.eye(*${name}.shape, dtype=${name}.dtype) + ` : '';
  switch (style) {
    case 'gaussian':
    case 'orthonormal':
      return name;
    case 'positive':
      return `torch.exp(${name} / 2)`;
    case 'near-identity':
      return matrix ? `${near}${name} / 8` : name;
    case 'near-identity-positive':
      return matrix ? `${near}torch.exp(${name} / 2) / 8` : `torch.exp(${name} / 2)`;
    case 'small':
      return `${name} / 10`;
    case 'fraction':
      return `torch.exp(${name} / 2) / (2 * ${name}.numel())`;
    case 'large':
      return `1 + torch.exp(${name} / 2)`;
  }
}

/** Facts that leave nothing else to be said of an array's entries. */
const ALONE: readonly Property[] = ['simplex', 'integer', 'orthogonal'];

/** An argument with its declared properties, made of free numbers of its shape; undefined where none is known. */
export function factual(
  { shape, properties }: Pick<Sym, 'shape' | 'properties'>,
  name: string,
  style: Style = 'gaussian',
): string | undefined {
  const has = (...names: readonly Property[]): boolean => names.some((p) => properties.includes(p));
  const matrix = shape.length === 2;
  const square = matrix && shape[0] === shape[1];
  const eye = `torch.eye(*${name}.shape, dtype=${name}.dtype)`;
  const structure = has('symmetric', 'skew', 'diagonal', 'posdef', 'lower', 'upper');
  if (ALONE.some((p) => has(p))) {
    if (structure || ALONE.filter((p) => has(p)).length > 1) return undefined;
    if (has('simplex')) return `torch.softmax(${name}, dim=-1)`;
    if (has('integer'))
      return has('positive', 'nonnegative')
        ? `2 + torch.round(torch.abs(${name}))`
        : `torch.sign(${name}) * (2 + torch.round(torch.abs(${name})))`;
    return square ? `torch.linalg.matrix_exp(${name} - ${name}.T)` : `torch.linalg.qr(${name})[0]`;
  }
  const positive = has('positive', 'nonnegative');
  const entries = positive
    ? `torch.exp(${name} / 2)`
    : styled(name, style, matrix, square && !has('skew'));
  if (has('posdef'))
    return has('diagonal')
      ? `torch.diag(torch.exp(torch.diagonal(${name}) / 2))`
      : `${entries} @ (${entries}).T / len(${name}) + ${eye}`;
  const shifted = has('invertible') ? `${entries} + 2 * len(${name}) * ${eye}` : entries;
  if (has('diagonal')) return `torch.diag(torch.diagonal(${shifted}))`;
  if (has('symmetric')) return `(${shifted} + (${shifted}).T) / 2`;
  if (has('skew')) return `(${entries} - (${entries}).T) / 2`;
  if (has('lower')) return `torch.tril(${shifted}) + ${eye}`;
  if (has('upper')) return `torch.triu(${shifted}) + ${eye}`;
  return shifted;
}

const NOTHING: Further = { blocks: [], main: [] };

/**
 * What runs the check of the backward pass by differences (`torch.autograd.gradcheck`), at random arguments that have the declared
 * properties and at which the value is defined. Nothing where such are not found, and where functions are left unknown.
 */
export function gradcheckOf(module: Module): Further {
  const { request, arguments: given, callables, untold } = module;
  if (given.length === 0 || callables.length > 0) return NOTHING;
  const ground = groundOf(
    request.value,
    request.inputs.map((i) => i.symbol),
  );
  if (!ground) return NOTHING;
  const made = request.inputs.map(({ symbol, shape }, k) =>
    factual({ shape, properties: symbol.properties }, given[k]?.name ?? '', ground.style),
  );
  if (made.includes(undefined)) return NOTHING;
  const names = given.map((a) => a.name);
  const plain = made.every((m, k) => m === names[k]);
  const keywords = untold.map((n) => `${n}=${ground.sizes.get(module.dimension(n)) ?? 3}`);
  const wanted = new Set(request.derivatives.map((d) => d.variable));
  const moved = request.inputs.flatMap(({ symbol }, k) => (wanted.has(symbol) ? [k] : []));
  const free = given.map((a) => {
    const sides = a.shape.map((d) => `${evalDim(d, ground.sizes)}`);
    return py.call(
      'torch.randn',
      [py.name(`(${sides.join(', ')}${sides.length === 1 ? ',' : ''})`)],
      [['dtype', py.name('torch.float64')]],
    );
  });
  const all = [plain ? '*free' : '*arguments(*free)', ...keywords].join(', ');
  const block = [
    ...definition('arguments', names),
    ...docstring(['Free numbers, made into arguments with the declared properties.'], INDENT),
    ...returning(
      made.map((m) => py.name(m ?? '')),
      INDENT,
    ),
  ].join('\n');
  return {
    blocks: plain ? [] : [block],
    main: [
      'torch.manual_seed(0)',
      'for attempt in range(1000):',
      ...statement('free = ', py.list(free), INDENT),
      `${INDENT}if torch.isfinite(value(${all})).all():`,
      `${INDENT}${INDENT}break`,
      `for k in ${`(${moved.join(', ')}${moved.length === 1 ? ',' : ''})`}:`,
      `${INDENT}free[k].requires_grad_()`,
      `assert torch.autograd.gradcheck(lambda *free: differentiable(${all}), free)`,
      'print("the backward pass agrees with differences of the value")',
    ],
  };
}
