import { docFormula, docLines } from '../program/formula.ts';
import { nameText } from '../text.ts';
import { type LoopFunction, type LoopModule, shapeText } from './module.ts';

/** Text that cannot end a comment, and has one line. */
export const safe = (text: string): string =>
  text
    .replaceAll(/[\p{Cs}\p{Cc}\u2028\u2029]+/gu, ' ')
    .replaceAll('*/', '* /')
    .replaceAll('/*', '/ *')
    .replaceAll('\\', '/')
    .trimEnd();

/** Lines of text as a comment. */
export const commentOf = (lines: readonly string[], begin: '/**' | '/*'): string[] => [
  begin,
  ...lines.map((l) => ` * ${safe(l)}`.trimEnd()),
  ' */',
];

/** What a function computes: its formulas, and those of the named parts. */
export function headingOf({ program }: LoopModule, { kind }: LoopFunction): string[] {
  if (kind === 'value') return [program.title];
  const lines = docLines(program.derivatives, (d) => `${d.left} = ${d.text}`);
  const where = docLines(program.parts, (p) => {
    const left = nameText(p.symbol.name, p.symbol.index);
    return `where ${left} = ${docFormula(p.node, p.symbol.shape)}`;
  });
  const what = kind === 'derivative' ? 'The derivative of' : 'The value and the derivative of';
  return [`${what} ${program.title}`, '', ...lines, ...where];
}

/** The shape of an argument and what is taken for granted of it: `X: m×n symmetric`. */
export const argumentLines = (m: LoopModule): string[] =>
  m.arguments.map(({ name, shape, symbol }) =>
    [`${name}: ${shapeText(shape)}`, ...symbol.properties.filter((p) => p !== 'constant')].join(
      ' ',
    ),
  );
