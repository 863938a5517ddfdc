import type { Node } from '../../expr/node.ts';
import type { MistakeClass } from '../examination.ts';

/** One mistake, as far as it is known. */
export interface Mistake {
  readonly class: MistakeClass;
  /** The part that is wrong, and what belongs there. For terms: the term. */
  readonly wrong: Node | null;
  readonly right: Node | null;
  /** What the part stands in, where that says more: the term of which a factor is wrong. */
  readonly within?: Node;
}

/** Formulas longer than this are not quoted. */
const QUOTED = 90;

/** A mistake in a sentence without capital and stop. @param text a formula as it is written, null where it cannot be */
export function sentenceOf(mistake: Mistake, text: (node: Node) => string | null): string {
  const quote = (node: Node | null): string | null => {
    const t = node && text(node);
    return t && t.length <= QUOTED ? t : null;
  };
  const wrong = quote(mistake.wrong);
  const right = quote(mistake.right);
  const within = mistake.within ? quote(mistake.within) : null;
  const inTerm = within ? ` in the term ${within}` : '';
  const instead =
    wrong && right ? `: ${right}, not ${wrong}` : right ? `: it should be ${right}` : '';
  switch (mistake.class) {
    case 'factor':
      if (!mistake.right && wrong) return `the factor ${wrong} is too much${inTerm}`;
      if (!mistake.wrong && right) return `the factor ${right} is missing${inTerm}`;
      return `a factor is wrong${inTerm}${instead}`;
    case 'sign':
      return wrong || right
        ? `the sign of ${wrong ?? right} is wrong`
        : mistake.wrong || mistake.right
          ? 'the sign of a term is wrong'
          : 'the sign is wrong: a factor −1';
    case 'transposed':
      return `a transpose is missing or too much${instead}`;
    case 'order':
      return `factors stand in the wrong order${instead}`;
    case 'hadamard-for-product':
      return `⊙ stands where a matrix product belongs${instead}`;
    case 'product-for-hadamard':
      return `a matrix product stands where ⊙ belongs${instead}`;
    case 'missing-term':
      return right ? `the term ${right} is missing` : 'a term is missing';
    case 'extra-term':
      return wrong ? `the term ${wrong} is too much` : 'a term is too much';
    case 'missing-symmetrisation':
      return `the matrix and its transpose both contribute${instead}`;
    case 'missing-derivative':
      return right && !mistake.wrong
        ? `the derivative of ${right} is missing`
        : `a derivative is missing${instead}`;
    case 'extra-derivative':
      return wrong && !mistake.right
        ? `the derivative of ${wrong} is taken once too often`
        : `a derivative is too much${instead}`;
    case 'derivative-at-wrong-place':
      return right && !mistake.wrong
        ? `the derivative of ${right} is taken at the wrong place`
        : `a derivative is taken at the wrong place${instead}`;
    case 'wrong-layer':
      return `the index of a layer is wrong${instead}`;
    case 'sum-for-mean':
      return right
        ? `a sum stands where the value takes a mean: the factor ${right} is missing${inTerm}`
        : `a sum stands where the value takes a mean${instead}`;
    case 'mean-for-sum':
      return right
        ? `a mean stands where the value takes a sum: the factor ${right} is missing${inTerm}`
        : `a mean stands where the value takes a sum${instead}`;
    case 'softmax-diagonal':
      return `of the Jacobian diag(s) − ssᵀ of softmax only the diagonal was used${right ? ` (s = ${right})` : ''}: each output depends on all inputs of its row`;
    case 'statistics-constant':
      return right
        ? `${right} was taken as constant, and it depends on the variable too`
        : 'the statistics of a norm were taken as constants';
    case 'wrong-axis':
      return `a sum or a softmax goes along the wrong axis${instead}`;
    case 'independent-entries':
      return 'this counts each pair of equal entries of a symmetric matrix as one (2G − diag G); it is not the gradient G';
    case 'other-function':
      return wrong
        ? `this is the gradient of ${wrong}, not of the value`
        : right
          ? `this is the gradient without the term ${right} of the value`
          : 'this is the gradient of another function';
    case 'wrong-power':
      return `an exponent is wrong${instead}`;
    case 'wrong-symbol':
      return `another quantity belongs here${instead}`;
    case 'other':
      return 'the claim is not the gradient';
  }
}
