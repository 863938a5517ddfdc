import type { Expr, NameExpr, NameSyntax, Program } from './tree.ts';
import { NO_SPAN } from './tree.ts';

/** All uses of names below an expression, from left to right. */
export function nameUses(e: Expr): NameExpr[] {
  const found: NameExpr[] = [];
  const visit = (x: Expr): void => {
    switch (x.kind) {
      case 'number':
        return;
      case 'name':
        found.push(x);
        return;
      case 'call':
        x.args.forEach(visit);
        return;
      case 'transpose':
      case 'inverse':
      case 'negate':
      case 'norm':
      case 'bars':
      case 'series':
        visit(x.of);
        return;
      case 'power':
        visit(x.base);
        visit(x.exponent);
        return;
      case 'product':
      case 'sum':
      case 'inner':
        visit(x.left);
        visit(x.right);
        return;
      case 'part':
        visit(x.of);
        for (const p of x.parts) if (p) visit(p);
    }
  };
  visit(e);
  return found;
}

/** All names below an expression. */
export const namesIn = (e: Expr): Set<string> => new Set(nameUses(e).map((n) => n.name));

/** Every name that the formulas of a text use, declared or not. */
export function usedNames(program: Program, expression: Expr | null): NameSyntax[] {
  const values = program.statements.flatMap((s) =>
    s.kind === 'definition' ? [s, ...s.parts].map((d) => d.value) : [],
  );
  const names = new Set(
    [...values, ...(expression ? [expression] : [])].flatMap((e) => [...namesIn(e)]),
  );
  return [...names].map((name) => ({ name, index: null, span: NO_SPAN }));
}
