import { checkText } from '../lexer.ts';
import { LIMITS } from '../limits.ts';
import { fail } from '../problem.ts';
import type { Span } from '../tree.ts';

/** One word, number, string or sign of Python. */
export interface PyToken extends Span {
  readonly kind: 'name' | 'number' | 'string' | 'sign' | 'end';
  readonly text: string;
}

/** One statement: its lines are joined where a bracket is open. */
export interface PyLine extends Span {
  readonly tokens: readonly PyToken[];
}

const SKIPPED = /(?:[^\S\n\r]|\\\r?\n|#[^\n\r]*|[\u200b\ufeff])+/uy;
const NEWLINE = /\r\n|[\n\r]/uy;
const NAME = /[\p{L}_][\p{L}\p{M}\p{N}_]*/uy;
const NUMBER = /(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?/uy;
const STRING = /[rbfuRBFU]?(?:"""[^]*?"""|'''[^]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')/uy;
const SIGN = /\*\*=?|\/\/=?|[-+*/@%&|^]=|->|:=|<<|>>|[=!<>]=|\.\.\.|[^\s]/uy;
const DEPTH: ReadonlyMap<string, number> = new Map([
  ...Array.from('([{', (c) => [c, 1] as const),
  ...Array.from(')]}', (c) => [c, -1] as const),
]);

/** Text to statements. @throws MatgradError too-long, binary-input */
export function pythonLines(source: string, from: number): PyLine[] {
  checkText(source, from);
  const lines: PyLine[] = [];
  let tokens: PyToken[] = [];
  let count = 0;
  let open = 0;
  let at = from;
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(source)?.[0];
  };
  const finish = (): void => {
    const start = tokens[0]?.start ?? at;
    const end = tokens.at(-1)?.end ?? start;
    if (tokens.length > 0)
      lines.push({ tokens: [...tokens, { kind: 'end', text: '', start: end, end }], start, end });
    [tokens, open] = [[], 0];
  };
  while (at < source.length) {
    const skipped = match(SKIPPED);
    const newline = skipped ?? match(NEWLINE);
    if (newline !== undefined) {
      if (skipped === undefined && (open <= 0 || beginsLine(source, at + newline.length))) finish();
      at += newline.length;
      continue;
    }
    const found = tokenAt(match);
    if (found.text === ';' && open <= 0) finish();
    else {
      tokens.push({ ...found, start: at, end: at + found.text.length });
      open += found.kind === 'sign' ? (DEPTH.get(found.text) ?? 0) : 0;
      if (open > LIMITS.brackets) tooDeep(at);
      if (++count > LIMITS.tokens)
        fail(
          'too-long',
          { start: at, end: at + 1 },
          `the text is too long: more than ${LIMITS.tokens} names, numbers and signs`,
        );
    }
    at += found.text.length;
  }
  finish();
  return lines;
}

const tooDeep = (at: number): never =>
  fail(
    'too-deep',
    { start: at, end: at + 1 },
    `more than ${LIMITS.brackets} brackets stand inside one another`,
    'one too many',
    {
      notes: ['give the inner parts names of their own'],
    },
  );

/** Where a line begins with a word that no expression has, a bracket before it was forgotten. */
function beginsLine(source: string, at: number): boolean {
  const statement = /[^\S\n\r]*(?:import|from|def|return|class)\b/uy;
  statement.lastIndex = at;
  return statement.test(source);
}

function tokenAt(match: (pattern: RegExp) => string | undefined): Pick<PyToken, 'kind' | 'text'> {
  const kinds = [
    ['string', STRING],
    ['name', NAME],
    ['number', NUMBER],
  ] as const;
  for (const [kind, pattern] of kinds) {
    const text = match(pattern);
    if (text !== undefined) return { kind, text };
  }
  return { kind: 'sign', text: match(SIGN) ?? '' };
}
