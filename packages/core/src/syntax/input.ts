import { applyEdits, type Repair } from '../diagnostic/repair.ts';
import { type Source, sourceOf } from '../diagnostic/source.ts';

/** How formulas are written. */
export type Syntax = 'maths' | 'latex' | 'numpy';

/** What a user gives: at the command line, in a file, or as arguments. */
export interface Input {
  readonly expression?: string;
  /** Declarations and definitions, separated by `;` or line ends. */
  readonly where?: string;
  /** Names to derive with respect to: `θ`, `θ,X`, `W[l]`, `all`. */
  readonly wrt?: readonly string[];
  /** Derivatives that someone else found, to be examined: `∂J/∂θ = Xᵀ(Xθ − y)`, or the right side alone. */
  readonly claims?: readonly string[];
  readonly file?: { readonly name: string; readonly text: string };
  /** Left away: LaTeX where the text holds one of its commands, else the language as it is. */
  readonly syntax?: Syntax;
}

/** The syntax that was asked for; else LaTeX where a piece has a command or a dollar. */
export function syntaxOf(input: Input): Syntax {
  const { expression, file, where, wrt, claims } = input;
  const texts = [expression, file?.text, where, ...(wrt ?? []), ...(claims ?? [])];
  const isLatex = (text = ''): boolean => /^[^#\n]*[\\$]/mu.test(text);
  return input.syntax ?? (texts.some(isLatex) ? 'latex' : 'maths');
}

/** The pieces of an input as one source, in which all spans are. */
export function sourceOfInput(input: Input): Source {
  const { expression, where, wrt, claims, file } = input;
  return sourceOf([
    ...(expression === undefined
      ? []
      : [{ name: 'expression', role: 'expression' as const, text: expression }]),
    ...(file ? [{ name: file.name, role: 'file' as const, text: file.text }] : []),
    ...(where === undefined ? [] : [{ name: '--where', role: 'where' as const, text: where }]),
    ...(wrt ?? []).map((text) => ({ name: '--wrt', role: 'wrt' as const, text })),
    ...(claims ?? []).map((text) => ({ name: '--claim', role: 'claim' as const, text })),
  ]);
}

/** Repairs are thought of in the language; this is how they read elsewhere. */
const SPELLED: Readonly<Record<Syntax, Readonly<Record<string, string>>>> = {
  maths: {},
  latex: { ᵀ: '^\\top', '⊙': '\\odot' },
  numpy: { ᵀ: '.T', '⊙': '*' },
};

/** A changed input, and the line that changed, as it reads now. */
export interface Repaired {
  readonly input: Input;
  readonly line: string;
}

/** Makes the changes of a repair in the pieces that they belong to; undefined where they do not lie in one piece. */
export function repairInput(input: Input, repair: Repair): Repaired | undefined {
  const source = sourceOfInput(input);
  const first = Math.min(...repair.map((e) => e.start));
  const at = source.pieces.findIndex((p) => p.start <= first && first <= p.start + p.text.length);
  const piece = source.pieces[at];
  if (!piece) return undefined;
  const spelling = SPELLED[syntaxOf(input)];
  const local = repair.map((e) => ({
    text: e.text.replaceAll(/[ᵀ⊙]/gu, (sign) => spelling[sign] ?? sign),
    start: e.start - piece.start,
    end: e.end - piece.start,
  }));
  if (local.some((e) => e.start < 0 || e.end > piece.text.length)) return undefined;
  const text = applyEdits(piece.text, local);
  if (text === piece.text) return undefined;
  const line = lineAround(text, first - piece.start);
  switch (piece.role) {
    case 'expression':
      return { input: { ...input, expression: text }, line };
    case 'where':
      return { input: { ...input, where: text }, line };
    case 'file':
      return { input: { ...input, file: { name: piece.name, text } }, line };
    case 'wrt':
    case 'claim': {
      const k = at - source.pieces.findIndex((p) => p.role === piece.role);
      const name = piece.role === 'wrt' ? 'wrt' : 'claims';
      const changed = (input[name] ?? []).map((old, i) => (i === k ? text : old));
      return { input: { ...input, [name]: changed }, line };
    }
  }
}

/** The statement around a place. */
function lineAround(text: string, at: number): string {
  const from = Math.max(text.lastIndexOf('\n', at - 1), text.lastIndexOf(';', at - 1)) + 1;
  const rest = text.slice(at).search(/[\n;]/u);
  return text.slice(from, rest < 0 ? undefined : at + rest).trim();
}
