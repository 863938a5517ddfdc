import type { Entry, Letter } from './entry.ts';
import { deltaOf, powerOf, productOf, sumOf, totalOf } from './entry-make.ts';

/** The entry at other letters. */
export function renamed(e: Entry, from: Letter, to: Letter): Entry {
  const letter = (l: Letter): Letter => (l === from ? to : l);
  const go = (x: Entry): Entry => renamed(x, from, to);
  switch (e.kind) {
    case 'number':
      return e;
    case 'entry':
      return { ...e, letters: e.letters.map(letter) };
    case 'delta':
      return deltaOf(letter(e.letters[0]), letter(e.letters[1]));
    case 'total':
      return { ...e, of: go(e.of) };
    case 'product':
      return productOf(e.factors.map(go));
    case 'sum':
      return sumOf(e.terms.map((t) => ({ ...t, of: go(t.of) })));
    case 'power':
      return { ...e, base: go(e.base) };
    case 'apply':
      return { ...e, args: e.args.map(go), letters: e.letters.map(letter) };
    case 'derivative':
      return { ...e, of: go(e.of), at: e.at.map(letter) };
  }
}

/** The entry with its parts replaced. */
export function mapEntry(e: Entry, f: (x: Entry) => Entry): Entry {
  switch (e.kind) {
    case 'number':
    case 'entry':
    case 'delta':
    case 'derivative':
      return e;
    case 'total':
      return totalOf(e.over, f(e.of));
    case 'product':
      return productOf(e.factors.map(f));
    case 'sum':
      return sumOf(e.terms.map((t) => ({ ...t, of: f(t.of) })));
    case 'power':
      return powerOf(f(e.base), e.exponent);
    case 'apply':
      return { ...e, args: e.args.map(f) };
  }
}

/** Σⱼ δ[j,p] a[j] = a[p], wherever the letter of a δ is summed. Sums with a δ in one of their terms are multiplied out for it. */
export function withoutDeltas(e: Entry): Entry {
  const inner = mapEntry(e, withoutDeltas);
  if (inner.kind !== 'total') return inner;
  const { over, of } = inner;
  const factors = of.kind === 'product' ? of.factors : [of];
  for (const d of factors) {
    if (d.kind !== 'delta') continue;
    const [a, b] = d.letters;
    const [from, to] = over.includes(a) ? [a, b] : [b, a];
    if (!over.includes(from)) continue;
    const rest = productOf(factors.filter((f) => f !== d).map((f) => renamed(f, from, to)));
    return withoutDeltas(
      totalOf(
        over.filter((l) => l !== from),
        rest,
      ),
    );
  }
  const open = factors.find((f) => f.kind === 'sum' && f.terms.some((t) => hasDelta(t.of, over)));
  if (open?.kind !== 'sum') return inner;
  const others = factors.filter((f) => f !== open);
  return sumOf(
    open.terms.map((t) => ({
      coefficient: t.coefficient,
      of: withoutDeltas(totalOf(over, productOf([...others, t.of]))),
    })),
  );
}

const hasDelta = (e: Entry, over: readonly Letter[]): boolean =>
  (e.kind === 'product' ? e.factors : [e]).some(
    (f) => f.kind === 'delta' && f.letters.some((l) => over.includes(l)),
  );

/** How many signs an entry takes: what is too long is not shown. */
export function sizeOfEntry(e: Entry): number {
  switch (e.kind) {
    case 'number':
    case 'entry':
    case 'delta':
      return 1;
    case 'total':
      return 1 + sizeOfEntry(e.of);
    case 'product':
      return e.factors.reduce((n, f) => n + sizeOfEntry(f), 0);
    case 'sum':
      return e.terms.reduce((n, t) => n + sizeOfEntry(t.of), 0);
    case 'power':
      return 1 + sizeOfEntry(e.base);
    case 'apply':
      return e.args.reduce((n, a) => n + sizeOfEntry(a), 1);
    case 'derivative':
      return 1 + sizeOfEntry(e.of);
  }
}

/** Over how many letters an entry sums at once, where it sums over the most. */
export function widestSum(e: Entry): number {
  switch (e.kind) {
    case 'number':
    case 'entry':
    case 'delta':
      return 0;
    case 'total':
      return e.over.length + widestSum(e.of);
    case 'product':
      return Math.max(0, ...e.factors.map(widestSum));
    case 'sum':
      return Math.max(0, ...e.terms.map((t) => widestSum(t.of)));
    case 'power':
      return widestSum(e.base);
    case 'apply':
      return Math.max(0, ...e.args.map(widestSum));
    case 'derivative':
      return widestSum(e.of);
  }
}
