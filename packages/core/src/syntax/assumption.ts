import { readValue } from './definition.ts';
import type { Line } from './lines.ts';
import { outside } from './lines.ts';
import { fail, join } from './problem.ts';
import type { SignToken, Token } from './token.ts';
import { isSign } from './token.ts';
import type { Assumption, Span } from './tree.ts';
import type { Vocabulary } from './vocabulary.ts';

/** One side of an equation, taken apart but not read. */
export interface SideSketch {
  readonly value: readonly Token[];
  readonly end: SignToken;
}

/** `assume AᵀA = I`, taken apart. */
export interface AssumptionSketch {
  readonly span: Span;
  readonly left: SideSketch;
  readonly right: SideSketch;
}

export function sketchAssumption(line: Line): AssumptionSketch {
  const tokens = line.tokens.slice(1);
  const span = join(line.tokens[0] ?? line.end, line.end);
  const [equals, second] = outside(tokens, (t) => isSign(t, '='));
  const sign = equals === undefined ? undefined : tokens[equals];
  if (equals === undefined || !sign || second !== undefined)
    return fail(
      'bad-assumption',
      span,
      'an assumption is one equation: `assume AᵀA = I`',
      second === undefined ? 'no equals sign' : 'two equals signs',
      { notes: ['what is known of one name is declared with it: `A: n×n symmetric`'] },
    );
  const end: SignToken = {
    kind: 'sign',
    sign: 'end',
    text: '',
    spaced: false,
    start: sign.start,
    end: sign.start,
  };
  return {
    span,
    left: { value: tokens.slice(0, equals), end },
    right: { value: tokens.slice(equals + 1), end: line.end },
  };
}

export const readAssumption = (s: AssumptionSketch, v: Vocabulary): Assumption => ({
  kind: 'assumption',
  span: s.span,
  left: readValue(s.left, v),
  right: readValue(s.right, v),
});
