import type { Problem } from '../elaborate/problem.ts';
import type { Node } from '../expr/node.ts';
import type { Fact } from '../simplify/facts.ts';
import { propertyFacts } from '../simplify/properties.ts';
import type { Claim } from '../verify/finding.ts';
import { checkGradient } from '../verify/gradient.ts';
import { NOT_SETTLED } from '../verify/point.ts';
import { checkSummary } from './check.ts';
import type { BuildOptions } from './common.ts';
import type { CheckSummary } from './report.ts';

/** Everything that is known of a problem's inputs besides what is in its nodes: assumed equations, and declared properties. */
export const knownFacts = (problem: Problem): Fact[] => [
  ...problem.facts,
  ...propertyFacts(problem.variables),
];

/** Facts in words, each once: `AᵀA = I`, `Q is orthogonal`. */
export function wordsOf(facts: readonly Fact[]): string {
  const words = facts.map(({ source: s }) =>
    s.kind === 'assumed' ? s.text : `${s.of.name} is ${ADJECTIVES[s.property] ?? s.property}`,
  );
  return [...new Set(words)].filter((w) => w !== '').join(', ');
}

const ADJECTIVES: Readonly<Record<string, string>> = {
  sign: '1 or −1 in each entry',
  binary: '0 or 1 in each entry',
};

/** By which convention a result is given, and what it owes to facts, a sentence each. */
export const notesOf = (convention: string | null, facts: readonly Fact[]): string[] => [
  ...(convention === null ? [] : [convention]),
  ...(facts.length === 0 ? [] : [`simplified by: ${wordsOf(facts)}`]),
];

/** A result to be checked, with the facts that it rests on. */
export interface Resting {
  readonly claim: Claim;
  readonly facts: readonly Fact[];
  /** The same without them. */
  readonly free: Node;
}

export interface Checked {
  readonly check: CheckSummary;
  /** Said where the facts could not be made to hold. */
  readonly notes: readonly string[];
}

/**
 * Checks gradients that rest on facts, at points at which these hold. Where no such point is found the gradients as they are without the
 * facts are checked, and what the facts changed is said to be unchecked: by an assumption that nothing satisfies anything may be derived.
 */
export function checkResting(
  scalar: Node,
  results: readonly Resting[],
  { seed, points }: Pick<BuildOptions, 'seed' | 'points'>,
): Checked[] {
  const facts = [...new Set(results.flatMap((r) => r.facts))];
  const claims = results.map((r) => r.claim);
  const checks = checkGradient(scalar, claims, { seed, points, facts });
  const unmet = checks.flatMap((c, k) =>
    c.verdict === 'inconclusive' && c.reason === NOT_SETTLED ? [k] : [],
  );
  const again = checkGradient(
    scalar,
    unmet.map((k) => ({
      variable: (results[k] as Resting).claim.variable,
      gradient: (results[k] as Resting).free,
    })),
    { seed, points },
  );
  return checks.map((c, k) => {
    const other = again[unmet.indexOf(k)];
    if (!other) return { check: checkSummary(c), notes: [] };
    const assumed = facts.filter((f) => f.source.kind === 'assumed');
    return {
      check: checkSummary(other),
      notes: [
        `by assumption, not checked numerically: no inputs were found with ${wordsOf(assumed)}; the check is of the gradient as it is without`,
      ],
    };
  });
}
