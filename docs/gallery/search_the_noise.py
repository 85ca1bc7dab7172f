"""Which noise should it be trained with?

A search over the noise of the training, judged by one and the same task: removing noise of standard deviation
1. The task must be fixed (`score_corruption`), or the search would find that the weakest noise is removed best.
The best is near the noise that is to be removed, and here somewhat weaker: of few digits, and in few steps,
more is learnt where they are seen more clearly.
"""

import sys

import matplotlib.pyplot as plt
import numpy as np
from sklearn.model_selection import GridSearchCV

from dae_core import DenoisingAutoencoder
from dae_core.datasets import open_dataset

digits = open_dataset("digits")
X = digits.train_images.reshape(len(digits.train_images), -1)[:1437]  # each digit once: a variant is no new digit

sigmas = [0.5, 0.75, 1.0, 1.25, 1.5]
network = DenoisingAutoencoder(64, schedule="linear", iterations=20_000, score_corruption="gaussian:1")
search = GridSearchCV(network, {"corruption": [f"gaussian:{sigma}" for sigma in sigmas]}, cv=2, refit=False).fit(X)

figure, ax = plt.subplots(figsize=(7, 4), layout="constrained")
error, spread = -search.cv_results_["mean_test_score"], search.cv_results_["std_test_score"]
ax.errorbar(sigmas, error, spread, marker="o", capsize=3)
best = int(np.argmin(error))
ax.plot(
    sigmas[best], error[best], "o", markersize=12, fillstyle="none", label=f"best: {search.best_params_['corruption']}"
)
ax.set(xlabel="σ of the training", ylabel="error of removing σ = 1 (MSE, 2 folds)")
ax.legend()

if len(sys.argv) > 1:
    figure.savefig(sys.argv[1])
else:
    plt.show()
