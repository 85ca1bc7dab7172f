"""The program without a window: ``python -m dae_core train`` and ``evaluate``."""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from dae_core import corruption
from dae_core.baselines import PixelStatistics, linear_bound
from dae_core.config import GRADIENTS, ConfigError, TrainingConfig
from dae_core.corruption import Corruption
from dae_core.datasets import DataError, Dataset, open_dataset
from dae_core.evaluation import Figures, HeldOut
from dae_core.history import History
from dae_core.model_file import ModelFileError, SavedModel, load_model, save_model
from dae_core.schedules import SCHEDULES
from dae_core.terminal import ProgressBar
from dae_core.training import Trainer, train

OK, FAILED, USAGE, DIVERGED = 0, 1, 2, 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code: 0 done, 1 failed, 2 wrong usage, 3 the run diverged."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        code: int = options.run(options)
    except ConfigError as error:
        parser.error(str(error))
    except (DataError, ModelFileError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return FAILED
    except MemoryError:
        print("There is not enough memory for this many hidden units and images.", file=sys.stderr)  # noqa: T201
        return FAILED
    except KeyboardInterrupt:
        print("Interrupted; nothing was saved.", file=sys.stderr)  # noqa: T201
        return FAILED
    return code


def _train(options: argparse.Namespace) -> int:
    config = TrainingConfig(
        hidden_units=options.hidden,
        corruption=options.noise,
        learning_rate=options.learning_rate,
        schedule=options.schedule,
        iterations=options.iterations,
        seed=options.seed,
        gradient=options.gradient,
    )
    _check_writable(options.out)
    dataset = open_dataset(options.data)
    trainer, history = Trainer(dataset, config), History()
    with ProgressBar(config.iterations) as bar:
        for progress in train(trainer):
            history.append(progress)
            bar.show(progress.iteration, f"error {history.latest()[0]:.1f}")
    divergence = trainer.divergence
    if options.out:
        iteration = divergence.good_iteration if divergence else trainer.iteration
        save_model(options.out, SavedModel(trainer.model, config, iteration, dataset.name, dataset.shape))
    smoothed_error, smoothed_sparsity = history.latest()
    figures, bound = _held_out_figures(dataset, config.corruption, trainer.model)
    report = {
        "iterations": trainer.iteration,
        "seconds": trainer.seconds,
        "iterations_per_second": trainer.iteration / trainer.seconds if trainer.seconds else 0.0,
        "smoothed_error": smoothed_error,
        "smoothed_sparsity": smoothed_sparsity,
        **_figures(figures, bound),
        "diverged_at": divergence.iteration if divergence else None,
        "dataset": dataset.name,
        "config": json.loads(config.to_json()),
    }
    if options.out:
        report["model"] = str(options.out)
    _print(report, options.json)
    if divergence:
        print(divergence.message, file=sys.stderr)  # noqa: T201
        return DIVERGED
    return OK


def _evaluate(options: argparse.Namespace) -> int:
    saved = load_model(options.model)
    noise = options.noise or saved.config.corruption
    dataset = open_dataset(options.data)
    if dataset.n_inputs != saved.model.n_inputs:
        raise DataError(
            f"The model {options.model} has {saved.model.n_inputs} inputs, "
            f"but the images of '{dataset.name}' have {dataset.n_inputs} pixels."
        )
    figures, bound = _held_out_figures(dataset, noise, saved.model)
    report = {"iterations": saved.iteration, **_figures(figures, bound), "dataset": dataset.name, "noise": str(noise)}
    _print(report, options.json)
    return OK


def _held_out_figures(dataset: Dataset, noise: Corruption, model: Any) -> tuple[Figures, float]:
    held_out = HeldOut(dataset, noise)
    return held_out.evaluate(model), linear_bound(PixelStatistics.of(dataset), held_out)


def _figures(figures: Figures, bound: float) -> dict[str, Any]:
    return {
        "sparsity": figures.sparsity,
        "test_mse": figures.mse,
        "test_psnr": figures.psnr,
        "test_images": figures.n_images,
        "linear_bound_mse": bound,
        "dead_units": figures.dead_units,
    }


_EXPLANATIONS = {
    "iterations": "iterations trained",
    "seconds": "seconds of training",
    "iterations_per_second": "iterations a second",
    "smoothed_error": "error |y - x0|², mean of the last 25 iterations",
    "smoothed_sparsity": "fraction of active hidden units, mean of the last 25 iterations",
    "sparsity": "fraction of active hidden units on held-out images",
    "test_mse": "held-out MSE per pixel (standardized units)",
    "test_psnr": "held-out PSNR (dB, mean over images)",
    "test_images": "held-out images",
    "linear_bound_mse": "held-out MSE of the best linear denoiser",
    "dead_units": "hidden units that fire on no held-out image",
    "diverged_at": "diverged at iteration",
    "dataset": "data set",
    "noise": "noise",
    "model": "model written to",
}


def _print(report: dict[str, Any], as_json: bool) -> None:
    if as_json:
        # JSON has no NaN; a figure that does not exist is null.
        clean = {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in report.items()}
        print(json.dumps(clean, allow_nan=False))  # noqa: T201
        return
    for key, explanation in _EXPLANATIONS.items():
        value = report.get(key)
        if value is not None:
            shown = f"{value:,}" if isinstance(value, int) else f"{value:.4g}" if isinstance(value, float) else value
            line = f"{explanation:<66} {shown}"
            print(line.encode("utf-8", "replace").decode())  # noqa: T201 - file names may hold any bytes


def _check_writable(out: Path | None) -> None:
    """Fail before the training and not after it when the model's folder is not there or closed."""
    if out is None:
        return
    if out.is_dir():
        raise ModelFileError(f"{out} is a folder; name a file such as {out / 'model.safetensors'}.")
    folder = out.parent
    if not folder.is_dir():
        raise ModelFileError(f"{out} could not be written: there is no folder {folder}.")
    if not os.access(folder, os.W_OK):
        raise ModelFileError(f"{out} could not be written: no permission to write in {folder}.")


def _noise(text: str) -> Corruption:
    try:
        return corruption.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


class _Parser(argparse.ArgumentParser):
    """A parser that never matches abbreviated options, so that later options cannot change what a script means."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **{**options, "allow_abbrev": False})

    def error(self, message: str) -> NoReturn:
        """Say what is wrong in one line, and exit with 2."""
        self.exit(USAGE, f"{self.prog}: {message} (--help lists the options)\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m dae_core",
        description="Train and evaluate denoising autoencoders without a window.",
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    defaults = TrainingConfig()
    noise_help = "gaussian:SIGMA, masking:FRACTION or salt-and-pepper:FRACTION"
    data_help = "'digits' (bundled), or a folder or file of IDX data"

    command = commands.add_parser("train", help="train a model and print its held-out figures")
    command.set_defaults(run=_train)
    command.add_argument("--data", default="digits", metavar="digits|PATH", help=data_help)
    command.add_argument("--hidden", type=int, default=defaults.hidden_units, metavar="N", help="hidden units")
    command.add_argument("--iterations", type=int, default=defaults.iterations, metavar="N", help="digits to train on")
    command.add_argument("--learning-rate", type=float, default=defaults.learning_rate, metavar="RATE", help="of SGD")
    command.add_argument("--schedule", choices=list(SCHEDULES), default=defaults.schedule, help="of the learning rate")
    command.add_argument("--noise", type=_noise, default=defaults.corruption, metavar="KIND:LEVEL", help=noise_help)
    command.add_argument(
        "--gradient", choices=GRADIENTS, default=defaults.gradient, help="'published' omits the ReLU's derivative"
    )
    command.add_argument("--seed", type=int, default=defaults.seed, metavar="N", help="of weights, digits and noise")
    command.add_argument("--out", type=Path, metavar="FILE.safetensors", help="write the model here")
    command.add_argument("--json", action="store_true", help="print one line of JSON at the end")

    command = commands.add_parser("evaluate", help="measure a saved model on held-out images")
    command.set_defaults(run=_evaluate)
    command.add_argument("model", type=Path, metavar="MODEL", help="a .safetensors file")
    command.add_argument("--data", default="digits", metavar="digits|PATH", help=data_help)
    command.add_argument("--noise", type=_noise, metavar="KIND:LEVEL", help=f"{noise_help}; the model's own by default")
    command.add_argument("--json", action="store_true", help="print one line of JSON")
    return parser


if __name__ == "__main__":
    sys.exit(main())
