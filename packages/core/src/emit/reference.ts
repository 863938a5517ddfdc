import type { Domain, Interval } from '../expr/node.ts';
import { FUNCTION_NAMES, FUNCTIONS, functionNamed } from '../ops/index.ts';
import type { FunctionRecord } from '../ops/record.ts';
import { nearest } from '../syntax/nearest.ts';
import { NO_STYLE, type Style, table } from './report/layout.ts';
import { proseAscii } from './report/words.ts';

/** The reference of functions as plain text, from their records. */
export interface ReferenceOptions {
  /** Nothing but 7-bit characters. */
  readonly ascii?: boolean;
  readonly style?: Style;
  /** Columns; 80 where nothing is said. */
  readonly width?: number;
}

/** Every function with one line about it. */
export function functionListText(options: ReferenceOptions = {}): string {
  const { style = NO_STYLE, width = 80 } = options;
  const say = speller(options);
  const rows = FUNCTIONS.map((f) => [
    style.bold(say(f.signature)),
    { text: say(f.summary), paint: (t: string) => t },
  ]);
  return `${table(rows, width).join('\n')}\n`;
}

/** All that is known of one function, by its name or an alias; undefined where there is none. */
export function functionText(name: string, options: ReferenceOptions = {}): string | undefined {
  const record = functionNamed(name);
  if (!record) return undefined;
  const { style = NO_STYLE, width = 80 } = options;
  const say = speller(options);
  const rows = factsOf(record).map(([label, text]) => [
    style.dim(label),
    // A command is copied as it is, so that it stays in one line.
    label === 'example' ? say(text) : { text: say(text), paint: (t: string) => t },
  ]);
  return `${[style.bold(say(record.signature)), '', ...table(rows, width)].join('\n')}\n`;
}

/** The function whose name is few slips away. */
export const closestFunction = (name: string): string | undefined => nearest(name, FUNCTION_NAMES);

const speller = ({ ascii = false }: ReferenceOptions) =>
  ascii ? proseAscii : (text: string): string => text;

function factsOf(f: FunctionRecord): (readonly [label: string, text: string])[] {
  const { expression, where, wrt } = f.example;
  const [leaf] = f.primitives;
  const kinks = leaf?.mode === 'elementwise' ? (leaf.kinks ?? []) : [];
  return [
    ['is', f.summary],
    ...(f.aliases.length > 0 ? [['also', f.aliases.join(', ')] as const] : []),
    ...(leaf ? [['rule', leaf.law] as const] : []),
    ...(leaf && leaf.domain !== 'real' ? [['for', domainText(leaf.domain)] as const] : []),
    ...(kinks.length > 0 ? [['not smooth at', kinks.map(numberText).join(', ')] as const] : []),
    ...(leaf ? [['in LaTeX', leaf.spelling.latex.replaceAll(/\$(\d)/gu, argument)] as const] : []),
    ['example', `matgrad derive '${expression}' --where '${where}' --wrt ${wrt}`],
  ];
}

/** `x`, `y`, … for `$0`, `$1`, … */
const argument = (_: string, place: string): string => 'xyzuvw'.charAt(Number(place));

const DOMAIN: Readonly<Record<Exclude<Domain, Interval>, string>> = {
  real: 'all numbers',
  positive: 'numbers > 0',
  nonnegative: 'numbers ≥ 0',
  nonzero: 'numbers ≠ 0',
  invertible: 'invertible matrices',
  posdef: 'symmetric positive definite matrices',
};

function domainText(domain: Domain): string {
  if (typeof domain === 'string') return DOMAIN[domain];
  const { above, below } = domain;
  if (below === undefined) return `numbers > ${numberText(above ?? 0)}`;
  return above === undefined
    ? `numbers < ${numberText(below)}`
    : `numbers between ${numberText(above)} and ${numberText(below)}`;
}

/** A number, as a multiple of π/2 where it is one. */
function numberText(x: number): string {
  const quarters = (2 * x) / Math.PI;
  const text =
    Number.isInteger(quarters) && x !== 0
      ? `${Math.abs(quarters)}π/2`.replace(/^1π/u, 'π')
      : `${Math.abs(x)}`;
  return x < 0 ? `−${text}` : text;
}
