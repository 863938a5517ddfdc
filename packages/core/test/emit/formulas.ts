import { rational } from '../../src/shape/rational.ts';
import {
  bars,
  call,
  entryPower,
  hadamard,
  hadamardOver,
  inner,
  inverse,
  minus,
  name,
  negate,
  norm,
  num,
  over,
  part,
  place,
  plus,
  power,
  transposed as t,
  tight,
  times,
} from '../../src/syntax/make.ts';
import type { Expr } from '../../src/syntax/tree.ts';

/** One formula in the three ways to write it. */
export interface Formula {
  readonly tree: Expr;
  readonly text: string;
  readonly ascii: string;
  readonly latex: string;
}

const row = (tree: Expr, text: string, ascii: string, latex: string): Formula => ({
  tree,
  text,
  ascii,
  latex,
});

const [A, B, C, X, Y, P, W] = ['A', 'B', 'C', 'X', 'Y', 'P', 'W'].map((n) => name(n)) as [
  Expr,
  Expr,
  Expr,
  Expr,
  Expr,
  Expr,
  Expr,
];
const [a, b, c, d, m, x, y] = ['a', 'b', 'c', 'd', 'm', 'x', 'y'].map((n) => name(n)) as [
  Expr,
  Expr,
  Expr,
  Expr,
  Expr,
  Expr,
  Expr,
];
const [θ, λ] = [name('θ'), name('λ')];
const l = place('l');
const before = place('l', -1);
const residual = minus(times(X, θ), y);
const slope = hadamard(
  name('G', l),
  call('σ', [times(name('Z', before), name('W', l))], { primes: 1 }),
);

/** The formulas that users know us by. */
export const textbook: readonly Formula[] = [
  row(
    times(over(num(1), m), t(X), residual),
    '1/m Xᵀ(Xθ − y)',
    "1/m*X'*(X*theta - y)",
    '\\frac{1}{m} X^\\top (X \\theta - y)',
  ),
  row(
    times(over(num(1), tight(2, m)), t(residual), residual),
    '1/(2m) (Xθ − y)ᵀ(Xθ − y)',
    "1/(2*m)*(X*theta - y)'*(X*theta - y)",
    '\\frac{1}{2m} (X \\theta - y)^\\top (X \\theta - y)',
  ),
  row(
    times(slope, t(name('W', l))),
    '(G[l] ⊙ σ′(Z[l−1] W[l])) W[l]ᵀ',
    "(G[l] .* sigma'(Z[l-1]*W[l]))*W[l]'",
    "(G_l \\odot \\sigma'(Z_{l-1} W_l)) W_l^\\top",
  ),
  row(
    times(t(name('Z', before)), slope),
    'Z[l−1]ᵀ (G[l] ⊙ σ′(Z[l−1] W[l]))',
    "Z[l-1]'*(G[l] .* sigma'(Z[l-1]*W[l]))",
    "Z_{l-1}^\\top (G_l \\odot \\sigma'(Z_{l-1} W_l))",
  ),
  row(times(t(X), minus(P, Y)), 'Xᵀ(P − Y)', "X'*(P - Y)", 'X^\\top (P - Y)'),
  row(
    times(num(2), t(A), minus(times(A, x), y)),
    '2Aᵀ(Ax − y)',
    "2*A'*(A*x - y)",
    '2A^\\top (A x - y)',
  ),
  row(times(plus(A, t(A)), x), '(A + Aᵀ)x', "(A + A')*x", '(A + A^\\top) x'),
  row(times(num(2), A), '2A', '2*A', '2A'),
  row(times(t(a), times(B, times(C, d))), 'aᵀ(B(Cd))', "a'*(B*(C*d))", 'a^\\top (B (C d))'),
  row(
    over(times(t(A), minus(times(A, x), y)), norm(minus(times(A, x), y))),
    'Aᵀ(Ax − y)/‖Ax − y‖',
    "A'*(A*x - y)/norm(A*x - y)",
    '\\frac{A^\\top (A x - y)}{\\lVert A x - y \\rVert}',
  ),
  row(
    minus(num(1), entryPower(call('tanh', [plus(times(W, x), b)]), num(2))),
    '1 − tanh(Wx + b).^2',
    '1 - tanh(W*x + b).^2',
    '1 - \\tanh(W x + b)^{\\circ 2}',
  ),
  row(
    times(over(λ, num(2)), power(norm(θ), num(2))),
    'λ/2 ‖θ‖²',
    'lambda/2*norm(theta)^2',
    '\\frac{\\lambda}{2} \\lVert \\theta \\rVert^2',
  ),
  row(
    times(over(num(2), name('N')), t(X), residual),
    '2/N Xᵀ(Xθ − y)',
    "2/N*X'*(X*theta - y)",
    '\\frac{2}{N} X^\\top (X \\theta - y)',
  ),
  row(
    times(t(X), call('softmax', [times(X, name('Θ'))])),
    'Xᵀ softmax(XΘ)',
    "X'*softmax(X*Theta)",
    'X^\\top \\operatorname{softmax}(X \\Theta)',
  ),
];

/** Numbers, signs and brackets. */
export const grammar: readonly Formula[] = [
  row(num(rational(1, 2)), '1/2', '1/2', '\\frac{1}{2}'),
  row(times(num(rational(-3, 2)), A), '−3/2 A', '-3/2*A', '-\\frac{3}{2} A'),
  row(times(num(-2), A), '−2A', '-2*A', '-2A'),
  row(times(num(2), num(3), A), '2 · 3A', '2*3*A', '2 \\cdot 3A'),
  row(times(A, num(2)), 'A · 2', 'A*2', 'A \\cdot 2'),
  row(times(num(2), over(num(1), m)), '2(1/m)', '2*(1/m)', '2 \\cdot \\frac{1}{m}'),
  row(times(num(2), times(A, B)), '2AB', '2*A*B', '2A B'),
  row(times(A, times(num(2), B)), 'A · 2B', 'A*2*B', 'A \\cdot 2B'),
  row(times(a, num(rational(1, 2))), 'a (1/2)', 'a*(1/2)', 'a \\frac{1}{2}'),
  row(plus(A, times(num(-2), B)), 'A − 2B', 'A - 2*B', 'A - 2B'),
  row(minus(A, num(rational(-1, 2))), 'A + 1/2', 'A + 1/2', 'A + \\frac{1}{2}'),
  row(plus(A, negate(B)), 'A + (−B)', 'A + (-B)', 'A + (-B)'),
  row(negate(negate(A)), '−(−A)', '-(-A)', '-(-A)'),
  row(negate(plus(A, B)), '−(A + B)', '-(A + B)', '-(A + B)'),
  row(negate(times(A, B)), '−AB', '-A*B', '-A B'),
  row(times(A, negate(B)), 'A(−B)', 'A*(-B)', 'A (-B)'),
  row(minus(A, plus(B, C)), 'A − (B + C)', 'A - (B + C)', 'A - (B + C)'),
  row(minus(A, minus(B, C)), 'A − (B − C)', 'A - (B - C)', 'A - (B - C)'),
  row(minus(plus(A, B), C), 'A + B − C', 'A + B - C', 'A + B - C'),
  row(over(plus(A, B), c), '(A + B)/c', '(A + B)/c', '\\frac{A + B}{c}'),
  row(over(A, times(num(2), c)), 'A/(2c)', 'A/(2*c)', '\\frac{A}{2c}'),
  row(over(a, over(b, c)), 'a/(b/c)', 'a/(b/c)', '\\frac{a}{b/c}'),
  row(over(over(a, b), c), '(a/b)/c', '(a/b)/c', '\\frac{a/b}{c}'),
  row(times(over(A, c), B), '(A/c)B', '(A/c)*B', '\\frac{A}{c} B'),
  row(times(over(times(A, B), c), C), '(AB/c)C', '(A*B/c)*C', '\\frac{A B}{c} C'),
  row(over(times(over(num(1), m), A), c), '(1/m A)/c', '(1/m*A)/c', '\\frac{1/m A}{c}'),
  row(over(num(-1), m), '−1/m', '-1/m', '-\\frac{1}{m}'),
  row(times(hadamard(A, B), C), '(A ⊙ B)C', '(A .* B)*C', '(A \\odot B) C'),
  row(hadamard(A, times(B, C)), 'A ⊙ (BC)', 'A .* (B*C)', 'A \\odot (B C)'),
  row(hadamard(A, B, C), 'A ⊙ B ⊙ C', 'A .* B .* C', 'A \\odot B \\odot C'),
  row(hadamard(A, hadamard(B, C)), 'A ⊙ (B ⊙ C)', 'A .* (B .* C)', 'A \\odot (B \\odot C)'),
  row(hadamard(times(num(2), A), B), '2A ⊙ B', '2*A .* B', '2A \\odot B'),
  row(times(num(2), hadamard(A, B)), '2(A ⊙ B)', '2*(A .* B)', '2(A \\odot B)'),
  row(over(hadamard(A, B), c), '(A ⊙ B)/c', '(A .* B)/c', '\\frac{A \\odot B}{c}'),
  row(hadamardOver(times(A, B), C), '(AB) ⊘ C', '(A*B) ./ C', '(A B) \\oslash C'),
];

/** Exponents, transposes, fences, calls, parts. */
export const atoms: readonly Formula[] = [
  row(t(t(A)), '(Aᵀ)ᵀ', "(A')'", '(A^\\top)^\\top'),
  row(inverse(t(A)), 'A⁻ᵀ', 'A^-T', 'A^{-\\top}'),
  row(t(inverse(A)), 'A⁻ᵀ', 'A^-T', 'A^{-\\top}'),
  row(times(inverse(A), B), 'A⁻¹B', 'A^-1*B', 'A^{-1} B'),
  row(power(t(A), num(2)), '(Aᵀ)²', "(A')^2", '(A^\\top)^2'),
  row(power(a, num(-2)), 'a⁻²', 'a^(-2)', 'a^{-2}'),
  row(power(a, num(rational(1, 2))), 'a^(1/2)', 'a^(1/2)', 'a^{1/2}'),
  row(times(power(a, name('k')), b), 'a^k b', 'a^k*b', 'a^k b'),
  row(power(a, name('T')), 'a^(T)', 'a^(T)', 'a^{(T)}'),
  row(power(negate(A), num(2)), '(−A)²', '(-A)^2', '(-A)^2'),
  row(entryPower(num(2), A), '(2).^A', '(2).^A', '(2)^{\\circ A}'),
  row(times(entryPower(A, num(2)), B), 'A.^2 B', 'A.^2*B', 'A^{\\circ 2} B'),
  row(norm(x, '1'), '‖x‖_1', 'norm1(x)', '\\lVert x \\rVert_1'),
  row(power(norm(A, 'F'), num(2)), '‖A‖_F²', 'normF(A)^2', '\\lVert A \\rVert_F^2'),
  row(norm(x, 'inf'), '‖x‖_∞', 'norminf(x)', '\\lVert x \\rVert_\\infty'),
  row(
    norm(times(norm(a), b)),
    '‖(‖a‖ b)‖',
    'norm(norm(a)*b)',
    '\\lVert \\lVert a \\rVert b \\rVert',
  ),
  row(times(bars(A), bars(B)), '|A| |B|', '|A|*|B|', '\\lvert A \\rvert \\lvert B \\rvert'),
  row(bars(bars(a)), '|(|a|)|', '|(|a|)|', '\\lvert \\lvert a \\rvert \\rvert'),
  row(inner(A, B), '⟨A, B⟩', 'inner(A, B)', '\\langle A, B \\rangle'),
  row(norm(over(x, c)), '‖x/c‖', 'norm(x/c)', '\\left\\lVert \\frac{x}{c} \\right\\rVert'),
  row(
    power(plus(over(a, b), c), num(2)),
    '(a/b + c)²',
    '(a/b + c)^2',
    '\\left( \\frac{a}{b} + c \\right)^2',
  ),
  row(part(A, name('i'), name('j')), 'A[i,j]', 'A[i,j]', 'A_{i,j}'),
  row(part(A, null, num(1)), 'A[:,1]', 'A[:,1]', 'A_{:,1}'),
  row(part(plus(A, B), num(1), null), '(A + B)[1,:]', '(A + B)[1,:]', '(A + B)_{1,:}'),
  row(
    call('sum', [X], { options: { axis: num(0) } }),
    'sum(X, axis=0)',
    'sum(X, axis=0)',
    '\\operatorname{sum}(X, \\mathrm{axis}=0)',
  ),
  row(
    call('σ', [X], { index: before, primes: 2 }),
    'σ[l−1]′′(X)',
    "sigma[l-1]''(X)",
    "\\sigma_{l-1}''(X)",
  ),
];

/** Names beside each other. */
export const names: readonly Formula[] = [
  row(times(X, name('W_out')), 'X W_out', 'X*W_out', 'X W_{\\mathrm{out}}'),
  row(times(name('loss'), plus(A, B)), 'loss (A + B)', 'loss*(A + B)', '\\mathrm{loss} (A + B)'),
  row(times(num(2), name('loss')), '2 loss', '2*loss', '2\\mathrm{loss}'),
  row(times(num(2), name('W', l)), '2W[l]', '2*W[l]', '2W_l'),
  row(times(num(2), name('e1')), '2 e1', '2*e1', '2e_1'),
  row(times(λ, plus(A, B)), 'λ (A + B)', 'lambda*(A + B)', '\\lambda (A + B)'),
  row(times(A, plus(x, y)), 'A(x + y)', 'A*(x + y)', 'A (x + y)'),
  row(times(name('p'), name('i')), 'p i', 'p*i', 'p i'),
  row(times(d, name('e'), name('t')), 'de t', 'd*e*t', 'd e t'),
  row(plus(times(a, b), name('ab')), 'a b + ab', 'a*b + ab', 'a b + \\mathrm{ab}'),
  row(times(A, name('x̂')), 'Ax̂', 'A*x_hat', 'A \\hat{x}'),
  row(times(A, name('θ_0')), 'A θ_0', 'A*theta_0', 'A \\theta_0'),
  row(times(A, name('x₁')), 'Ax₁', 'A*x1', 'A x_1'),
  row(name('W_out', l), 'W_out[l]', 'W_out[l]', 'W_{\\mathrm{out},l}'),
  row(name('Γ'), 'Γ', 'Gamma', '\\Gamma'),
];
