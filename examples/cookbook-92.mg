# Equation 92 of the Matrix Cookbook (2012) as it is printed, ∂/∂X aᵀ(Xⁿ)ᵀXⁿb for n = 3: matgrad check examples/cookbook-92.mg

X: m×m
a, b: m

J = aᵀ(X^3)ᵀ X^3 b

check ∂J/∂X = Σ[r=0..2] (X^(2-r) a bᵀ (X^3)ᵀ X^r + (X^r)ᵀ X^3 a bᵀ (X^(2-r))ᵀ)
