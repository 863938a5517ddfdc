# A language model with three blocks of causal attention and a perceptron each, before both a layernorm.

S: T×v constant                # the tokens of a text, one-hot
Y: T×v simplex constant        # the ones that follow
M: T×T constant                # 0 on and below the diagonal, a large negative number above: no token sees later ones
E, U: v×n; P: T×n              # embedding, unembedding, positions
Q[l], K[l], V[l], O[l]: n×n for l = 1..3
A[l]: n×h for l = 1..3
B[l]: h×n for l = 1..3

Z[0] = S E + P
N[l] = layernorm(Z[l-1]) for l = 1..3
q[l] = N[l] Q[l] for l = 1..3
k[l] = N[l] K[l] for l = 1..3
w[l] = N[l] V[l] for l = 1..3
R[l] = softmax(q[l] k[l]ᵀ/√n + M) w[l] for l = 1..3
C[l] = Z[l-1] + R[l] O[l] for l = 1..3
F[l] = layernorm(C[l]) for l = 1..3
H[l] = F[l] A[l] for l = 1..3
Z[l] = C[l] + gelu(H[l]) B[l] for l = 1..3
D[0] = layernorm(Z[3])
J = softmax_cross_entropy(D[0] Uᵀ, Y)/T
