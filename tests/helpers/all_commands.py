"""Every headless command with arguments that make it quick, for what must hold of all of them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from dae_core.__main__ import main
from dae_core.datasets import write_idx
from helpers.commands import RUN
from helpers.datasets import small_dataset

SHORT = [*RUN, "--iterations", "60"]


def prepare(folder: Path) -> None:
    """Fill a folder with what the commands read: data in a folder of a foreign name, a session, and a model."""
    data = folder / "数字 \N{DEVANAGARI DIGIT THREE}"
    data.mkdir()
    write_idx(data / "train-images-idx3-ubyte.gz", small_dataset().train_images[:100])
    write_idx(data / "t10k-images-idx3-ubyte", small_dataset().test_images[:20])
    write_idx(data / "train-labels-idx1-ubyte", np.arange(100, dtype=np.uint8) % 3)
    write_idx(data / "t10k-labels-idx1-ubyte", np.arange(20, dtype=np.uint8) % 3)
    files = ["--session", str(folder / "run.dae"), "--out", str(folder / "model.safetensors")]
    assert main(["train", *SHORT, "--data", str(data), *files]) == 0


def _data(folder: Path) -> list[str]:
    return ["--data", str(next(path for path in folder.iterdir() if path.is_dir() and path.name[0] == "数"))]


# What is handed to the command, given the folder of `prepare` and an empty one for what it writes.
COMMANDS: dict[str, Callable[[Path, Path], list[str]]] = {
    "train": lambda made, out: ["train", *SHORT, *_data(made), "--out", f"{out}/m", "--session", f"{out}/s.dae"],
    "resume": lambda made, out: ["resume", f"{made}/run.dae", "--iterations", "30", "--out", f"{out}/s.dae"],
    "sweep": lambda made, out: ["sweep", *SHORT, *_data(made), "--set", "seed=1,2", "--out", f"{out}/sweep"],
    "runs": lambda made, out: ["runs", f"{made}/run.dae", "--csv", f"{out}/runs.csv"],
    "evaluate": lambda made, _: ["evaluate", f"{made}/model.safetensors", *_data(made)],
    "compare": lambda made, _: ["compare", f"{made}/model.safetensors", *_data(made), "--images", "3"],
    "probe": lambda made, _: ["probe", f"{made}/run.dae", *_data(made)],
    "sample": lambda made, out: ["sample", f"{made}/run.dae", *_data(made), "--steps", "2", "--out", f"{out}/s.png"],
    "stack": lambda made, _: ["stack", *_data(made), "--layers", "6,5", "--epochs", "1", "--fine-epochs", "1"],
    "check-gradient": lambda made, _: ["check-gradient", "--hidden", "5", *_data(made)],
    "data list": lambda *_: ["data", "list"],
    "report": lambda made, out: ["report", f"{made}/run.dae", *_data(made), "--out", f"{out}/r.html"],
    "export": lambda made, out: ["export", f"{made}/run.dae", "--all", "--out", f"{out}/all"],
    "lesson list": lambda *_: ["lesson", "list"],
    "film": lambda made, out: ["film", f"{made}/run.dae", "--out", f"{out}/f.gif"],
}
