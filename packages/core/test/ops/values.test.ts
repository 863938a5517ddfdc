import { expect, test } from 'vitest';
import { tensor } from '../../src/expr/tensor.ts';
import { evaluateAt } from '../../src/verify/evaluate.ts';
import { errorOf, problemOf } from '../support/ask.ts';

const MATRICES = `M = hcat(vcat(1, 1/2), vcat(2, 3)); S = hcat(vcat(2, 1/2), vcat(1, 3))
  R = vcat(hcat(1, 2), hcat(3, 4), hcat(5, 7)); v = vcat(1, -3, 2); I2 = eye(2); z: scalar`;

/** A number in the language, beside a variable that is zero, as a formula has to have one. */
function valueOf(expression: string): number {
  const { value, variables } = problemOf(`z + ${expression}`, MATRICES);
  const zeros = new Map(variables.map((z) => [z, tensor([])]));
  const [result] = evaluateAt([value.node], new Map(), zeros);
  return result?.data[0] ?? Number.NaN;
}

/** Computed with 30 digits (mpmath 1.4). */
const VALUES: readonly (readonly [expression: string, value: number])[] = [
  ['expm1(1/1000000)', 1.0000005000001667e-6],
  ['log1p(1/1000000)', 9.999995000003334e-7],
  ['cbrt(-5)', -1.709975946676697],
  ['tan(1/4)', 0.25534192122103627],
  ['asin(1/4)', 0.25268025514207865],
  ['acos(1/4)', 1.318116071652818],
  ['atan(1/4)', 0.24497866312686414],
  ['sinh(1/4)', 0.2526123168081683],
  ['cosh(1/4)', 1.0314130998795732],
  ['asinh(1/4)', 0.24746646154726346],
  ['atanh(1/4)', 0.25541281188299536],
  ['acosh(3/2)', 0.9624236501192069],
  ['atan2(-1, -2)', -2.677945044588987],
  ['pow(2, 1/3)', 1.2599210498948732],
  ['erf(1/4)', 0.27632639016823696],
  ['erf(-3)', -0.9999779095030014],
  ['erfc(1/2)', 0.4795001221869535],
  ['erfc(5)', 1.537459794428035e-12],
  ['erfc(26)', 5.663192408856143e-296],
  ['erfc(-2)', 1.9953222650189526],
  ['lgamma(1/1000)', 6.907178885383853],
  ['lgamma(1/2)', 0.5723649429247001],
  ['lgamma(100)', 359.1342053695754],
  ['digamma(1/4)', -4.2274535333762655],
  ['digamma(30)', 3.384438132685525],
  ['digamma′(1/2)', 4.934802200544679],
  ['digamma″(3/2)', -0.82879664423432],
  ['digamma‴(20)', 0.0002693742213396389],
  ['leaky_relu(-3)', -0.03],
  ['elu(-1)', -0.6321205588285577],
  ['elu(-1, 2)', -1.2642411176571153],
  ['selu(2)', 2.101401974710961],
  ['selu(-1)', -1.1113307378125628],
  ['selu′(-1)', 0.6467686030348141],
  ['gelu(3/2)', 1.399789198096713],
  ['silu(3/2)', 1.2263617142904655],
  ['mish(3/2)', 1.4033782663958025],
  ['tr(expm(M))', 32.18944098709803],
  ['expm(10 M)[1,2]', 475582761099066],
  ['sqrtm(S)[1,2]', 0.3212393916155419],
  ['logm(S)[2,1]', 0.20863048313297694],
  ['nuclear_norm(R)', 10.558565943041122],
  ['polar(R)[3,1]', 0.5241736911699177],
  ['cholesky(sym(S))[2,1]', 0.5303300858899106],
  ['cholesky(sym(S))[2,2]', 1.648863244784115],
];

test.each(VALUES)('%s', (expression, value) => {
  const got = valueOf(expression);
  expect(Math.abs(got / value - 1)).toBeLessThan(2e-14);
});

/** What follows from the definitions. */
test.each([
  ['max(v)', '2'],
  ['min(v)', '-3'],
  ['norminf(v)', '3'],
  ['‖v‖_∞', '3'],
  ['dot(hardmax(v), v)', 'max(v)'],
  ['max(M, axis=0)[1,2]', '3'],
  ['max(M, axis=1)[1]', '2'],
  ['min(M, axis=1)[2]', '1/2'],
  ['logsumexp(M, axis=0)[1,2]', 'log(exp(2) + exp(3))'],
  ['norm(M, axis=1)[1]', 'sqrt(5)'],
  ['var(v)', '14/3'],
  ['std(v)', 'sqrt(14/3)'],
  ['var(M, axis=0)[1,2]', '1/4'],
  ['var(M, axis=1)[2]', '(5/4)^2'],
  ['clip(v, -1, 1)[2]', '-1'],
  ['clip(v, -1, inf)[1]', '1'],
  ['hardtanh(v)[3]', '1'],
  ['huber(v)', '1/2 + 5/2 + 3/2'],
  ['huber(v, 10)', '7'],
  ['hinge(v, vcat(1, 1, -1))', '0 + 4 + 3'],
  ['entropy(vcat(1/4, 3/4))', '1/4 log(4) + 3/4 log(4/3)'],
  ['kl(vcat(1/4, 3/4), vcat(1/2, 1/2))', '1/4 log(1/2) + 3/4 log(3/2)'],
  ['bce(vcat(1, 0), vcat(1/4, 1/2))', 'log(4) + log(2)'],
  ['bce_with_logits(v, vcat(1, 0, 1/2))', 'bce(vcat(1, 0, 1/2), sigmoid(v))'],
  ['bce_with_logits(1000, 0)', '1000'],
  ['layernorm(v, 0)[1]', '1/sqrt(14/3)'],
  ['layernorm(M, 0)[1,2]', '1'],
  ['rmsnorm(v, 0)[3]', '2/sqrt(14/3)'],
  ['batchnorm(M, 0)[1,2]', '-1'],
  ['batchnorm(M)[1,2]', '-1/2 (1/4 + 1/100000)^(-1/2)'],
  ['attention(M, M, M)[1,1]', "(softmax(1/sqrt(2) M M') M)[1,1]"],
  ['adj(M)[1,1]', '3'],
  ['adj(M)[1,2]', '-2'],
  ['cof(M)[1,2]', '-1/2'],
  ['sym(M)[1,2]', '5/4'],
  ['skew(M)[1,2]', '3/4'],
  ['tril(M)[1,2]', '0'],
  ['triu(M)[1,2]', '2'],
  ['vec(M)[2]', '1/2'],
  ['vec(M)[3]', '2'],
  ['unvec(vec(R), 3, 2)[3,1]', '5'],
  ['unvec(vcat(1, 2, 3, 4), 2, 2)[1,2]', '3'],
  ['kron(M, R)[5,4]', '12'],
  ['kron(v, vcat(1, 10))[4]', '-30'],
  ["kron(v', vcat(1, 10))[2,3]", '20'],
  ['kron(M, v)[5,2]', '-9'],
  ["kron(M, v')[2,4]", '3'],
  ['vech(M)[2]', '1/2'],
  ['(unvech(vech(M), 2) - tril(M))[2,1]', '0'],
  ['(reshape(R, 2, 3) - reshape(vec(transpose(R)), 2, 3))[1,3]', '0'],
  ['(permute(R, 1, 0) - transpose(R))[1,3]', '0'],
  ["einsum('ij,kj->ik', R, R)[2,1]", "(R R')[2,1]"],
  ["einsum('ii', S)", 'tr(S)'],
  ['hcat(M, v[1] ones(2), S)[2,4]', '1/2'],
  ["hcat(v', 7)[1,4]", '7'],
  ['vcat(M, R)[5,2]', '7'],
  ['blockdiag(M, 7, R)[4,4]', '1'],
  ['blockdiag(M, 7, R)[3,3]', '7'],
  ['blockdiag(M, 7, R)[1,3]', '0'],
  ['columns(R, 2, 1)[3]', '7'],
  ['rows(R, 2, 2)[2,1]', '5'],
  ['rows(v, 3, 1)', '2'],
  ['(R pinv(R) R)[2,1]', '3'],
  ["(pinv(R) - pinv(R')')[1,2]", '0'],
  ['(pinv(v) v)', '1'],
  ['(expm(logm(S)))[1,2]', '1'],
  ['(sqrtm(S) sqrtm(S))[2,1]', '1/2'],
  ["(cholesky(sym(S)) cholesky(sym(S))')[1,2]", '3/4'],
  ["(polar(R)' polar(R))[1,1]", '1'],
  ['expm(M, I2)[1,2]', 'expm(M)[1,2]'],
  ['logm(S, 3 I2)[1,2]', '3 inv(S)[1,2]'],
  ['sqrtm(S, I2)[1,1]', '1/2 inv(sqrtm(S))[1,1]'],
  ['nuclear_norm(v)', '‖v‖'],
] as const)('%s = %s', (left, right) => {
  expect(valueOf(left)).toBeCloseTo(valueOf(right), 12);
});

/** Far out nothing overflows, and nothing is lost. */
test.each([
  ['log1p(expm1(-700))', -700],
  ['softplus(-1000) + softplus(1000)', 1000],
  ['elu(1000)', 1000],
  ['selu(-1000)', -1.0507009873554805 * 1.6732632423543772],
  ['gelu(-40)', -0],
  ['mish(1000)', 1000],
  ['silu(-1000)', -0],
  ['erfc(-30)', 2],
  ['lgamma(1e300)', 6.897755278982137e302],
  ['huber(1e9)', 1e9 - 0.5],
] as const)('%s is finite', (expression, value) => {
  expect(valueOf(expression)).toBeCloseTo(value, 9);
});

test.each([
  ['clip(x, 1, 0)', 'bounds-crossed'],
  ['huber(x, 0)', 'bounds-crossed'],
  ['huber(x, x)', 'scalar-wanted'],
  ['layernorm(λ)', 'vector-wanted'],
  ['tril(x)', 'matrix-wanted'],
  ['cholesky(X)', 'symmetric-wanted'],
  ['expm(Y)', 'square-wanted'],
  ['expm(X, x)', 'shape-mismatch'],
  ['hcat(X, Y)', 'shape-mismatch'],
  ['unvec(x, m, n)', 'shape-mismatch'],
  ["einsum('ij,jk->ik', X, Y)", 'shape-mismatch'],
  ["einsum('ij->ik', X)", 'bad-einsum'],
  ['reshape(X, n, m)', 'shape-mismatch'],
  ['permute(X, 1, 1)', 'bad-axis'],
  ['rows(x, n, 2)', 'bad-part'],
  ['max(x, x, axis=0)', 'unknown-option'],
  ['var(x, axis=2)', 'bad-axis'],
] as const)('%s is refused: %s', (expression, code) => {
  const where = 'x: n; X: n×n; Y: m×n; λ: scalar';
  expect(errorOf({ expression: `sum(${expression})`, where }).diagnostics[0]?.code).toBe(code);
});
