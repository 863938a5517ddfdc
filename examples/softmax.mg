# Softmax regression: the mean cross entropy of k classes, with a bias for each class.

X: m×n constant
Y: m×k constant simplex          # each row holds the probabilities of the classes
Θ: n×k
b: 1×k

P = softmax(X Θ + b)
J = 1/m cross_entropy(Y, P)
