import type { Rational } from '../../shape/rational.ts';
import type { Span } from '../tree.ts';

/** Python as far as formulas use it. */
export type Py = { readonly span: Span } & (
  | { readonly kind: 'number'; readonly value: Rational }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'negative'; readonly of: Py }
  | { readonly kind: 'binary'; readonly op: PyOp; readonly left: Py; readonly right: Py }
  | { readonly kind: 'attribute'; readonly of: Py; readonly name: string; readonly at: Span }
  | {
      readonly kind: 'call';
      readonly fn: Py;
      readonly args: readonly Py[];
      readonly options: readonly PyOption[];
    }
  /** null is `:`. */
  | { readonly kind: 'subscript'; readonly of: Py; readonly items: readonly (Py | null)[] }
  | { readonly kind: 'tuple'; readonly items: readonly Py[] }
);

export type PyKind<K extends Py['kind']> = Extract<Py, { readonly kind: K }>;

export type PyOp = '+' | '-' | '*' | '/' | '@' | '**';

/** `axis=0`. */
export interface PyOption {
  readonly name: string;
  readonly value: Py;
  readonly span: Span;
}
