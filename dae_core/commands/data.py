"""``python -m dae_core data``: list, fetch, remove and find the data sets of the catalogue."""

from __future__ import annotations

import argparse
from typing import Any

from dae_core.commands import common
from dae_core.commands.errors import CommandError
from dae_core.commands.terminal import OK, say
from dae_core.datasets.fetching.catalogue import CATALOGUE, CatalogueEntry, find_entry
from dae_core.datasets.fetching.download import download
from dae_core.texts import format_bytes


def add(commands: Any) -> None:
    """Add the command to the subparsers of the program."""
    command = commands.add_parser("data", help="list, fetch and remove data sets")
    actions = command.add_subparsers(title="actions", required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="all data sets that can be fetched")
    listing.set_defaults(run=_list)
    common.add_json(listing)
    for name, run, text in (
        ("get", _get, "fetch a data set onto this machine"),
        ("remove", _remove, "delete a data set from this machine"),
        ("path", _path, "print the folder of a data set that is on this machine"),
    ):
        action = actions.add_parser(name, help=text)
        action.set_defaults(run=run)
        action.add_argument("name", metavar="NAME", help=", ".join(CATALOGUE))
        common.add_json(action)
        if name == "get":
            action.add_argument(
                "--mirror", action="append", default=[], metavar="URL", help="folder of the files, tried first"
            )


def _list(options: argparse.Namespace) -> int:
    entries = list(CATALOGUE.values())
    if options.json:
        common.print_json({"datasets": [_report(entry) for entry in entries]})
        return OK
    for entry in entries:
        state = "on this machine" if entry.is_present() else f"{format_bytes(entry.bytes)} to fetch"
        say(f"{entry.name:<14} {entry.title:<17} {entry.n_train + entry.n_test:>7,} images  {state}")
    return OK


def _get(options: argparse.Namespace) -> int:
    entry = find_entry(options.name)
    was_present = entry.is_present()
    options.targets.add_folder(entry.folder())
    with common.progress_shown() as monitor:
        folder = download(entry, monitor, options.mirror)
    if options.json:
        common.print_json({**_report(entry), "fetched": not was_present})
    else:
        say(f"{entry.title} {'was' if was_present else 'is'} on this machine{' already' * was_present}: {folder}")
    return OK


def _remove(options: argparse.Namespace) -> int:
    entry = find_entry(options.name)
    size = entry.bytes_on_disk()
    options.targets.add_folder(entry.folder())
    entry.remove()
    if options.json:
        common.print_json({**_report(entry), "freed_bytes": size})
    else:
        say(f"{entry.title}: {format_bytes(size)} freed." if size else f"{entry.title} was not on this machine.")
    return OK


def _path(options: argparse.Namespace) -> int:
    entry = find_entry(options.name)
    if options.json:
        common.print_json(_report(entry))
    elif entry.is_present():
        say(entry.folder())
    if not entry.is_present():
        raise CommandError(f"{entry.title} is not on this machine: get it with  dae-studio data get {entry.name}")
    return OK


def _report(entry: CatalogueEntry) -> dict[str, Any]:
    return {
        "name": entry.name,
        "title": entry.title,
        "present": entry.is_present(),
        "path": str(entry.folder()),
        "train_images": entry.n_train,
        "test_images": entry.n_test,
        "shape": list(entry.shape),
        "bytes": entry.bytes,
        "bytes_on_disk": entry.bytes_on_disk(),
        "licence": entry.licence,
        "source": entry.source,
        "homepage": entry.homepage,
    }
