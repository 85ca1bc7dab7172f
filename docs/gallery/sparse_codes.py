"""How sparse is the code?

A ReLU unit is silent or active. Each curve shows, for held-out digits, how many of the 100 units are active on
a digit. An L1 penalty on the code silences most of them; k-sparse units allow a fixed number. The legend says
what that costs: the held-out error of denoising.
"""

import sys

import matplotlib.pyplot as plt
import numpy as np

from dae_core import DenoisingAutoencoder
from dae_core.datasets import open_dataset

digits = open_dataset("digits")
X = digits.train_images.reshape(len(digits.train_images), -1)
X_test = digits.test_images.reshape(len(digits.test_images), -1)

variants = {
    "plain": {},
    "L1 penalty of 0.3": {"l1": 0.3},
    "the 15 strongest only": {"k_sparse": 15},
}
figure, ax = plt.subplots(figsize=(7, 4), layout="constrained")
for name, settings in variants.items():
    network = DenoisingAutoencoder(100, learning_rate=0.001, schedule="linear", iterations=20_000, **settings).fit(X)
    active = (network.transform(X_test) > 0).sum(axis=1)
    counts = np.bincount(active, minlength=101)
    ax.step(np.arange(101), counts / len(X_test), where="mid", label=f"{name}: error {-network.score(X_test):.3f}")
ax.set(xlabel="active units of 100", ylabel="fraction of held-out digits", xlim=(0, 100))
ax.legend()

if len(sys.argv) > 1:
    figure.savefig(sys.argv[1])
else:
    plt.show()
