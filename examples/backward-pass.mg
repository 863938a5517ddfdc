# A backward pass as one finds it in print, for layers Z[l] = σ[l](Z[l-1] W[l]): matgrad check examples/backward-pass.mg

σ[l]: elementwise                        for l = 1..L
X: m×n[0] constant
Y: m×n[L] constant
W[l]: n[l-1]×n[l]                        for l = 1..L

Z[0] = X
Z[l] = σ[l](Z[l-1] W[l])                 for l = 1..L
J = ½ ‖Z[L] − Y‖²

check ∂J/∂W[l] = Z[l-1]ᵀ(G[l] ⊙ σ[l+1]′(Z[l]))
