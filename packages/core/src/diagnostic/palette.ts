/** How parts of a message are set off. Each function gives the text back with or without control codes around it. */
export interface Palette {
  readonly bold: (text: string) => string;
  readonly red: (text: string) => string;
  readonly cyan: (text: string) => string;
  readonly green: (text: string) => string;
}

const plain = (text: string): string => text;

/** No colours. */
export const PLAIN: Palette = { bold: plain, red: plain, cyan: plain, green: plain };

const ESCAPE = '\u001b';

/** Select Graphic Rendition (ECMA-48, 8.3.117): switched on before the text and off behind it. */
const rendition =
  (on: number, off: number) =>
  (text: string): string =>
    text === '' ? '' : `${ESCAPE}[${on}m${text}${ESCAPE}[${off}m`;

/** The colours of a terminal. */
export const ANSI: Palette = {
  bold: rendition(1, 22),
  red: rendition(31, 39),
  cyan: rendition(36, 39),
  green: rendition(32, 39),
};
