import type { Node } from '../expr/node.ts';
import { postorder } from '../expr/walk.ts';
import type { Diagnosis, DiagnosisRequest, MistakeClass } from './examination.ts';
import { isClose, type Spot, spotsFor, tells, valuesAt } from './mistake/numbers.ts';
import { type Mistake, sentenceOf } from './mistake/sentence.ts';
import { suspicions } from './mistake/suspect.ts';
import type { Suspicion } from './mistake/suspicion.ts';

/** Diagnoses that are no more than this less likely than the best are listed with it, at most so many. */
const MARGIN = 1;
const MAX_DIAGNOSES = 4;
/** Suspicions that are put to the test at other places. */
const MAX_SUSPICIONS = 60;
const BATCH = 15;

interface Confirmed {
  readonly suspicion: Suspicion;
  readonly repair: Node;
}

/**
 * What is wrong with a claimed gradient, by name, the likeliest first.
 *
 * Mistakes are looked for from both sides: small changes of the claim that set it right, and mistakes in the derivation or in its
 * result that lead to the claim; where one of each meets, two mistakes were made at once. What agrees at one random place is
 * confirmed at others with other sizes before it is named. Where nothing is confirmed the one diagnosis is `other`.
 */
export function diagnose(request: DiagnosisRequest): Diagnosis[] {
  const { value, variable, gradient, claim, seed } = request;
  const [first, ...others] = spotsFor(gradient, [value, claim, variable], seed);
  if (!first || others.length === 0) return [unknown(request, first)];
  const open = suspicions(request, first);
  const confirmed: Confirmed[] = [];
  for (let k = 0; k < Math.min(open.length, MAX_SUSPICIONS); k += BATCH) {
    const enough = (confirmed[0]?.suspicion.cost ?? Number.POSITIVE_INFINITY) + MARGIN;
    const batch = open.slice(k, k + BATCH).filter((s) => s.cost <= enough);
    if (batch.length === 0) break;
    confirmed.push(...confirm(batch, gradient, others));
  }
  const best = confirmed[0]?.suspicion.cost ?? 0;
  const likely = confirmed.filter((c) => c.suspicion.cost <= best + MARGIN);
  const found: Diagnosis[] = [];
  for (const { suspicion } of likely) {
    const repair = closest(
      claim,
      likely.filter((c) => alike(c.suspicion, suspicion)),
    );
    for (const [name, text] of wordsFor(suspicion, request)) {
      const known = found.some((d) => d.class === name) || (name === 'other' && found.length > 0);
      if (!known && found.length < MAX_DIAGNOSES) found.push({ class: name, text, repair });
    }
  }
  const named = found.filter((d) => d.class !== 'other');
  const told = named.length > 0 ? named : found;
  return told.length > 0 ? told : [unknown(request, first)];
}

/** Whether two explanations have the same names. */
const alike = (a: Suspicion, b: Suspicion): boolean =>
  a.mistakes.length === b.mistakes.length &&
  a.mistakes.every((m, k) => m.class === b.mistakes[k]?.class);

/** The repair that has the fewest parts which are not the claim's own, and is not longer than it needs to be. */
function closest(claim: Node, list: readonly Confirmed[]): Node | null {
  const own = new Set(postorder([claim]));
  const news = list.map(({ repair }) => {
    const parts = postorder([repair]);
    const longer = Math.max(0, parts.length - own.size);
    return { repair, count: longer + parts.filter((n) => !own.has(n)).length };
  });
  return news.sort((a, b) => a.count - b.count)[0]?.repair ?? null;
}

/** Pairs of these only say that one term, or one factor, stands for another: there is no name for that. */
const EXCHANGES: readonly (readonly MistakeClass[])[] = [
  ['extra-term', 'missing-term'],
  ['extra-term', 'missing-symmetrisation'],
  ['extra-term', 'other-function'],
  ['extra-term', 'factor'],
  ['factor', 'factor'],
];

/** These names say least: of two at once the other comes first. */
const VAGUE: ReadonlySet<MistakeClass> = new Set(['wrong-symbol', 'wrong-power']);

/** One sentence for each mistake of an explanation; of two at once each names the other too. */
function wordsFor(
  suspicion: Suspicion,
  { text }: DiagnosisRequest,
): readonly (readonly [MistakeClass, string])[] {
  const vague = (m: Mistake): number => Number(VAGUE.has(m.class));
  const mistakes = suspicion.mistakes.toSorted((a, b) => vague(a) - vague(b));
  const texts = mistakes.map((m) => sentenceOf(m, text ?? (() => null)));
  const pair = mistakes.map((m) => m.class).sort();
  if (mistakes.length > 1 && EXCHANGES.some((e) => e.every((name, k) => name === pair[k])))
    return [['other', texts.join(', and ')]];
  return mistakes.map((m, k) => [
    m.class,
    [texts[k], ...texts.filter((_, i) => i !== k)].join(', and '),
  ]);
}

/** The suspicions whose repair is the gradient at other places too. */
function confirm(list: readonly Suspicion[], gradient: Node, spots: readonly Spot[]): Confirmed[] {
  const repairs = list.map((s) => s.repairs());
  const nodes = [gradient, ...repairs.flat(), ...list.flatMap((s) => s.test ?? [])];
  const at = spots.map((spot) => ({ spot, valueOf: valuesAt(nodes, spot) }));
  const telling = at.some(({ spot, valueOf }) => {
    const g = valueOf(gradient);
    return g !== undefined && tells(g, spot);
  });
  const agree = (a: Node, b: Node): boolean =>
    a === b ||
    at.every(({ spot, valueOf }) => {
      const [x, y] = [valueOf(a), valueOf(b)];
      return x !== undefined && y !== undefined && isClose(x, y, spot);
    });
  if (!telling) return [];
  return list.flatMap((suspicion, k) => {
    if (suspicion.test && !agree(...suspicion.test)) return [];
    const repair = repairs[k]?.find((r) => agree(r, gradient));
    return repair ? [{ suspicion, repair }] : [];
  });
}

/** What can be said where no mistake was found: which entries differ. */
function unknown({ gradient, claim, text }: DiagnosisRequest, spot: Spot | undefined): Diagnosis {
  const where = spot ? whichEntries(gradient, claim, spot) : '';
  const right = text?.(gradient);
  return {
    class: 'other',
    text: `no single mistake explains the difference${where}${right && right.length < 120 ? `; the gradient is ${right}` : ''}`,
    repair: gradient,
  };
}

function whichEntries(gradient: Node, claim: Node, spot: Spot): string {
  const valueOf = valuesAt([gradient, claim], spot);
  const [g, c] = [valueOf(gradient), valueOf(claim)];
  const [n, k] = gradient.axes;
  if (!g || !c || !n || n !== k) return '';
  const side = Math.round(Math.sqrt(g.length));
  const differs = (on: boolean): boolean =>
    g.some(
      (v, i) =>
        (Math.floor(i / side) === i % side) === on &&
        !isClose(Float64Array.of(v), Float64Array.of(c[i] as number)),
    );
  if (!differs(true)) return ', which is in the entries off the diagonal only';
  return differs(false) ? '' : ', which is on the diagonal only';
}
