"""Digits out of nothing

A denoising autoencoder moves a noisy picture towards likely ones. Corrupting and denoising again and again
leads from pure noise to something like a digit (Bengio et al. 2013, whose noise stays as it is; here it becomes
weaker). Each column is one chain, from top to bottom. One hidden layer knows strokes and not digits: different
chains end alike.
"""

import sys

import matplotlib.pyplot as plt
import numpy as np

from dae_core import DenoisingAutoencoder
from dae_core.datasets import open_dataset

digits = open_dataset("digits")
X = digits.train_images.reshape(len(digits.train_images), -1)

network = DenoisingAutoencoder(225, learning_rate=0.001, schedule="linear", iterations=20_000).fit(X)

rng = np.random.default_rng(3)
pictures = rng.normal(network.mean_, network.std_, (12, X.shape[1]))
kept = [pictures]
for step, sigma in enumerate(np.linspace(1.0, 0.5, 30)):
    noise = rng.normal(0, sigma * network.std_, pictures.shape)
    pictures = network.denoise(pictures + noise).clip(0, 255)
    if step in {0, 4, 14, 29}:
        kept.append(pictures)

figure, axes = plt.subplots(len(kept), 12, figsize=(9, 3.9), layout="constrained")
for line, shown in zip(axes, kept, strict=True):
    for ax, picture in zip(line, shown, strict=True):
        ax.imshow(picture.reshape(digits.shape), cmap="gray", vmin=0, vmax=255)
        ax.set(xticks=[], yticks=[])
for ax, name in zip(axes[:, 0], ("noise", "1 step", "5", "15", "30"), strict=True):
    ax.set_ylabel(name)

if len(sys.argv) > 1:
    figure.savefig(sys.argv[1])
else:
    plt.show()
