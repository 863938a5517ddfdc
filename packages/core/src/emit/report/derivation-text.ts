import type { DerivationExamination, LineVerdict } from '../../examine/lines.ts';
import { type ExaminationJson, examinationJson } from './examination-json.ts';
import {
  type ExaminationTextOptions,
  examinationText,
  numberText,
  pointText,
} from './examination-text.ts';
import { NO_STYLE, wrap } from './layout.ts';
import { proseAscii } from './words.ts';

const MARK: Readonly<Record<LineVerdict['verdict'], string>> = {
  follows: '✓',
  'does-not-follow': '✗',
  'cannot-tell': '?',
  unread: ' ',
};

/** Line by line with its mark; then, for the first that does not follow, what is wrong with it. */
export function derivationText(
  found: DerivationExamination,
  options: ExaminationTextOptions = {},
): string {
  const style = options.style ?? NO_STYLE;
  const say = (text: string): string => (options.ascii ? proseAscii(text) : text);
  const width = Math.max(...found.lines.map((l) => `${l.line}`.length));
  const shown = found.lines.map((l) => {
    const paint =
      l.verdict === 'follows' ? style.green : l.verdict === 'unread' ? style.dim : style.red;
    const left = l.left === null ? '' : `${l.left} = `;
    const text = `${left}${l.text}${l.cheat ? '   (as scalars)' : ''}`;
    return `${paint(say(MARK[l.verdict]))} ${`${l.line}`.padStart(width)}  ${say(text)}`;
  });
  const first = found.lines.find(
    (l) => l.verdict === 'does-not-follow' || l.verdict === 'cannot-tell',
  );
  const summary = first
    ? [
        '',
        first.verdict === 'does-not-follow'
          ? `line ${first.line} is the first that does not follow${first.reason ? `: ${first.reason}` : ''}`
          : `line ${first.line} cannot be judged: ${first.reason ?? 'no reason is known'}`,
      ]
    : ['', 'every line follows'];
  const apart = first?.counterexample;
  if (apart)
    summary.push(
      ...wrap(
        `for example with ${pointText(apart)}: it is ${numberText(apart.correct)}, and this line says ${numberText(apart.claimed)}`,
        options.width ?? 80,
      ),
    );
  const why = found.examination ? ['', examinationText(found.examination, options).trimEnd()] : [];
  return `${[...shown, ...summary.map(say), ...why].join('\n')}\n`;
}

/** The same as data. */
export interface DerivationJson {
  readonly schema: 1;
  /** The first line that does not follow; null where all do. */
  readonly line: number | null;
  readonly lines: readonly LineVerdict[];
  readonly examination: ExaminationJson | null;
}

export const derivationJson = (found: DerivationExamination): DerivationJson => ({
  schema: 1,
  line:
    found.lines.find((l) => l.verdict === 'does-not-follow' || l.verdict === 'cannot-tell')?.line ??
    null,
  lines: found.lines,
  examination: found.examination && examinationJson(found.examination),
});
