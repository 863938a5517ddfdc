# Residual layers: each adds to what it is given, so that all have one width.

σ: elementwise
X, Y: m×n constant
W[l]: n×n                        for l = 1..L

Z[0] = X
Z[l] = Z[l-1] + σ(Z[l-1] W[l])   for l = 1..L
J = ½ ‖Z[L] − Y‖²
