import { functions as textbook } from '../../packages/core/test/examine/functions.ts';

/** Expression, declarations, variable: textbook functions, and as many more as make seventy. */
export const FUNCTIONS: readonly (readonly [string, string, string])[] = [
  ...textbook,
  ['½ ‖y − X β‖² + α ‖β‖²', 'X: m×n; y: m; β: n; α: scalar positive', 'X'],
  ['sum(log(1 + exp(−y ⊙ (X w)))) + ½ wᵀw', 'X: m×n; y: m; w: n', 'w'],
  ['1/m sum(exp(−y ⊙ (X w)))', 'X: m×n; y: m; w: n', 'w'],
  ['sum(relu(1 − y ⊙ (X w)).^2)', 'X: m×n; y: m; w: n', 'w'],
  ['sum(exp(X w) − y ⊙ (X w))', 'X: m×n; y: m; w: n', 'w'],
  ['½ ‖W x + b − y‖²', 'W: m×n; x: n; b: m; y: m', 'W'],
  ['½ ‖W x + b − y‖²', 'W: m×n; x: n; b: m; y: m', 'b'],
  ['sum(sigmoid(W2 tanh(W1 x)))', 'W2: m×h; W1: h×n; x: n', 'W1'],
  ['sum(gelu(X W) ⊙ C)', 'X: m×n; W: n×k; C: m×k', 'W'],
  ['sum(silu(X W) ⊙ C)', 'X: m×n; W: n×k; C: m×k', 'X'],
  ['1/N ‖X − X W Wᵀ‖²', 'X: N×n; W: n×k', 'W'],
  ['logsumexp(X w) − mean(X w)', 'X: m×n; w: n', 'w'],
  ['sum(log(cosh(X w − y)))', 'X: m×n; w: n; y: m', 'w'],
  ['‖x‖² exp(−½ ‖x − c‖²)', 'x: n; c: n', 'x'],
  ['sum(p ⊙ log(p)) + λ (sum(p) − 1)²', 'p: n positive; λ: scalar', 'p'],
];

/** Of these every second derivative exists, and those that the check of the differences needs. */
export const isSmooth = (expression: string): boolean => !/relu|abs|_1|max|min/u.test(expression);
