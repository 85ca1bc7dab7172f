"""``python -m dae_core compare``: a saved model beside the classical denoisers, on the same held-out images."""

from __future__ import annotations

import argparse
from typing import Any

from dae_core.commands import common
from dae_core.commands.terminal import OK, say
from dae_core.evaluation.comparison import METRICS, Bench, judge_others, verdict

DEFAULT_IMAGES = 1000


def add(commands: Any) -> None:
    """Add the command to the subparsers of the program."""
    command = commands.add_parser(
        "compare",
        help="compare a saved model with classical denoisers",
        description="Compare a saved model with classical denoisers on the same held-out images. The filters are "
        "tuned on training images, never on held-out ones.",
    )
    command.set_defaults(run=_run)
    common.add_model(command)
    command.add_argument(
        "--images",
        type=common.image_count,
        default=DEFAULT_IMAGES,
        metavar="N",
        help=f"held-out images to compare on, at most all ({DEFAULT_IMAGES:,} by default)",
    )
    command.add_argument("--clip", action="store_true", help="cut the noisy images off at black and white first")
    common.add_json(command)


def _run(options: argparse.Namespace) -> int:
    saved, dataset = common.open_model(options)
    noise = options.noise or saved.config.corruption
    bench = Bench(dataset, noise, options.images, options.clip)
    with common.progress_shown() as monitor:
        methods = (*judge_others(bench, monitor), bench.judge_network(saved.model))
    entries = [
        {"name": method.name, "setting": method.setting, **{metric: method.mean(metric) for metric in METRICS}}
        for method in methods
    ]
    report = {
        "methods": entries,
        "images": len(bench),
        "noise": str(noise),
        "clipped": options.clip,
        "dataset": dataset.name,
        "iterations": saved.iteration,
        "verdict": verdict(methods),
        "left_out": bench.left_out,
        **common.scale_report(dataset),
    }
    if options.json:
        common.print_json(report)
    else:
        _print(entries, report)
    return OK


def _print(entries: list[dict[str, Any]], report: dict[str, Any]) -> None:
    cut = ", cut off at black and white" if report["clipped"] else ""
    say(
        f"{report['images']:,} held-out images of {report['dataset']}, noise {report['noise']}{cut}",
        f"standardized with a mean of {report['mean']:.3f} and a standard deviation of {report['std']:.3f}, "
        f"those of the {report['standardized_by']}",
        "MSE in standardized units; PSNR in dB for a peak of 1, mean over images of each image's; SSIM, mean",
        "",
        f"{'method':<22} {'setting':<36} {'MSE':>8} {'PSNR':>7} {'SSIM':>7}",
        *(
            f"{entry['name']:<22} {entry['setting']:<36} {entry['mse']:8.4f} {entry['psnr']:7.2f} {entry['ssim']:7.3f}"
            for entry in entries
        ),
        "",
        report["verdict"],
        *([report["left_out"]] if report["left_out"] else []),
    )
