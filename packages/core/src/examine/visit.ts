import type { IndexExpr } from '../shape/dim.ts';
import type { CallExpr, Expr, SeriesExpr } from '../syntax/tree.ts';

/** What takes the place of parts of an expression. */
export interface Visitor {
  readonly place?: (name: string, index: IndexExpr) => IndexExpr;
  /** Sees a call after its arguments were replaced. */
  readonly call?: (call: CallExpr) => Expr;
  /** Sees a sum over steps after its terms were. */
  readonly series?: (series: SeriesExpr) => SeriesExpr;
}

/** The expression with its places and calls replaced, in the order of the text. */
export function visited(e: Expr, v: Visitor): Expr {
  const go = (x: Expr): Expr => visited(x, v);
  const at = (name: string, index: IndexExpr | null): IndexExpr | null =>
    index && v.place ? v.place(name, index) : index;
  switch (e.kind) {
    case 'number':
      return e;
    case 'name':
      return { ...e, index: at(e.name, e.index) };
    case 'call': {
      const call = { ...e, index: at(e.name, e.index), args: e.args.map(go) };
      return v.call ? v.call(call) : call;
    }
    case 'transpose':
    case 'inverse':
    case 'negate':
    case 'norm':
    case 'bars':
      return { ...e, of: go(e.of) };
    case 'series': {
      const series = { ...e, of: go(e.of) };
      return v.series ? v.series(series) : series;
    }
    case 'power':
      return { ...e, base: go(e.base), exponent: go(e.exponent) };
    case 'product':
    case 'sum':
    case 'inner':
      return { ...e, left: go(e.left), right: go(e.right) };
    case 'part':
      return { ...e, of: go(e.of), parts: e.parts.map((p) => p && go(p)) };
  }
}
