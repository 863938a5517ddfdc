import { isIntegerR, toNumber } from '../../shape/rational.ts';
import { identifier } from '../python/names.ts';
import type { Language, ProgramParts } from './language.ts';
import { MATLAB_HELPERS } from './matlab-helpers.ts';
import type { Term } from './term.ts';

/** Keywords of MATLAB and Octave, and the functions that the code calls. */
const RESERVED = `
  break case catch classdef continue do else elseif end end_try_catch end_unwind_protect endfor endfunction endif endswitch
  endwhile enumeration events for function global if methods otherwise parfor persistent properties return spmd switch try
  until unwind_protect unwind_protect_cleanup while ans varargin nargin nargout value_and_derivative
  Inf NaN pi i j size sum ones zeros eye class diag trace norm sqrt exp log sin cos tan tanh abs sign max min asin acos atan
  atan2 sinh cosh asinh acosh atanh expm1 log1p nthroot erf erfc gammaln psi inv det chol pinv svd tril triu cat reshape permute
  assert isequal numel kron expm sqrtm logm real lu cast fliplr full
`;

const sides = (list: readonly string[]): string => `[${list.join(', ')}]`;

/** MATLAB, in the part that Octave reads too: one function for value and derivatives, as optimisers call it. */
export const MATLAB: Language = {
  spelling: 'matlab',
  title: 'MATLAB',
  comment: '%',
  reserved: new Set([...RESERVED.trim().split(/\s+/), ...MATLAB_HELPERS.keys()]),
  identifier,
  helpers: MATLAB_HELPERS,
  plus: '+',
  minus: '-',
  functions: {
    sumRows: 'sum($0, 2)',
    sumColumns: "sum($0, 1)'",
    total: (rank) => `${'sum('.repeat(rank)}$0${')'.repeat(rank)}`,
    squares: null,
    norm: "norm($0, 'fro')",
    trace: 'trace($0)',
    diagonal: 'diag($0)',
    // Octave has a type of its own for diagonal matrices, whose rows and columns it does not repeat
    diagonalMatrix: 'full(diag($0))',
    sqrt: 'sqrt($0)',
    infinity: 'Inf',
    pi: 'pi',
  },
  literal: (value, t) => {
    if (isIntegerR(value) && value.num < 2n ** 53n) return t.int(value.num);
    const decimal = String(toNumber(value));
    if (decimal.length <= 8 || value.num >= 2n ** 53n || value.den >= 2n ** 53n)
      return t.number(decimal);
    return t.binary('/', t.int(value.num), t.int(value.den));
  },
  like: (args) => {
    const first = args.find((a) => a.rank > 0) ?? args[0];
    return { text: first ? `class(${first.name})` : '', line: '' };
  },
  filled: (value, given, t, { text }) => {
    const all = given.length === 1 ? [...given, t.int(1)] : given;
    const type = text === '' ? '' : `, ${text}`;
    const places = all.map((_, k) => `$${k}`).join(', ');
    return t.call(`${value === 1 ? 'ones' : 'zeros'}(${places}${type})`, ...all);
  },
  identity: (side, t, { text }) =>
    t.call(text === '' ? 'full(eye($0))' : `full(eye($0, ${text}))`, side),
  list: (numbers) => `[${numbers.join(' ')}]`,
  reshape: (a, given, t) => {
    const all = given.length === 1 ? [...given, t.int(1)] : given;
    if (all.length === 0) return a;
    return t.call(`reshape($0, ${all.map((_, k) => `$${k + 1}`).join(', ')})`, a, ...all);
  },
  own: (result) => result,
  typed: (number) => number,
  untyped: (number) => number,
  assign: (name, value) => `${name} = ${value};`,
  side: (array, axis, t) => t.call(`size($0, ${axis})`, array),
  quotient: (over: Term, under: Term, t) => t.binary('/', over, under),
  refuse: ({ name, rank }, given, message) => {
    const wanted = rank === 0 ? ['1', '1'] : rank === 1 ? [...given, '1'] : given;
    // sides of one at the end are not kept
    const found =
      rank > 2 ? sides(given.map((_, k) => `size(${name}, ${k + 1})`)) : `size(${name})`;
    return `assert(isequal(${found}, ${sides(wanted)}), '${message.replaceAll("'", "''")}');`;
  },
  program: ({
    title,
    args,
    options,
    derivatives,
    documentation,
    staged,
    helpers,
  }: ProgramParts) => {
    const { first, further } = staged();
    const outputs = ['value', ...derivatives];
    const body = [
      ...first.lines,
      `value = ${first.results.join('')};`,
      ...(derivatives.length > 0 ? ['if nargout < 2', '  return', 'end'] : []),
      ...further.lines,
      ...derivatives.map((d, k) => `${d} = ${further.results[k] ?? ''};`),
    ];
    const text = [
      `function [${outputs.join(', ')}] = value_and_derivative(${[...args, ...options].join(', ')})`,
      `% ${title}`,
      '%',
      ...documentation.map((l) => `% ${l}`.trimEnd()),
      '%',
      '% Runs in MATLAB and Octave. Vectors are columns; the derivatives are computed where they are asked for.',
      ...body.map((l) => `  ${l}`),
      'end',
    ].join('\n');
    const used = helpers(body.join('\n'));
    return `${text}\n${used === '' ? '' : `\n${used}\n`}`;
  },
};
