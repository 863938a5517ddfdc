import { isIntegerR, toNumber } from '../../shape/rational.ts';
import { identifier } from '../python/names.ts';
import { JULIA_HELPERS } from './julia-helpers.ts';
import type { Body, Language, Like, ProgramParts } from './language.ts';
import type { Term, Terms } from './term.ts';

/** Keywords of Julia, and the functions that the code calls. */
const RESERVED = `
  abstract baremodule begin break catch const continue do else elseif end export finally for function global if import in
  isa let local macro module mutable new outer primitive quote return struct try type using where while true false
  derivative value_and_derivative I Inf NaN pi π ℯ im
  size sum ones zeros diag diagm tr norm sqrt exp log sin cos tan tanh abs abs2 sign max min clamp asin acos atan sinh cosh
  asinh acosh atanh expm1 log1p cbrt inv det logabsdet cholesky Symmetric pinv svd svdvals tril triu cat reshape permutedims vec
  first only copy float promote_type eltype div Matrix DimensionMismatch throw
`;

const typed = (number: Term, t: Terms, { text }: Like): Term =>
  text === '' ? number : t.call(`${text}($0)`, number);

/** Julia with its standard library. Literals are whole numbers and ratios of them, which take the type of what they meet. */
export const JULIA: Language = {
  spelling: 'julia',
  title: 'Julia',
  comment: '#',
  reserved: new Set([...RESERVED.trim().split(/\s+/), ...JULIA_HELPERS.keys()]),
  // Greek letters are letters
  identifier: (name) => (/^\p{L}[\p{L}\p{N}_]*$/u.test(name) ? name : identifier(name)),
  helpers: JULIA_HELPERS,
  plus: '.+',
  minus: '.-',
  functions: {
    sumRows: 'vec(sum($0; dims=2))',
    sumColumns: 'vec(sum($0; dims=1))',
    total: () => 'sum($0)',
    squares: 'sum(abs2, $0)',
    norm: 'norm($0)',
    trace: 'tr($0)',
    diagonal: 'diag($0)',
    diagonalMatrix: 'diagm($0)',
    sqrt: 'sqrt.($0)',
    infinity: 'Inf',
    pi: 'π',
  },
  literal: (value, t) => {
    if (value.num >= 2n ** 62n || value.den >= 2n ** 62n) {
      const text = String(toNumber(value));
      return t.number(/[.e]/u.test(text) ? text : `${text}.0`);
    }
    return isIntegerR(value)
      ? t.int(value.num)
      : t.binary('//', t.int(value.num), t.int(value.den));
  },
  like: (args, type) => {
    const arrays = args.filter((a) => a.rank > 0);
    const types = (arrays.length > 0 ? arrays : args).map((a) => `eltype(${a.name})`);
    const one = types.length === 1 ? types.join('') : `promote_type(${types.join(', ')})`;
    return types.length === 0
      ? { text: 'Float64', line: '' }
      : { text: type, line: `${type} = float(${one})` };
  },
  filled: (value, sides, t, { text }) =>
    t.call(
      `${value === 1 ? 'ones' : 'zeros'}(${[text, ...sides.map((_, k) => `$${k}`)].join(', ')})`,
      ...sides,
    ),
  identity: (side, t, { text }) => t.call(`Matrix{${text}}(I, $0, $0)`, side),
  list: (numbers) => (numbers.length === 1 ? `(${numbers[0]},)` : `(${numbers.join(', ')})`),
  reshape: (a, sides, t) =>
    sides.length === 0
      ? t.call('only($0)', a)
      : sides.length === 1
        ? t.call('vec($0)', a)
        : t.call(`reshape($0, ${sides.map((_, k) => `$${k + 1}`).join(', ')})`, a, ...sides),
  own: (result, rank, t, like) => {
    const size = result.kind === 'negative' ? (result.args[0] ?? result) : result;
    if (rank === 0)
      return size.kind === 'number' || size.text === '//' ? typed(result, t, like) : result;
    return result.kind === 'name' || result.kind === 'transposed'
      ? t.call('copy($0)', result)
      : result;
  },
  typed,
  untyped: (number, { text }) =>
    (number.text === `${text}($0)` ? number.args[0] : undefined) ?? number,
  assign: (name, value) => `${name} = ${value}`,
  side: (array, axis, t) => t.call(`size($0, ${axis})`, array),
  quotient: (over, under, t) => t.call('div($0, $1)', over, under),
  refuse: ({ name }, sides, message) => {
    const wanted = sides.length === 1 ? `(${sides[0]},)` : `(${sides.join(', ')})`;
    return `size(${name}) == ${wanted} || throw(DimensionMismatch("${message}, not $(size(${name}))"))`;
  },
  program: ({ title, args, options, derivatives, documentation, body, helpers }: ProgramParts) => {
    const parameters = [args.join(', '), ...(options.length > 0 ? [options.join(', ')] : [])].join(
      '; ',
    );
    const define = (name: string, heading: string, work: Body): string =>
      [
        `# ${heading}`,
        `function ${name}(${parameters})`,
        ...work.lines.map((l) => `    ${l}`),
        `    return ${work.results.join(', ')}`,
        'end',
      ].join('\n');
    const functions = [
      define('value', title, body('value')),
      ...(derivatives.length > 0
        ? [
            define('derivative', derivatives.join(', '), body('derivative')),
            define('value_and_derivative', `value, ${derivatives.join(', ')}`, body('both')),
          ]
        : []),
    ];
    const used = helpers(functions.join('\n'));
    return `${[
      [
        `# ${title}`,
        '#',
        ...documentation.map((l) => `# ${l}`.trimEnd()),
        '#',
        '# Runs with the standard library. Vectors are Vector, rows 1×n Matrix; several results are a tuple.',
      ].join('\n'),
      'using LinearAlgebra',
      ...(used === '' ? [] : [used]),
      ...functions,
    ].join('\n\n')}\n`;
  },
};
