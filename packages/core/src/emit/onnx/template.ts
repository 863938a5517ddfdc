import type { Value } from './graph.ts';
import type { Operators } from './operators.ts';

/**
 * How records spell functions for ONNX: `Where(Greater($0, 0), $0, expm1($0))`. Names with a capital are operators that work entry
 * by entry, `Softmax($0, axis=-1)` with a whole number as attribute; other names are the helpers of this folder. `$0` is an argument.
 */
export type Template =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'argument'; readonly place: number }
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly args: readonly Template[];
      readonly attributes: readonly (readonly [string, number])[];
    };

const TOKEN = /\s*(\$\d|-?\d+(?:\.\d+)?(?:e-?\d+)?|[A-Za-z]\w*|[(),=])/uy;

/** @throws Error for a spelling that is none: a mistake in a record */
export function parseTemplate(text: string): Template {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  for (let m = TOKEN.exec(text); m; m = TOKEN.exec(text)) tokens.push(m[1] ?? '');
  let at = 0;
  const fail = (): never => {
    throw new Error(`no spelling for ONNX: ${text}`);
  };
  const take = (token: string): void => void (tokens[at++] === token || fail());
  const expression = (): Template => {
    const token = tokens[at++] ?? fail();
    if (token.startsWith('$')) return { kind: 'argument', place: Number(token.slice(1)) };
    if (!/^[A-Za-z]/u.test(token)) return { kind: 'number', value: Number(token) };
    const args: Template[] = [];
    const attributes: [string, number][] = [];
    take('(');
    while (tokens[at] !== ')') {
      if (tokens[at + 1] === '=') {
        attributes.push([tokens[at] ?? '', Number(tokens[at + 2])]);
        at += 3;
      } else args.push(expression());
      if (tokens[at] !== ')') take(',');
    }
    take(')');
    return { kind: 'call', name: token, args, attributes };
  };
  const made = expression();
  return at === tokens.length && tokens.join('').length === text.replaceAll(/\s/gu, '').length
    ? made
    : fail();
}

/** The value of a spelling. @param helper of a name without a capital */
export function fillTemplate(
  t: Template,
  args: readonly Value[],
  o: Operators,
  helper: (name: string, args: readonly Value[]) => Value,
): Value {
  switch (t.kind) {
    case 'number':
      return o.real(t.value);
    case 'argument': {
      const found = args[t.place];
      if (!found) throw new Error(`no argument ${t.place}`);
      return found;
    }
    case 'call': {
      const filled = t.args.map((a) => fillTemplate(a, args, o, helper));
      if (/^[a-z]/u.test(t.name)) return helper(t.name, filled);
      const made = o.entrywise(t.name, filled);
      if (t.attributes.length === 0) return made;
      return o.operation(t.name, filled, made, t.attributes);
    }
  }
}
