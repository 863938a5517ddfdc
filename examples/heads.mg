# Attention with several heads, a batch of one: t tokens, h heads of d numbers each.

X: t×(h*d) constant          # a row for each token
A, B, C: (h*d)×(h*d)         # queries, keys, values of all heads side by side
Y: t×(h*d) constant

Q = permute(reshape(X A, t, h, d), 1, 0, 2)
K = permute(reshape(X B, t, h, d), 1, 0, 2)
V = permute(reshape(X C, t, h, d), 1, 0, 2)
O = reshape(permute(attention(Q, K, V), 1, 0, 2), t, h*d)

J = ½ ‖O − Y‖²
