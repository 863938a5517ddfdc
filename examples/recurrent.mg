# A recurrent network: each step has the same weights W and U.

X[t]: m×k constant      for t = 1..T     # the input of step t
B: m×n constant                          # the state before the first step
Y: m×n constant
W: n×n
U: k×n

H[0] = B
H[t] = tanh(H[t-1] W + X[t] U)   for t = 1..T
J = ½ ‖H[T] − Y‖²
