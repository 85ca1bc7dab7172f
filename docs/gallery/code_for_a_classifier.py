"""A classifier on the code

The network has seen all digits, but no label. Then a linear classifier learns from a few labelled ones: from
their pixels, from as many principal components as there are hidden units, and from the code, with which it errs
less. Each is a pipeline of scikit-learn.
"""

import sys

import matplotlib.pyplot as plt
from sklearn.decomposition import PCA
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import RidgeClassifier
from sklearn.pipeline import make_pipeline

from dae_core import DenoisingAutoencoder
from dae_core.datasets import open_dataset

digits = open_dataset("digits")
X = digits.train_images.reshape(len(digits.train_images), -1) / 255
X_test = digits.test_images.reshape(len(digits.test_images), -1) / 255
y, y_test = digits.train_labels, digits.test_labels

network = DenoisingAutoencoder(144, learning_rate=0.001, schedule="linear", iterations=20_000).fit(X)
features = {"pixels": "passthrough", "144 principal components": PCA(144).fit(X), "code of 144 units": network}

figure, ax = plt.subplots(figsize=(7, 4), layout="constrained")
labelled = [50, 100, 200, 400]
for name, made in features.items():
    step = made if made == "passthrough" else FrozenEstimator(made)
    errors = []
    for count in labelled:
        classifier = make_pipeline(step, RidgeClassifier(alpha=10))
        errors.append(1 - classifier.fit(X[:count], y[:count]).score(X_test, y_test))
    ax.plot(labelled, [100 * error for error in errors], "o-", label=name)
ax.set(
    xscale="log", xticks=labelled, xticklabels=labelled, xlabel="labelled digits", ylabel="error on held-out digits (%)"
)
ax.minorticks_off()
ax.legend()

if len(sys.argv) > 1:
    figure.savefig(sys.argv[1])
else:
    plt.show()
