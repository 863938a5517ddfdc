import { formatShape, type Shape } from '../shape/shape.ts';
import type { TrickVerdict } from './trick.ts';
import { grouped, listed } from './words.ts';

/** What came of the factors of a path, or of a stage of it. */
export interface Judged {
  /** How many arrangements have the wanted shape, and how many of them are right. */
  readonly fits: number;
  readonly right: number;
  readonly wanted: Shape;
  /** Why functions on the way are not what they seem as scalars. */
  readonly caveats: readonly string[];
  /** How many arrays there are to arrange. */
  readonly factors: number;
  /** Whether the signs of matrix notation can put the factors where the forward pass has them. */
  readonly written: boolean;
}

export const verdictOf = (judged: readonly Judged[]): TrickVerdict =>
  judged.every((j) => j.fits === 0)
    ? 'not-applicable'
    : judged.some((j) => j.right === 0)
      ? 'wrong'
      : judged.some((j) => j.fits > j.right)
        ? 'ambiguous'
        : 'unique';

const UNWRITTEN = [
  'the factors are tied by more sides at once than matrix notation can say, and it takes indices to write their product',
];

export const UNCOMPARED =
  'no inputs were found at which everything is defined: the arrangements were compared as formulas only, and none of them by numbers';

const sentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;

export const absent = (name: string): string =>
  `The value does not depend on ${name}: there is no path to it, and its gradient is a true zero.`;

export const constant = (name: string): string =>
  `${name} occurs only where the value is constant in it almost everywhere (behind a step or a sign): no path has a derivative.`;

export const tooMany = (count: number, most: number, name: string): string =>
  `There are ${count >= Number.MAX_SAFE_INTEGER ? 'more than 10¹⁵' : grouped(count)} paths from the value to ${name}, each with factors of its own. Nobody arranges so many by hand, and no more than ${most} were to be tried: the rigorous derivation stands in its place.`;

export const tooLong = (size: number, most: number, chain = false): string =>
  chain
    ? `The chain has ${grouped(size)} factors, and no more than ${most} were to be arranged: the rigorous derivation stands in its place.`
    : `Written out, the expression has ${grouped(size)} parts, and no more than ${grouped(most)} were to be taken as scalars: the rigorous derivation stands in its place.`;

export const tooManyWays = (): string =>
  'The factors can be arranged in too many ways to try them all: the rigorous derivation stands in its place.';

export const inapplicable = (because: string): string =>
  `The trick does not apply: ${because}. The rigorous derivation stands in its place.`;

/** Why the verdict is what it is. @param paths how many there are; without stages that is one for each judged */
export function reasonOf(
  judged: readonly Judged[],
  paths: number,
  name: string,
  traps: readonly string[],
): string {
  const unit = judged.length === paths ? 'paths' : 'stages';
  return [...decision(judged, unit, name), ...traps].map(sentence).join(' ');
}

/** `on both paths`, `on 2 of 3 stages`; nothing where there is only one. */
function on(some: readonly Judged[], all: readonly Judged[], unit: string): string {
  if (all.length === 1) return '';
  if (some.length < all.length) return `on ${some.length} of ${all.length} ${unit} `;
  return all.length === 2 ? `on both ${unit} ` : `on each of the ${all.length} ${unit} `;
}

function decision(judged: readonly Judged[], unit: string, name: string): string[] {
  const wrong = judged.filter((j) => j.right === 0);
  const open = judged.filter((j) => j.fits > j.right);
  if (wrong.length > 0) return nothingRight(wrong, judged, unit);
  if (open.length > 0) return severalFit(open, judged, unit);
  const [first] = judged;
  if (first?.wanted.length === 0 && judged.every((j) => j.factors === 0))
    return ['everything on the way is a scalar: there is nothing to arrange'];
  const shape = judged.length === 1 ? ` (${formatShape(first?.wanted ?? [])})` : '';
  const sum = judged.length > 1 && unit === 'paths' ? `; the gradient by ${name} is the sum` : '';
  return [
    `${on(judged, judged, unit)}exactly one arrangement of the factors has the shape that is wanted${shape}, and it is right: here the shapes decide${sum}`,
  ];
}

function nothingRight(wrong: readonly Judged[], all: readonly Judged[], unit: string): string[] {
  const reasons = new Set(wrong.flatMap((j) => (j.written ? j.caveats : UNWRITTEN)));
  const why = reasons.size > 0 ? `: ${[...reasons].join('; ')}` : '';
  const [first] = wrong;
  const fits = first?.fits ?? 0;
  const shape = formatShape(first?.wanted ?? []);
  const what =
    all.length > 1
      ? `${on(wrong, all, unit)}nothing that fits is right`
      : fits === 0
        ? `no arrangement has the shape ${shape}`
        : fits === 1
          ? `one arrangement has the shape ${shape}, and it is wrong`
          : `${grouped(fits)} arrangements have the shape ${shape}, and none is right`;
  return [`${what}${why}`, 'the rigorous derivation stands in its place'];
}

function severalFit(open: readonly Judged[], all: readonly Judged[], unit: string): string[] {
  const [first] = open;
  if (first && all.length === 1) {
    const shape = formatShape(first.wanted);
    const others = first.fits - first.right;
    return [
      `${grouped(first.fits)} arrangements have the shape ${shape}, and one of them is right: shapes alone do not decide`,
      `the check crosses out the other ${others === 1 ? 'one' : grouped(others)}; which one is right follows from the indices that meet in the forward pass`,
    ];
  }
  const counts = listed(open.map((j) => grouped(j.fits)));
  return [
    `${on(open, all, unit)}several arrangements have the shape that is wanted (${counts}), and one of them is right: shapes alone do not decide`,
    'the check crosses out the others',
  ];
}
