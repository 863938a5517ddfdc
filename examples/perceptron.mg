# A perceptron with any number of layers, of any widths n[0] … n[L].

σ: elementwise                           # any smooth function of one number
X: m×n[0] constant                       # one example in each row
Y: m×n[L] constant
W[l]: n[l-1]×n[l]       for l = 1..L     # the weights of layer l

Z[0] = X
Z[l] = σ(Z[l-1] W[l])   for l = 1..L
J = ½ ‖Z[L] − Y‖²
