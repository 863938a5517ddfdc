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

const sentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;

export const absent = (name: string): string =>
  `${name} does not occur: there is no path to it, and its gradient is a true zero.`;

export const constant = (name: string): string =>
  `${name} occurs only where the value is constant in it almost everywhere (behind a step or a sign): no path has a derivative.`;

export const tooMany = (count: number, most: number, name: string): string =>
  `There are ${count >= Number.MAX_SAFE_INTEGER ? 'more than 10¹⁵' : grouped(count)} paths from the value to ${name}, each with factors of its own. Nobody arranges so many by hand, and no more than ${most} were to be tried: the rigorous derivation stands in its place.`;

export const tooLong = (size: number, most: number, chain = false): string =>
  chain
    ? `The chain has ${grouped(size)} factors, and no more than ${most} were to be arranged: the rigorous derivation stands in its place.`
    : `Written out, the expression has ${grouped(size)} parts, and no more than ${grouped(most)} were to be taken as scalars: the rigorous derivation stands in its place.`;

export const tooManyWays = (): string =>
  'The factors of one product can be arranged in too many ways to try them all: the rigorous derivation stands in its place.';

export const inapplicable = (because: string): string =>
  `The trick does not apply: ${because}. The rigorous derivation stands in its place.`;

/** Why the verdict is what it is. @param paths how many there are; without stages that is one for each judged */
export function reasonOf(
  judged: readonly Judged[],
  paths: number,
  name: string,
  traps: readonly string[],
): string {
  const parts = [main(judged, paths, name), ...traps];
  return parts.map(sentence).join(' ');
}

function main(judged: readonly Judged[], paths: number, name: string): string {
  const where =
    judged.length === paths
      ? paths === 1
        ? ''
        : `On ${paths === 2 ? 'both' : `each of the ${paths}`} paths to ${name} `
      : '';
  const wrong = judged.filter((j) => j.right === 0);
  const open = judged.filter((j) => j.fits > j.right);
  const counts = (list: readonly Judged[]): string => listed(list.map((j) => grouped(j.fits)));
  const [first] = judged;
  if (!first) return '';
  if (wrong.length > 0) {
    const caveats = [...new Set(wrong.flatMap((j) => (j.written ? j.caveats : UNWRITTEN)))];
    const why = caveats.length > 0 ? `: ${caveats.join('; ')}` : '';
    const shape = formatShape(wrong[0]?.wanted ?? []);
    const fit = counts(wrong);
    return judged.length === 1
      ? `${fit === '0' ? `no arrangement has the shape ${shape}` : fit === '1' ? `one arrangement has the shape ${shape}, and it is wrong` : `${fit} arrangements have the shape ${shape}, and none is right`}${why}. The rigorous derivation stands in their place`
      : `${wrong.length === judged.length ? 'nothing that fits is right' : `on ${wrong.length} of ${judged.length} ${judged.length === paths ? 'paths' : 'stages'} nothing that fits is right`}${why}. The rigorous derivation stands in its place`;
  }
  if (open.length === 0) {
    if (judged.every((j) => j.factors === 0) && first.wanted.length === 0)
      return 'everything on the way is a scalar: there is nothing to arrange';
    const staged = judged.length !== paths ? `at each of the ${judged.length} stages ` : where;
    return `${staged}${staged ? 'exactly one' : 'exactly one'} arrangement of the factors has the shape that is wanted${staged ? '' : ` (${formatShape(first.wanted)})`}, and it is right: here the shapes decide${paths > 1 ? ', and the gradient is the sum over the paths' : ''}`;
  }
  if (judged.length === 1) {
    const left = first.fits - first.right;
    return `${grouped(first.fits)} arrangements have the shape ${formatShape(first.wanted)}, and ${first.right === 1 ? 'one of them is' : `${first.right} of them are`} right: shapes alone do not decide. The check crosses out ${left === 1 ? 'the other one' : `the other ${grouped(left)}`}; which one is right follows from the indices that meet in the forward pass`;
  }
  const unit = judged.length === paths ? 'paths' : 'stages';
  return `on ${open.length === judged.length ? (judged.length === 2 ? `both ${unit}` : `each of the ${judged.length} ${unit}`) : `${open.length} of ${judged.length} ${unit}`} several arrangements have the shape that is wanted (${counts(open)}), and one of them is right: shapes alone do not decide. The check crosses out the others`;
}
