"""The program without a window: ``python -m dae_core train`` and other commands."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from dae_core.commands import check_gradient, compare, data, evaluate, export, film, report, resume, sweep, train
from dae_core.commands.common import FAILED, Parser
from dae_core.errors import UserError
from dae_core.training.settings import ConfigError

COMMANDS = (train, resume, sweep, evaluate, compare, check_gradient, data, report, export, film)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code: 0 done, 1 failed, 2 wrong usage, 3 the run diverged."""
    parser = Parser(
        prog="python -m dae_core",
        description="Train and evaluate denoising autoencoders without a window.",
    )
    subparsers = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add(subparsers)
    options = parser.parse_args(arguments)
    try:
        code: int = options.run(options)
    except ConfigError as error:
        parser.error(str(error))
    except UserError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return FAILED
    except MemoryError:
        print("There is not enough memory for this many hidden units and images.", file=sys.stderr)  # noqa: T201
        return FAILED
    except KeyboardInterrupt:
        print("Interrupted; nothing was saved.", file=sys.stderr)  # noqa: T201
        return FAILED
    return code


if __name__ == "__main__":
    sys.exit(main())
