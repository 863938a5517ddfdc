import { aliased, type FormulaSketch, type Sketch } from './definition.ts';
import { CONSTANTS, FUNCTION_WORDS, RESERVED } from './functions.ts';
import type { Token } from './token.ts';
import { isLetter, isSign } from './token.ts';
import type { Declaration, Expr, FunctionDeclaration, NameSyntax, RangeSyntax } from './tree.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Everything in a text that introduces names. */
export interface Introductions {
  readonly declarations: readonly (Declaration | FunctionDeclaration)[];
  readonly sketches: readonly Sketch[];
  readonly formulas: readonly FormulaSketch[];
  /** Names to derive with respect to. */
  readonly wanted: readonly NameSyntax[];
}

/** The names of a text, in whatever order its lines stand. */
export function collectVocabulary(i: Introductions): Vocabulary {
  const plain = new Set<string>();
  const families = new Set<string>();
  const functions = new Set<string>();
  const add = (n: { readonly name: string; readonly index: unknown }): void => {
    (n.index ? families : plain).add(n.name);
  };
  const addRange = (range: RangeSyntax | null): void => {
    if (!range) return;
    plain.add(range.variable);
    for (const end of [range.from, range.to]) if (end.variable !== null) plain.add(end.variable);
  };
  const addLetter = (n: NameSyntax): void => {
    if (n.index?.variable) plain.add(n.index.variable);
  };
  for (const d of i.declarations) {
    for (const n of d.names) {
      if (d.kind === 'function') functions.add(n.name);
      else add(n);
      addLetter(n);
    }
    const shape = d.kind === 'function' ? d.argument : d.shape;
    for (const side of shape?.sides ?? []) eachName(side, add);
    addRange(d.range);
  }
  const sketches = [...i.sketches, ...i.formulas.flatMap((f) => f.parts)].flatMap(withParts);
  for (const s of sketches) {
    addRange(s.range);
    addLetter(s.name);
  }
  const names = sketches.filter((s) => !addAlias(s, functions, plain));
  // an alias of an alias may stand before it
  for (const s of names) if (!addAlias(s, functions, plain)) add(s.name);
  for (const n of i.wanted) {
    const known = plain.has(n.name) || families.has(n.name) || functions.has(n.name);
    if (!known && !FUNCTION_WORDS.has(n.name)) add(n);
  }
  for (const f of families) plain.delete(f);
  const known = { plain, families, functions, alone: new Set<string>() };
  const formulas = [...sketches, ...i.formulas].map((s) => s.value);
  return { ...known, alone: lettersAlone(formulas, known) };
}

const withParts = (s: Sketch): Sketch[] => [s, ...s.parts.flatMap(withParts)];

function addAlias(s: Sketch, functions: Set<string>, plain: ReadonlySet<string>): boolean {
  const target = aliased(s)?.name;
  if (target === undefined || s.name.index) return false;
  if (!functions.has(target) && (plain.has(target) || !FUNCTION_WORDS.has(target))) return false;
  functions.add(s.name.name);
  return true;
}

/** The names in a side of a shape. */
function eachName(e: Expr, visit: (n: { name: string; index: unknown }) => void): void {
  if (e.kind === 'name') visit(e);
  else if (e.kind === 'sum' || e.kind === 'product') {
    eachName(e.left, visit);
    eachName(e.right, visit);
  }
}

/** Letters that nobody declared and that stand somewhere without an argument in brackets. */
function lettersAlone(formulas: readonly (readonly Token[])[], v: Vocabulary): Set<string> {
  const found = new Set<string>();
  for (const tokens of formulas)
    for (const [k, t] of tokens.entries()) {
      if (t.kind !== 'word' || RESERVED.has(t.name) || CONSTANTS.has(t.name)) continue;
      if (v.plain.has(t.name) || v.families.has(t.name) || v.functions.has(t.name)) continue;
      if (isLetter(t) && !isSign(tokens[k + 1], '(', '[', "'")) found.add(t.name);
    }
  return found;
}
