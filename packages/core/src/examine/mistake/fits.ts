import { add, literal, multiply, scale, subtract, sum } from '../../expr/build.ts';
import type { Node } from '../../expr/node.ts';
import { MINUS_ONE, ONE, toNumber } from '../../shape/rational.ts';
import type { DiagnosisRequest } from '../examination.ts';
import type { Factors } from './factor.ts';
import { coefficients, isOne, ROUNDING, ratio } from './numbers.ts';
import type { Mistake } from './sentence.ts';
import { type Names, type Suspicion, TWICE, type Values } from './suspicion.ts';
import { unscaled } from './terms.ts';

/** Fits of all terms at once take at most so many. */
const MAX_FITTED = 8;

/**
 * Terms that are missing, too many, or of a wrong factor: what is wrong as a multiple of one term of the gradient or of the claim,
 * then the gradient as a combination of all terms of the claim.
 */
export function termMistakes(
  { gradient, claim }: DiagnosisRequest,
  { ours, theirs }: { readonly ours: readonly Node[]; readonly theirs: readonly Node[] },
  tools: { readonly valueOf: Values; readonly nameOf: Names; readonly factors: Factors },
): Suspicion[] {
  const { valueOf } = tools;
  const [g, c] = [valueOf(gradient), valueOf(claim)];
  if (!g || !c || (ours.length < 2 && theirs.length < 2)) return [];
  const rest = g.map((v, i) => v - (c[i] as number));
  const times = (term: Node): number | undefined => {
    const x = valueOf(term);
    return x && ratio(x, rest);
  };
  const missing = ours
    .filter((term) => isOne(times(term) ?? 0))
    .map(
      (term): Suspicion => ({
        cost: 0.95,
        mistakes: [{ class: 'missing-term', wrong: null, right: term }],
        repairs: () => [add(claim, term)],
        test: null,
      }),
    );
  const several = severalMissing(c, claim, ours, valueOf);
  if (theirs.length < 2) return [...missing, ...several];
  const single = theirs.flatMap((term) => {
    const a = times(term);
    if (a === undefined) return [];
    const named = corrected(claim, term, a + 1, tools);
    if (named.length > 0) return named;
    // collected with a term of the same kind: θ too much in (1 + ε)θ
    const { c: number, node } = unscaled(term);
    const more = a * toNumber(number);
    return isOne(Math.abs(more))
      ? corrected(claim, scale(more < 0 ? ONE : MINUS_ONE, node), 0, tools)
      : [];
  });
  return [...missing, ...several, ...single, ...twoTerms(g, claim, theirs, tools)];
}

/** The claim as the gradient without some of its terms. */
function severalMissing(
  c: Float64Array,
  claim: Node,
  terms: readonly Node[],
  valueOf: Values,
): Suspicion[] {
  const basis = terms.flatMap((t) => valueOf(t) ?? []);
  if (terms.length > MAX_FITTED || basis.length < terms.length) return [];
  const found = coefficients(basis, c) ?? [];
  const absent = terms.filter((_, k) => Math.abs(found[k] ?? 1) <= ROUNDING);
  const whole = found.every((x) => isOne(x) || Math.abs(x) <= ROUNDING);
  if (!whole || absent.length < 2 || absent.length >= terms.length) return [];
  return [
    {
      cost: 0.95 + 0.4 * (absent.length - 1),
      mistakes: absent.map((term) => ({ class: 'missing-term', wrong: null, right: term })),
      repairs: () => [add(claim, ...absent)],
      test: null,
    },
  ];
}

/** Two terms of wrong factors. */
function twoTerms(
  g: Float64Array,
  claim: Node,
  terms: readonly Node[],
  tools: { readonly valueOf: Values; readonly nameOf: Names; readonly factors: Factors },
): Suspicion[] {
  const basis = terms.flatMap((t) => tools.valueOf(t) ?? []);
  if (terms.length > MAX_FITTED || basis.length < terms.length) return [];
  const found = coefficients(basis, g) ?? [];
  const wrong = found.flatMap((x, k) => (isOne(x) ? [] : [{ x, term: terms[k] as Node }]));
  const [p, q] = wrong;
  if (!p || !q || wrong.length > 2) return [];
  return corrected(claim, p.term, p.x, tools).flatMap((first) =>
    first.repairs().flatMap((half) =>
      corrected(half, q.term, q.x, tools).map((second) => ({
        ...second,
        cost: first.cost + second.cost + TWICE,
        mistakes: [...first.mistakes, ...second.mistakes],
      })),
    ),
  );
}

/** A claim with one of its terms times a scalar: where it stands, or added to the claim multiplied out. */
function timesIn(claim: Node, term: Node, s: Node): Node {
  if (claim.kind === 'sum') {
    const at = claim.terms.findIndex((t) => scale(t.coefficient, t.node) === term);
    const others = claim.terms.filter((_, k) => k !== at);
    if (at >= 0) return add(sum(others, claim.axes), multiply([s, term]));
  }
  return add(claim, multiply([subtract(s, literal(ONE)), term]));
}

/** The claim with one of its terms times a number. */
function corrected(
  claim: Node,
  term: Node,
  number: number,
  { nameOf, factors }: { readonly nameOf: Names; readonly factors: Factors },
): Suspicion[] {
  const put = (cost: number, mistake: Mistake, repair: () => Node): Suspicion => ({
    cost,
    mistakes: [mistake],
    repairs: () => [repair()],
    test: null,
  });
  if (Math.abs(number) <= ROUNDING)
    return [put(1, { class: 'extra-term', wrong: term, right: null }, () => subtract(claim, term))];
  return nameOf(number).flatMap((s) =>
    factors(s, term).map((f) => put(f.cost, f.mistake, () => timesIn(claim, term, s))),
  );
}
