import { type Box, isOneLetter } from './box.ts';

/** A box as MathML Core (W3C, presentation elements only). */
export function boxMathml(box: Box): string {
  switch (box.kind) {
    case 'row':
      return element('mrow', box.items.map(boxMathml).join(''));
    case 'identifier': {
      const isLetter = isOneLetter(box.text);
      return isLetter && box.upright
        ? `<mi mathvariant="normal">${escaped(box.text)}</mi>`
        : element('mi', escaped(box.text));
    }
    case 'number':
      return element('mn', box.text);
    case 'text':
      return element('mtext', escaped(box.text));
    case 'operator':
      return element('mo', escaped(box.text));
    case 'fenced': {
      const fence = (text: string): string => `<mo fence="true">${escaped(text)}</mo>`;
      return element('mrow', fence(box.open) + boxMathml(box.of) + fence(box.close));
    }
    case 'fraction':
      return element('mfrac', boxMathml(box.over) + boxMathml(box.under));
    case 'root':
      return box.degree
        ? element('mroot', boxMathml(box.of) + boxMathml(box.degree))
        : element('msqrt', boxMathml(box.of));
    case 'accent':
      return `<mover accent="true">${boxMathml(box.of)}${element('mo', SPACING.get(box.mark) ?? box.mark)}</mover>`;
    case 'scripts':
      return scripts(box);
  }
}

function scripts({ base, below, above }: Extract<Box, { kind: 'scripts' }>): string {
  const isSum = base.kind === 'operator' && base.text === '∑';
  const [under, over, both] = isSum
    ? ['munder', 'mover', 'munderover']
    : ['msub', 'msup', 'msubsup'];
  const parts = [base, below, above].map((b) => (b ? boxMathml(b) : '')).join('');
  return element(below && above ? both : below ? under : over, parts);
}

const element = (name: string, inside: string): string => `<${name}>${inside}</${name}>`;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Marks that combine with a letter, as signs that stand above one. */
const SPACING: ReadonlyMap<string, string> = new Map([
  ['\u0302', '^'],
  ['\u0304', '¯'],
  ['\u0305', '¯'],
  ['\u0303', '~'],
  ['\u0307', '˙'],
  ['\u0308', '¨'],
  ['\u0301', '´'],
  ['\u0300', '`'],
  ['\u030c', 'ˇ'],
  ['\u0306', '˘'],
  ['\u030a', '˚'],
  ['\u20d7', '→'],
]);
