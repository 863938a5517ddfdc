import type { BadToken, Token } from '../token.ts';
import { isSign } from '../token.ts';

/** `X \in \mathbb{R}^{m \times n}, y \in \mathbb{R}^m`: a comma before a second membership begins a line of its own. */
export function separated(tokens: readonly (Token | BadToken)[]): readonly (Token | BadToken)[] {
  let open = 0;
  let member = false;
  return tokens.map((t, i) => {
    if (isSign(t, '(', '[', '{', '⟨')) open += 1;
    else if (isSign(t, ')', ']', '}', '⟩')) open -= 1;
    else if (isSign(t, 'newline', ';', 'end')) [open, member] = [0, false];
    else if (isSign(t, '∈')) member = true;
    else if (
      member &&
      open === 0 &&
      t.kind === 'sign' &&
      t.sign === ',' &&
      beginsMember(tokens, i + 1)
    )
      return { ...t, sign: ';' as const };
    return t;
  });
}

/** Whether names follow, and then ∈. */
function beginsMember(tokens: readonly (Token | BadToken)[], from: number): boolean {
  for (let i = from; ; i += 2) {
    if (tokens[i]?.kind !== 'word') return false;
    if (isSign(tokens[i + 1], '∈')) return true;
    if (!isSign(tokens[i + 1], ',')) return false;
  }
}
