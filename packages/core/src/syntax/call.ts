import type { Repair } from '../diagnostic/repair.ts';
import type { IndexExpr } from '../shape/dim.ts';
import { isPlace, readPlace } from './place.ts';
import { fail, join } from './problem.ts';
import type { Reader } from './reader.ts';
import type { CallOption, Expr, Span } from './tree.ts';
import { functionWithoutBracket, type NameToken } from './words.ts';

const spanOf = (s: Span): Span => ({ start: s.start, end: s.end });

function nameHere(r: Reader): NameToken {
  const token = r.next();
  if (token.kind !== 'name') throw new TypeError('a name stands here');
  return token;
}

/** `X`, `W[l-1]`. An undeclared name before a single place is the member of a family. */
export function readName(r: Reader): Expr {
  const token = nameHere(r);
  const member = r.is('[') && (token.role === 'family' || (token.role === 'open' && isPlace(r)));
  const place = member ? readPlace(r) : undefined;
  return r.grown({
    kind: 'name',
    span: { start: token.start, end: place?.end ?? token.end },
    name: token.name,
    index: place?.index ?? null,
  });
}

/** The function that a sign stands for: `√x`, `A ⊗ B`. */
export function signCall(r: Reader, name: string, sign: Span, span: Span, ...args: Expr[]): Expr {
  const nameSpan = spanOf(sign);
  return r.grown(
    { kind: 'call', span, name, nameSpan, index: null, primes: 0, args, options: [] },
    ...args,
  );
}

/** `f(a, b, axis=0)`, `σ′(Z)`, `σ[l](Z)`. @throws MatgradError function-without-bracket */
export function readCall(r: Reader): Expr {
  const token = nameHere(r);
  const index: IndexExpr | null = r.is('[') ? readPlace(r).index : null;
  let primes = 0;
  while (r.accept("'")) primes += 1;
  if (!r.is('(')) return functionWithoutBracket(token, token.name, bracketed(r, token.end));
  const open = r.open('(', r.next());
  const args: Expr[] = [];
  const options: CallOption[] = [];
  const first = r.peek();
  const axes = first.kind === 'text' ? first.quoted.replace('→', '->') : undefined;
  if (axes !== undefined) {
    r.next();
    r.accept(',');
  }
  if (r.is(')')) {
    fail(
      'missing-operand',
      join(token, r.peek()),
      `${token.name} acts on nothing here`,
      'the bracket is empty',
    );
  }
  do {
    const option = readOption(r);
    if (option) options.push(option);
    else if (options.length > 0)
      fail(
        'unexpected-token',
        r.peek(),
        'options such as axis=0 come last',
        'this comes after one',
      );
    else args.push(r.expression());
  } while (r.accept(','));
  const span = join(token, r.close(open));
  return r.grown(
    {
      kind: 'call',
      span,
      name: token.name,
      nameSpan: spanOf(token),
      index,
      primes,
      ...(axes === undefined ? {} : { axes }),
      args,
      options,
    },
    ...args,
    ...options.map((o) => o.value),
  );
}

function readOption(r: Reader): CallOption | undefined {
  const token = r.peek();
  const equals = r.peek(1);
  if (token.kind !== 'name' || equals.kind !== 'sign' || equals.sign !== '=') return undefined;
  r.next();
  r.next();
  const value = r.expression();
  return { span: join(token, value.span), name: token.name, value };
}

/** Brackets around what follows a function, up to the next space or operator: `log x`, `tr AᵀB`. */
function bracketed(r: Reader, from: number): readonly Repair[] {
  let end = from;
  for (let ahead = 0; ; ahead++) {
    const t = r.peek(ahead);
    const operand = t.kind === 'name' || t.kind === 'number';
    const postfix = t.kind === 'sign' && (t.sign === '^T' || t.sign === "'") && ahead > 0;
    if (!(operand || postfix) || (ahead > 0 && t.spaced)) break;
    end = t.end;
  }
  if (end === from) return [];
  const gap = r.peek().start;
  return [
    [
      { start: from, end: gap, text: '(' },
      { start: end, end, text: ')' },
    ],
  ];
}
