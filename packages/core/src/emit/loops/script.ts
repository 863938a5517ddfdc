import { axesOf } from '../../shape/shape.ts';
import type { FormulaProgram } from '../program/request.ts';
import { bodyOf, type Dialect } from './body.ts';
import { dimText, factorText } from './dims.ts';
import { argumentLines, commentOf, headingOf, safe } from './doc.ts';
import {
  type Callable,
  type LoopFunction,
  type LoopModule,
  loopModule,
  shapeText,
} from './module.ts';
import { routinesFor } from './translate.ts';

const dialect = (like: string | null): Dialect => ({
  spelled: (node) => node.op.spelling.js,
  whole: (n) => `${n}`,
  real: (n) => `${n}`,
  cast: (text) => text,
  constants: { pi: 'Math.PI', inf: 'Infinity' },
  root: 'Math.sqrt',
  power: 'Math.pow',
  equals: '===',
  constant: (name, text) => `const ${name} = ${text};`,
  variable: (name, text) => `let ${name} = ${text};`,
  loop: (i, n) => `for (let ${i} = 0; ${i} < ${n}; ${i}++)`,
  comment: (text) => `// ${safe(text)}`,
  array: (name, length) => `const ${name} = ${arrayOf(like, length)};`,
  alias: (name, of) => `const ${name} = ${of};`,
  list: (arrays) => `[${arrays.join(', ')}]`,
  wholes: (numbers) => `[${numbers.join(', ')}]`,
});

const arrayOf = (like: string | null, length: string): string =>
  like === null ? `new Float64Array(${length})` : `zeros(${like}, ${length})`;

const NAMES = { value: 'value', derivative: 'derivative', both: 'valueAndDerivative' } as const;

/** TypeScript, with types in the signatures; for strict checking. */
export const toTypeScript = (program: FormulaProgram): string => scriptOf(program, true);

/** JavaScript, with types for editors in comments. */
export const toJavaScript = (program: FormulaProgram): string => scriptOf(program, false);

/**
 * The text of an ES module with `value`, `derivative` and `valueAndDerivative` over typed arrays, of either precision.
 * A number is a number; several derivatives come as a list, in the order asked for.
 */
function scriptOf(program: FormulaProgram, types: boolean): string {
  const module = loopModule(program);
  const functions = module.functions.map((fn) => defined(module, fn, types));
  const head = commentOf(
    [
      program.title,
      '',
      'Arrays lie row by row, and all arrays of a call are of one type; a result has the shape of the value followed by that of the variable.',
    ],
    '/**',
  );
  const code = functions.map((f) => f.code).join('\n');
  const own = [
    ...(code.includes('zeros(') ? [ZEROS] : []),
    ...(code.includes('measure(') ? [MEASURE] : []),
  ];
  const blocks = [
    ...(types
      ? ['/** Numbers of either precision. */\nexport type Floats = Float32Array | Float64Array;']
      : []),
    ...own.map((o) => o(types)),
    ...routinesFor(code, types ? 'typescript' : 'javascript'),
    ...functions.map((f) => f.text),
  ];
  return `${head.join('\n')}\n\n${blocks.join('\n\n')}\n`;
}

const ZEROS = (types: boolean): string =>
  types
    ? `/** A new array of the type of another one. */
function zeros<F extends Floats>(like: F, length: number): F {
  return new (like.constructor as unknown as new (length: number) => F)(length);
}`
    : `/**
 * A new array of the type of another one.
 * @template {Float32Array | Float64Array} F
 * @param {F} like
 * @param {number} length
 * @returns {F}
 */
function zeros(like, length) {
  return new /** @type {new (length: number) => F} */ (/** @type {unknown} */ (like.constructor))(length);
}`;

const MEASURE = (types: boolean): string => {
  const parameters = types
    ? 'name: string, array: Floats, shape: string, length: number'
    : 'name, array, shape, length';
  const doc = types
    ? '/** Refuses an array of another length. */'
    : `/**
 * Refuses an array of another length.
 * @param {string} name
 * @param {Float32Array | Float64Array} array
 * @param {string} shape
 * @param {number} length
 */`;
  return `${doc}
function measure(${parameters})${types ? ': void' : ''} {
  if (array.length === length) return;
  throw new RangeError(\`\${name} must have \${shape} = \${length} entries, not \${array.length}\`);
}`;
};

function defined(
  module: LoopModule,
  fn: LoopFunction,
  types: boolean,
): { text: string; code: string } {
  const arrays = module.arguments.filter((a) => a.symbol.axes.length > 0);
  const like = arrays[0]?.name ?? null;
  const own = dialect(like);
  const { lines, results } = bodyOf(module, fn, own);
  const size = (atom: string): string => module.sizes.get(atom) ?? '';
  const length = (dims: LoopFunction['outputs'][number]['shape']): string =>
    axesOf(dims)
      .map((d) => factorText(dimText(d, size)))
      .join(' * ') || '1';
  const sizes = [...module.sizes.values()];
  const opening = [
    ...(sizes.length > 0 ? [`const { ${sizes.join(', ')} } = sizes;`] : []),
    ...arrays.map(
      ({ name, shape }) => `measure('${name}', ${name}, '${shapeText(shape)}', ${length(shape)});`,
    ),
    ...fn.outputs.flatMap((o) =>
      o.store.kind === 'number'
        ? []
        : [`const ${o.name} = ${arrayOf(like, length(o.store.dims))};`],
    ),
  ];
  const F = like === null ? 'Float64Array' : 'F';
  const typeOf = (k: number): string => (fn.outputs[k]?.store.kind === 'number' ? 'number' : F);
  const many = (list: readonly string[]): string =>
    list.length === 1 ? (list[0] ?? '') : `[${list.join(', ')}]`;
  const all = fn.outputs.map((_, k) => typeOf(k));
  const [first = '', ...rest] = results;
  const returned =
    fn.kind === 'both' ? `{ value: ${first}, derivative: ${many(rest)} }` : many(results);
  const returnType =
    fn.kind === 'both' ? `{ value: ${all[0]}, derivative: ${many(all.slice(1))} }` : many(all);
  const parameters = [
    ...(sizes.length > 0
      ? [
          [
            'sizes',
            `{ ${sizes.map((s) => `${types ? 'readonly ' : ''}${s}: number`).join(', ')} }`,
          ] as const,
        ]
      : []),
    ...module.arguments.map(
      ({ name, symbol }) => [name, symbol.axes.length === 0 ? 'number' : F] as const,
    ),
    ...fn.callables.map((c) => [c.name, functionType(c, F)] as const),
  ];
  const described = argumentLines(module);
  const about = [
    ...headingOf(module, fn),
    '',
    ...(types
      ? [...described, ...fn.callables.map((c) => `${c.name}: ${c.meaning}`)]
      : [
          ...(like === null ? [] : ['@template {Float32Array | Float64Array} F']),
          ...parameters.map(([n, t]) => {
            const of = described.find((l) => l.startsWith(`${n}: `));
            const callable = fn.callables.find((c) => c.name === n);
            const text = of ? of.slice(n.length + 2) : (callable?.meaning ?? '');
            return `@param {${t}} ${n} ${text}`;
          }),
          `@returns {${returnType}}`,
        ]),
    ...(types ? fn.outputs.map((o) => `${o.name}: ${shapeText(o.shape)}, a result`) : []),
  ];
  const generic = types && like !== null ? '<F extends Floats>' : '';
  const code = [...opening, ...lines, `return ${returned};`];
  const text = [
    ...commentOf(about, '/**'),
    ...signature(
      `export function ${NAMES[fn.kind]}${generic}`,
      parameters.map(([n, t]) => (types ? `${n}: ${t}` : n)),
      types ? `: ${returnType}` : '',
    ),
    ...code.map((l) => `  ${l}`),
    '}',
  ];
  return { text: text.join('\n'), code: code.filter((l) => !l.startsWith('//')).join('\n') };
}

function functionType({ kind }: Callable, F: string): string {
  if (kind === 'entries') return '(x: number) => number';
  return `(z: ${F}) => ${kind === 'scalar' ? 'number' : F}`;
}

const WIDTH = 100;

function signature(start: string, parameters: readonly string[], type: string): string[] {
  const one = `${start}(${parameters.join(', ')})${type} {`;
  if (one.length <= WIDTH) return [one];
  return [`${start}(`, ...parameters.map((p) => `  ${p},`), `)${type} {`];
}
