import type { Node, Sym } from '../expr/node.ts';

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
}

/** The gradients of one scalar, with what they share. */
export interface Derivation {
  readonly value: Node;
  readonly gradients: readonly Gradient[];
  /** In the order of definition. */
  readonly parts: readonly NamedPart[];
}
