import { type Case, caseOf, caseOfFamily, caseWithUnknown } from './cases.ts';

/** Shapes, orders and forms that the examples of functions do not have. */
const CASES: readonly Case[] = [
  ['1/(2m) (Xθ − y)ᵀ(Xθ − y)', 'X: m×n; y: m; θ: n', 'θ,X'],
  ['sum((tanh(X U) V - Y).^2)', 'X: m×n; U: n×h; V: h×k; Y: m×k', 'U,V,X'],
  ['cross_entropy(Y, P)', 'Y: m×k simplex; X: m×n; Θ: n×k; b: 1×k; P = softmax(XΘ + b)', 'Θ,b'],
  ['aᵀ A B C d', 'A: p×q; B: q×r; C: r×s; a: p; d: s', 'a,d,B'],
  ['logdet(A) + xᵀ A⁻¹ y', 'A: n×n posdef; x, y: n', 'A,x'],
  ['tr(A⁻¹ B) + tr(B A⁻ᵀ)', 'A, B: n×n invertible', 'A,B'],
  ['λ θᵀx + λ²/k', 'λ, k: scalar; θ, x: n', 'λ,θ'],
  ['2λ', 'λ: scalar', 'λ'],
  ['sum(X)', 'X: m×n; y: n', 'X,y'],
  ['tr(X)', 'X: n×n', 'X'],
  ['‖X + diag(x) + I‖²', 'X: n×n; x: n', 'X,x'],
  ['sum(tanh(W))/N + sum(B)/k', 'W: (n+1)×2k; B: 2k; N: scalar', 'W,B'],
  ['sum(exp(x aᵀ + b))', 'x: m; a: n; b: 1×n', 'x,a,b'],
  ['xᵀAx/(xᵀx)', 'A: n×n symmetric; x: n', 'x,A'],
  ["sum(sin(einsum('bij,bjk->bik', A, X)))", 'A: b×m×n; X: b×n×k', 'A,X'],
  ['A X B', 'A: m×n; X: n×k; B: k×p', 'X,A'],
  ['softmax(A x)', 'A: m×n; x: n', 'x,A'],
  ['tanh(X W)', 'X: m×n; W: n×k', 'W'],
  ['X⁻¹', 'X: n×n invertible', 'X'],
  ['x', 'x: n', 'x'],
  ['vec(X) + kron(a, b)', 'X: m×n; a: n; b: m', 'X,a'],
  ['norm(x)', 'x: n', 'x'],
].map(([expression = '', where = '', wrt = '']) => caseOf(expression, where, wrt));

const SECOND: readonly Case[] = [
  ['½ xᵀAx', 'A: n×n symmetric; x: n', 'x'],
  ['logsumexp(A x)', 'A: m×n; x: n', 'x'],
  ['sum(softplus(A x)) + λ/2 ‖x‖²', 'A: m×n; x: n; λ: scalar', 'x'],
  ['½ ‖U Vᵀ − Y‖²', 'U: m×r; V: n×r; Y: m×n', 'U'],
  ['logdet(X)', 'X: n×n posdef', 'X'],
].map(([expression = '', where = '', wrt = '']) => caseOf(expression, where, wrt, { order: 2 }));

const UNKNOWN: readonly Case[] = [
  caseWithUnknown('sum(σ(A x))', 'A: m×n; x: n', 'x,A'),
  caseWithUnknown('ℓ(σ(X W))', 'X: m×k; W: k×n', 'W'),
  caseWithUnknown('sum(σ(A x))', 'A: m×n; x: n', 'x', 2),
];

const FAMILIES: readonly Case[] = [
  caseOfFamily(
    '½ ‖Z[L] − Y‖²',
    'X: m×n[0]; Y: m×n[L]; W[l]: n[l-1]×n[l] for l = 1..L; Z[0] = X; Z[l] = tanh(Z[l-1] W[l]) for l = 1..L',
    'W[l]',
    { L: 3 },
  ),
  caseOfFamily(
    'sum(h[T])',
    'x[t]: n for t = 1..T; W: k×k; U: k×n; h0: k; h[0] = h0; h[t] = tanh(W h[t-1] + U x[t]) for t = 1..T',
    'W,U',
    { T: 3 },
  ),
];

export const SHAPES: readonly Case[] = [...CASES, ...SECOND, ...UNKNOWN, ...FAMILIES];
