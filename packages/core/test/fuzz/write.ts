import type { Random } from '../../src/verify/random.ts';
import { isScalar, type Side, type Tree } from './tree.ts';

/**
 * Formulas in the language, with no more brackets than `docs/language.md` asks for (and now and then some more), in all its
 * spellings: the levels below are its table of operators, tightest first.
 */
const LEVELS = { atom: 5, tight: 4, minus: 3, product: 2, sum: 1 } as const;
type Level = (typeof LEVELS)[keyof typeof LEVELS];

interface Written {
  readonly text: string;
  readonly level: Level;
}

/** @param source chooses between spellings */
export function write(tree: Tree, source: Random): string {
  const pick = <T>(...choices: readonly T[]): T => choices[source.below(choices.length)] as T;

  /** In brackets where it binds less than it has to; now and then without need. */
  const at = (t: Tree, least: Level): string => {
    const { text, level } = go(t);
    return level < least || (source.below(25) === 0 && level < LEVELS.atom) ? `(${text})` : text;
  };

  /** What a transpose or an exponent follows. */
  const base = (t: Tree): string => at(t, LEVELS.atom);

  const exponent = (t: Tree): string => {
    if (t.kind === 'number' && Number.isInteger(t.value))
      return pick(`^${t.text}`, `^{${t.text}}`, t.value < 0 ? `^${t.text}` : superscript(t.text));
    return t.kind === 'name' ? `^${t.name}` : `^(${go(t).text})`;
  };

  const go = (t: Tree): Written => {
    switch (t.kind) {
      case 'name':
      case 'defined':
        return { text: t.name, level: LEVELS.atom };
      case 'number':
        return t.value < 0
          ? { text: `(${t.text})`, level: LEVELS.atom }
          : { text: t.text, level: LEVELS.atom };
      case 'size':
        return /^[a-z]$/u.test(t.side)
          ? { text: t.side, level: LEVELS.atom }
          : { text: `(${t.side})`, level: LEVELS.atom };
      case 'negate':
        return { text: `${pick('-', '−')}${at(t.of, LEVELS.tight)}`, level: LEVELS.minus };
      case 'tight':
        return { text: `${t.number}${go(t.of).text}`, level: LEVELS.tight };
      case 'postfix':
        return postfixed(t.op, t.of);
      case 'binary':
        return combined(t);
      case 'call':
        return {
          text: called(
            t.name,
            t.args.map((a) => go(a).text),
            t.axis,
          ),
          level: LEVELS.atom,
        };
      case 'norm': {
        const inside = go(t.of).text;
        const fenced = /[|‖]/u.test(inside) ? `(${inside})` : inside;
        if (t.order === 1) return { text: pick(`‖${fenced}‖_1`, `norm1(${inside})`), level: 5 };
        return {
          text: pick(`‖${fenced}‖`, `||${fenced}||`, `norm(${inside})`),
          level: LEVELS.atom,
        };
      }
      case 'bars': {
        const inside = go(t.of).text;
        return { text: /[|‖]/u.test(inside) ? `|(${inside})|` : `|${inside}|`, level: LEVELS.atom };
      }
      case 'inner': {
        const [a, b] = [go(t.left).text, go(t.right).text];
        return { text: pick(`⟨${a}, ${b}⟩`, `dot(${a}, ${b})`, `inner(${a}, ${b})`), level: 5 };
      }
      case 'part': {
        const places = t.places.map((p) => (p === null ? ':' : `${p}`)).join(pick(',', ', '));
        const of =
          t.of.kind === 'name' || t.of.kind === 'defined' ? t.of.name : `(${go(t.of).text})`;
        return { text: `${of}[${places}]`, level: LEVELS.atom };
      }
      case 'constant':
        return { text: constantText(t), level: LEVELS.atom };
    }
  };

  const constantText = (t: Tree & { readonly kind: 'constant' }): string => {
    switch (t.name) {
      case 'I':
        return 'I';
      case 'eye':
        return pick(`eye(${t.rows})`, `I(${t.rows})`);
      case 'unit':
        return `unit(2, ${t.rows})`;
      case 'ones':
        return t.cols === '1' ? `ones(${t.rows})` : `ones(${t.rows}, ${t.cols})`;
    }
  };

  const called = (name: string, args: readonly string[], axis: 0 | 1 | null): string =>
    `${name}(${[...args, ...(axis === null ? [] : [`axis=${axis}`])].join(', ')})`;

  const postfixed = (op: 'transpose' | 'inverse' | 'inverse-transpose', of: Tree): Written => {
    const inside = (): string => go(of).text;
    const text = ((): string => {
      switch (op) {
        case 'transpose':
          return source.below(8) === 0
            ? `transpose(${inside()})`
            : base(of) + pick('ᵀ', 'ᵀ', "'", '^T', '^{T}', '^⊤', '.T');
        case 'inverse':
          return source.below(6) === 0 ? `inv(${inside()})` : base(of) + pick('⁻¹', '^-1', '^{-1}');
        case 'inverse-transpose':
          return base(of) + pick('⁻ᵀ', '^-T', '^{-T}');
      }
    })();
    return { text, level: text.endsWith(')') && /^(transpose|inv)\(/u.test(text) ? 5 : 4 };
  };

  const combined = (t: Tree & { readonly kind: 'binary' }): Written => {
    const { left, right } = t;
    switch (t.op) {
      case 'power':
        return { text: base(left) + exponent(right), level: LEVELS.tight };
      case 'entry-power': {
        // a digit before the dot would be a part of a number
        const of = left.kind === 'number' ? `(${left.text})` : base(left);
        const by = right.kind === 'number' && right.value >= 0 ? right.text : `(${go(right).text})`;
        const op = right.kind === 'number' ? pick('.^', '**') : '.^';
        return { text: of + op + by, level: LEVELS.tight };
      }
      case 'plus':
      case 'minus': {
        const [a, b] = [at(left, LEVELS.sum), at(right, LEVELS.product)];
        const dotted = source.below(12) === 0 && !isScalar(t);
        const op = (dotted ? '.' : '') + (t.op === 'plus' ? '+' : pick('-', '−'));
        return {
          text: `${a} ${op} ${b.startsWith('-') || b.startsWith('−') ? `(${b})` : b}`,
          level: 1,
        };
      }
      default: {
        const a = at(left, LEVELS.product);
        const b = at(right, LEVELS.tight);
        return { text: product(t.op, a, b, left, right), level: LEVELS.product };
      }
    }
  };

  const product = (op: string, a: string, b: string, left: Tree, right: Tree): string => {
    switch (op) {
      case 'hadamard':
        return a + pick(' ⊙ ', ' .* ', '.*', ' ∘ ') + b;
      case 'divide':
        return a + pick('/', ' / ') + b;
      case 'hadamard-divide':
        return a + pick('./', ' ./ ', ' ⊘ ') + b;
      default: {
        const names =
          left.kind === 'name' &&
          right.kind === 'name' &&
          /^[A-Z]$/u.test(a) &&
          /^[A-Zx-z]$/u.test(b);
        const side = names && source.below(2) === 0 ? '' : ' ';
        const gap = /^[\d.½[]/u.test(b)
          ? pick('*', ' * ', '·')
          : pick(side, side, '*', ' · ', side);
        const dot =
          gap === '*' && !isScalar(left) && !isScalar(right) ? pick('*', '@', ' @ ') : gap;
        return a + dot + b;
      }
    }
  };

  return go(tree).text;
}

const DIGITS = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const superscript = (n: string): string => n.replace(/\d/gu, (c) => DIGITS.charAt(Number(c)));

/** `m×n`, `n`, `1×n`, `scalar`, in one of their spellings. */
export function writeShape(rows: Side, cols: Side, source: Random): string {
  const sides = rows !== '1' && cols === '1' ? [rows] : [rows, cols];
  if (rows === '1' && cols === '1') return source.below(4) === 0 ? '1×1' : 'scalar';
  return sides.join(['×', '×', ' x ', ' by '][source.below(4)]);
}
