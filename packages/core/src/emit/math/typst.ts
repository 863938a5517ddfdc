import { type Box, isOneLetter } from './box.ts';

/** A box in the mathematics of Typst, without dollars. */
export function boxTypst(box: Box): string {
  switch (box.kind) {
    case 'row':
      return box.items.map(boxTypst).join(' ');
    case 'identifier':
      return identifier(box.text, box.upright);
    case 'number':
      return box.text;
    case 'text':
      return quoted(box.text);
    case 'operator':
      return OPERATORS.get(box.text) ?? box.text;
    case 'fenced':
      return fenced(box);
    case 'fraction':
      return `frac(${boxTypst(box.over)}, ${boxTypst(box.under)})`;
    case 'root':
      return box.degree
        ? `root(${boxTypst(box.degree)}, ${boxTypst(box.of)})`
        : `sqrt(${boxTypst(box.of)})`;
    case 'accent':
      return `${ACCENTS.get(box.mark) ?? 'hat'}(${boxTypst(box.of)})`;
    case 'scripts':
      return scripts(box);
  }
}

/** A slash would make a fraction, a comma end an argument; a bare colon after a name would name one. */
const OPERATORS: ReadonlyMap<string, string> = new Map([
  ['/', '\\/'],
  [',', '\\,'],
  [':', '\\:'],
  ['.', '\\.'],
  ['−', '-'],
  ['∑', 'sum'],
]);

function identifier(text: string, upright: boolean): string {
  if (!isOneLetter(text)) return `op(${quoted(text)})`;
  return upright ? `upright(${text})` : text;
}

const quoted = (text: string): string =>
  `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

function fenced({ open, of, close }: Extract<Box, { kind: 'fenced' }>): string {
  const inside = boxTypst(of);
  switch (open) {
    case '‖':
      return `norm(${inside})`;
    case '|':
      return `abs(${inside})`;
    case '⟨':
      return `lr(⟨ ${inside} ⟩)`;
    default:
      return `${open}${inside}${close}`;
  }
}

/** Brackets of a script are not shown, those of a base are. */
function scripts({ base, below, above }: Extract<Box, { kind: 'scripts' }>): string {
  const isSimple =
    base.kind !== 'row' &&
    base.kind !== 'fraction' &&
    base.kind !== 'scripts' &&
    base.kind !== 'text';
  const sub = below ? `_(${boxTypst(below)})` : '';
  const sup = above ? `^(${boxTypst(above)})` : '';
  if (isSimple) return `${boxTypst(base)}${sub}${sup}`;
  const parts = [above ? `t: ${boxTypst(above)}` : '', below ? `b: ${boxTypst(below)}` : ''];
  return `attach(${[boxTypst(base), ...parts.filter((p) => p !== '')].join(', ')})`;
}

/** Functions of Typst for combining marks. */
const ACCENTS: ReadonlyMap<string, string> = new Map([
  ['\u0302', 'hat'],
  ['\u0304', 'macron'],
  ['\u0305', 'macron'],
  ['\u0303', 'tilde'],
  ['\u0307', 'dot'],
  ['\u0308', 'dot.double'],
  ['\u0301', 'acute'],
  ['\u0300', 'grave'],
  ['\u030c', 'caron'],
  ['\u0306', 'breve'],
  ['\u030a', 'circle'],
  ['\u20d7', 'arrow'],
]);
