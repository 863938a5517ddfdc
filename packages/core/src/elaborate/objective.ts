import { atomText } from '../shape/dim.ts';
import type { Parsed } from '../syntax/parse.ts';
import type { Definition, Expr } from '../syntax/tree.ts';
import { namesIn } from '../syntax/used.ts';
import { at, fail } from './errors.ts';
import type { Scope } from './scope.ts';

/** What is to be derived: the expression that was given, or the last equation of the text that no other one uses. */
export function objectiveOf(parsed: Parsed, scope: Scope): { expr: Expr; name: string | null } {
  if (parsed.expression) {
    const { expression } = parsed;
    const isName = expression.kind === 'name' && scope.definitions.has(expression.name);
    const line = isName ? scope.definitions.get(expression.name) : undefined;
    return line ? { expr: line.value, name: line.name.name } : { expr: expression, name: null };
  }
  const lines = parsed.program.statements.filter(
    (s): s is Definition =>
      s.kind === 'definition' && s.name.index === null && scope.definitions.has(s.name.name),
  );
  const used = new Set(
    parsed.program.statements.flatMap((s) =>
      s.kind === 'definition' ? [s, ...s.parts].flatMap((d) => [...namesIn(d.value)]) : [],
    ),
  );
  const last = lines.findLast((l) => !used.has(l.name.name)) ?? lines.at(-1);
  if (last) return { expr: last.value, name: last.name.name };
  const families = [...scope.families.values()].flat();
  const [first] = families;
  return fail(
    'no-expression',
    'there is nothing to derive: no line defines an expression',
    first ? [at(first.name.span)] : [at({ start: 0, end: Math.min(1, parsed.source.text.length) })],
    {
      notes: [
        first
          ? `add a line such as \`J = ½ ‖${atomText(first.name.name, { variable: 'L', offset: 0 })}‖²\``
          : 'add a line such as `J = ½ ‖A x‖²`',
      ],
    },
  );
}

/**
 * The names that an expression needs to have defined, each after those that it needs itself: in this order definitions are read
 * without one waiting for another, however long the chain. Circles are left to whoever reads them.
 */
export function neededInOrder(e: Expr, scope: Scope): string[] {
  const order: string[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const defined = (x: Expr): string[] => [...namesIn(x)].filter((n) => scope.definitions.has(n));
  const stack = defined(e).reverse();
  for (let name = stack.at(-1); name !== undefined; name = stack.at(-1)) {
    if (state.has(name)) {
      stack.pop();
      if (state.get(name) === 'open') order.push(name);
      state.set(name, 'done');
      continue;
    }
    state.set(name, 'open');
    const value = scope.definitions.get(name)?.value;
    if (value) stack.push(...defined(value).filter((n) => !state.has(n)));
  }
  return order;
}
