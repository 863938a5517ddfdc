# Gradients found by hand, to be checked: matgrad check examples/claims.mg

X: m×n constant
Y: m×k constant simplex       # each row sums to one
W: n×k

P = softmax(X W)
J = −1/m sum(Y ⊙ log(P))

check ∂J/∂W = 1/m Xᵀ(P − Y)
check ∂J/∂X = (R/m) Wᵀ where R = P − Y
