"""Averaging the weights

Stochastic gradient descent at a constant rate does not settle: its weights wander around a good place. Their
running mean (Polyak & Juditsky 1992) does not, and costs nothing but the mean. A rate that falls to 0 does the
same, but must know the end of the run beforehand. The held-out error is measured along the way with
`partial_fit`.
"""

import sys

import matplotlib.pyplot as plt

from dae_core import DenoisingAutoencoder
from dae_core.datasets import open_dataset

digits = open_dataset("digits")
X = digits.train_images.reshape(len(digits.train_images), -1)[:1437]
X_test = digits.test_images.reshape(len(digits.test_images), -1)

settings = {"hidden_units": 100, "iterations": 14 * len(X)}
networks = {
    "constant rate": DenoisingAutoencoder(**settings),
    "constant rate, averaged weights": DenoisingAutoencoder(**settings, average=True),
    "rate falling to 0": DenoisingAutoencoder(**settings, schedule="linear"),
}
figure, ax = plt.subplots(figsize=(7, 4), layout="constrained")
for name, network in networks.items():
    iterations, errors = [], []
    while not iterations or network.n_iter_ < network.iterations:
        network.partial_fit(X)  # as many steps as there are rows
        iterations.append(network.n_iter_)
        errors.append(-network.score(X_test))
    ax.plot(iterations, errors, "o-", markersize=4, label=f"{name}: {errors[-1]:.3f}")
ax.set(xlabel="iterations", ylabel="held-out error (MSE, standardized units)")
ax.legend()

if len(sys.argv) > 1:
    figure.savefig(sys.argv[1])
else:
    plt.show()
