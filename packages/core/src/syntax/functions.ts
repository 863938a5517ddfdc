/**
 * The words of the language that name functions, whether or not they can be derived yet. They are never taken apart into
 * letters (`det` is no product of d, e and t), and they want a bracket. What they mean is in `ops/`.
 */
export const FUNCTION_WORDS: ReadonlySet<string> = new Set(
  `exp log ln log1p expm1 sqrt cbrt abs sign sin cos tan asin acos atan arcsin arccos arctan sinh cosh tanh asinh acosh atanh arcsinh arccosh arctanh
  sigmoid logistic softplus relu leaky_relu elu selu gelu silu swish mish hardtanh erf erfc lgamma digamma square
  reciprocal max min maximum minimum clip atan2 arctan2 pow heaviside step
  sum mean var std tr trace det logdet norm norm1 norm2 normF norminf nuclear_norm logsumexp dot inner entropy
  kl mse cross_entropy softmax_cross_entropy bce bce_with_logits huber hinge
  softmax log_softmax hardmax layernorm rmsnorm batchnorm
  inv inverse pinv transpose diag blockdiag vec unvec vech unvech kron hcat vcat hstack vstack rows columns sym skew tril triu adj cof expm logm sqrtm
  cholesky polar eye ones zeros unit einsum reshape permute attention`.split(/\s+/u),
);

/** Constants of the language, unless a text declares a name of its own that reads the same. */
export const CONSTANTS: ReadonlySet<string> = new Set(['I', 'π', 'inf']);

/** Words that shape the text and name nothing. */
export const RESERVED: ReadonlySet<string> = new Set(['where', 'for']);

/** Letters that stand for a function where nobody declared them and a bracket follows: `σ(Z)`, `f(x)`. */
export const FUNCTION_LETTERS: ReadonlySet<string> = new Set(['σ', 'φ', 'ψ', 'ℓ', 'f', 'g', 'h']);
