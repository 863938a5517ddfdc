# Ridge regression: least squares that keeps the parameters small.

X: m×n constant
y: m   constant
θ: n
λ: scalar positive constant

J = 1/(2m) ‖Xθ − y‖² + λ/2 ‖θ‖²
