"""What noise does to the filters

The same network is trained without noise, with some, and with much. Without noise nearly any features will do
that carry the digits through the hidden layer, and the filters are tangles of whole digits. The louder the
noise, the fewer and clearer the strokes that a unit looks for: only what many pixels say together can still be
told from chance.
"""

import sys

import matplotlib.pyplot as plt
import numpy as np

from dae_core import DenoisingAutoencoder
from dae_core.datasets import open_dataset
from dae_core.mosaic import filters

digits = open_dataset("digits")
X = digits.train_images.reshape(len(digits.train_images), -1)

figure, axes = plt.subplots(1, 3, figsize=(9, 3.4), layout="constrained")
for ax, sigma in zip(axes, (0.0, 0.5, 1.0), strict=True):
    network = DenoisingAutoencoder(
        100, corruption=f"gaussian:{sigma}", learning_rate=0.001, schedule="linear", iterations=20_000
    ).fit(X)
    strongest = np.argsort(-np.linalg.norm(network.components_, axis=1))[:49]
    picture, level = filters(network.components_[strongest], digits.shape)
    ax.imshow(picture, cmap="gray", vmin=-level, vmax=level)
    ax.set(title=f"σ = {sigma:g}", xticks=[], yticks=[])
figure.suptitle("The 49 strongest of 100 filters W, trained with noise of standard deviation σ")

if len(sys.argv) > 1:
    figure.savefig(sys.argv[1])
else:
    plt.show()
