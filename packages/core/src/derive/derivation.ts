import type { Node, Sym } from '../expr/node.ts';
import type { Fact } from '../simplify/facts.ts';

/** A name for a part of a result: `P = softmax(XΘ)`. */
export interface NamedPart {
  readonly symbol: Sym;
  /** In terms of the variables and of earlier parts. */
  readonly node: Node;
}

/** What was derived for one variable. */
export interface Gradient {
  readonly variable: Sym;
  /** As it is shown: in terms of the derivation's parts. Of the variable's axes. */
  readonly shown: Node;
  /** What the variable's declared property changed, in a sentence. */
  readonly note: string | null;
  /** What was assumed or declared of the inputs and made it simpler. */
  readonly facts: readonly Fact[];
  /** As it is without those, nothing named; of use where they hold at no point that can be found. */
  readonly free: Node;
}

/** The gradients of one scalar, with what they share. */
export interface Derivation {
  readonly value: Node;
  readonly gradients: readonly Gradient[];
  /** In the order of definition. */
  readonly parts: readonly NamedPart[];
}
