"""Edges in a photograph

The rows need not be digits: here they are patches of 10 x 10 pixels, cut from a photograph that comes with
scikit-learn. Of 64 units only the 8 strongest may pass their value on, and each comes to stand for an edge or a
bar at a place and in a direction, much like cells of the visual cortex. The principal components of the same
patches are waves across the whole patch.
"""

import sys

import matplotlib.pyplot as plt
from sklearn.datasets import load_sample_image
from sklearn.decomposition import PCA
from sklearn.feature_extraction.image import extract_patches_2d

from dae_core import DenoisingAutoencoder
from dae_core.mosaic import filters

photograph = load_sample_image("china.jpg").mean(axis=2)
patches = extract_patches_2d(photograph, (10, 10), max_patches=20_000, random_state=0).reshape(-1, 100)
patches = patches - patches.mean(axis=1, keepdims=True)  # brightness is no shape
patches = patches[patches.std(axis=1) > 10]  # nor is the sky

network = DenoisingAutoencoder(
    64,
    corruption="gaussian:0.5",
    tied=True,
    k_sparse=8,
    optimizer="adam",
    batch_size=64,
    learning_rate=0.003,
    schedule="linear",
    iterations=3000,
).fit(patches)
components = PCA(64).fit(patches).components_

figure, axes = plt.subplots(1, 3, figsize=(10, 3.4), layout="constrained")
axes[0].imshow(photograph, cmap="gray")
for ax, rows in zip(axes[1:], (network.components_, components), strict=True):
    picture, level = filters(rows, (10, 10), scale_each=True)
    ax.imshow(picture, cmap="gray", vmin=-level, vmax=level)
titles = ("the photograph", "filters of 64 hidden units", "64 principal components")
for ax, title in zip(axes, titles, strict=True):
    ax.set(title=title, xticks=[], yticks=[])

if len(sys.argv) > 1:
    figure.savefig(sys.argv[1])
else:
    plt.show()
