"""The same training in PyTorch and in scikit-learn, each as its users would write it for speed."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.model.autoencoder import AutoEncoder

Singles = NDArray[np.float32]


def torch_network(torch: Any, model: AutoEncoder) -> Any:
    """Return the model as a ``torch.nn.Sequential``."""
    network = torch.nn.Sequential(
        torch.nn.Linear(model.n_inputs, model.n_hidden),
        torch.nn.ReLU(),
        torch.nn.Linear(model.n_hidden, model.n_inputs),
    )
    with torch.no_grad():
        network[0].weight.copy_(torch.from_numpy(np.ascontiguousarray(model.W.T)))
        network[0].bias.copy_(torch.from_numpy(model.B))
        network[2].weight.copy_(torch.from_numpy(np.ascontiguousarray(model.V.T)))
        network[2].bias.copy_(torch.from_numpy(model.C))
    return network


class _TorchPeer:
    """PyTorch's autograd with noise that it draws itself; error and sparsity kept every iteration.

    ``compiled`` runs network and loss through ``torch.compile``.
    """

    def __init__(
        self, torch: Any, model: AutoEncoder, digits: Singles, sigma: float, *, compiled: bool, **optimizer: Any
    ) -> None:
        self.torch = torch
        self.sigma = sigma
        self.digits = torch.from_numpy(digits)
        self.network = torch_network(torch, model)
        kind = getattr(torch.optim, optimizer.pop("kind"))
        self.optimizer = kind(self.network.parameters(), fused=True, **optimizer)
        self.loss = torch.compile(self._loss) if compiled else self._loss
        self.errors: list[Any] = []
        self.sparsities: list[Any] = []

    def _loss(self, x: Any, x0: Any) -> tuple[Any, Any]:
        z = self.network[1](self.network[0](x))
        y = self.network[2](z)
        return ((y - x0) ** 2).sum(), (z > 0).float().mean()

    def _step(self, x0: Any) -> None:
        error, sparsity = self.loss(x0 + self.sigma * self.torch.randn(x0.shape), x0)
        self.optimizer.zero_grad(set_to_none=True)
        (0.5 * error).backward()
        self.optimizer.step()
        self.errors.append(error.detach())
        self.sparsities.append(sparsity)


class TorchLoop(_TorchPeer):
    """PyTorch at batch size 1, with fused SGD."""

    def __init__(
        self, torch: Any, model: AutoEncoder, digits: Singles, rate: float, sigma: float, compiled: bool
    ) -> None:
        super().__init__(torch, model, digits, sigma, compiled=compiled, kind="SGD", lr=rate)

    def run(self, iterations: int) -> None:
        """Train on that many random digits."""
        for index in self.torch.randint(len(self.digits), (iterations,)).tolist():
            self._step(self.digits[index])


class TorchBatches(_TorchPeer):
    """PyTorch on mini-batches, with fused Adam."""

    def __init__(
        self,
        torch: Any,
        model: AutoEncoder,
        digits: Singles,
        batch: int,
        rate: float,
        sigma: float,
        threads: int,
        *,
        compiled: bool,
    ) -> None:
        self.batch, self.threads = batch, threads
        torch.set_num_threads(threads)
        super().__init__(torch, model, digits, sigma, compiled=compiled, kind="Adam", lr=rate)

    def _loss(self, x: Any, x0: Any) -> tuple[Any, Any]:
        error, sparsity = super()._loss(x, x0)
        return error / len(x), sparsity

    def run(self, iterations: int) -> None:
        """Train on that many batches of random digits."""
        self.torch.set_num_threads(self.threads)
        for _ in range(iterations):
            self._step(self.digits[self.torch.randint(len(self.digits), (self.batch,))])


class ScikitLoop:
    """``MLPRegressor`` at batch size 1, many rows a call so that it checks its input seldom.

    It differs: start weights of its own, and neither error nor sparsity of the single iteration is to be had.
    """

    def __init__(self, clean: Singles, noisy: Singles, hidden: int, rate: float) -> None:
        from sklearn.neural_network import MLPRegressor

        self.clean, self.noisy = clean, noisy
        self.regressor = MLPRegressor(
            hidden_layer_sizes=(hidden,),
            solver="sgd",
            batch_size=1,
            learning_rate_init=rate,
            momentum=0.0,
            alpha=0.0,
            random_state=0,
        )

    def run(self) -> None:
        """Train on all examples."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.regressor.partial_fit(self.noisy, self.clean)
