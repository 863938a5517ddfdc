# Least squares: half the mean of the squared errors.

X: m×n constant      # one example in each row
y: m   constant      # its target
θ: n                 # one parameter for each column of X

J = 1/(2m) (Xθ − y)ᵀ(Xθ − y)
