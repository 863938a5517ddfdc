"""Gradients coded by hand, to be checked: matgrad check '½ ‖Xθ − y‖²' --wrt θ --python examples/gradients.py:least_squares"""

import numpy as np


def loss(X, y, theta):
    return 0.5 * np.sum((X @ theta - y) ** 2)


def least_squares(X, y, theta):
    return X.T @ (X @ theta - y)


def mean_squares(X, y, theta):
    return X.T @ (X @ theta - y) / len(y)
