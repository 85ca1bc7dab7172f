"""Clean noisy digits

A network is trained on digits to which noise of standard deviation 1 is added, and then cleans digits that it
has not seen. Beside it stands the best that any linear map can do, here ridge regression from noisy digits to
clean ones: the network has to be better than that to be worth its name.
"""

import sys

import matplotlib.pyplot as plt
import numpy as np
from sklearn.linear_model import Ridge

from dae_core import DenoisingAutoencoder
from dae_core.datasets import open_dataset

digits = open_dataset("digits")
X = digits.train_images.reshape(len(digits.train_images), -1)
X_test = digits.test_images.reshape(len(digits.test_images), -1)

network = DenoisingAutoencoder(144, learning_rate=0.001, schedule="linear", iterations=20_000).fit(X)

# The noise has a standard deviation of 1 in standardized pixels: in grey levels that is std_.
rng = np.random.default_rng(0)
some = X[rng.permutation(len(X))[:5000]]
linear = Ridge(alpha=1.0).fit(some + rng.normal(0, network.std_, some.shape), some)
noisy = X_test + rng.normal(0, network.std_, X_test.shape)
rows = {"clean": X_test, "noisy": noisy, "linear": linear.predict(noisy), "network": network.denoise(noisy)}

figure, axes = plt.subplots(len(rows), 10, figsize=(8, 3.8), layout="constrained")
for line, (name, images) in zip(axes, rows.items(), strict=True):
    mse = np.mean(((images - X_test) / network.std_) ** 2)
    line[0].set_ylabel(f"{name}\n{mse:.3f}" if mse else name)
    for ax, image in zip(line, images[::36], strict=True):
        ax.imshow(image.reshape(digits.shape), cmap="gray", vmin=0, vmax=255)
        ax.set(xticks=[], yticks=[])
figure.suptitle("Held-out digits, with the mean squared error over all 360 in standardized units")

if len(sys.argv) > 1:
    figure.savefig(sys.argv[1])
else:
    plt.show()
