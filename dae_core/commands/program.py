"""All commands as one program: reading the arguments, and what its exceptions say and return."""

from __future__ import annotations

from collections.abc import Sequence

from dae_core.commands import (
    check_gradient,
    compare,
    data,
    evaluate,
    export,
    film,
    grade,
    hand_in,
    lesson,
    probe,
    report,
    resume,
    runs,
    sample,
    stack,
    sweep,
    train,
)
from dae_core.commands.common import Parser
from dae_core.commands.errors import Interrupted
from dae_core.commands.targets import Targets
from dae_core.commands.terminal import FAILED, INTERRUPTED, note
from dae_core.errors import UserError, sentence
from dae_core.files import APPLICATION
from dae_core.training.settings import ConfigError

_RUNS = (
    train,
    resume,
    sweep,
    runs,
    evaluate,
    compare,
    probe,
    sample,
    stack,
    check_gradient,
    data,
    report,
    export,
    film,
)
COMMANDS = (*_RUNS, lesson, hand_in, grade)


def parser_of_all() -> Parser:
    """Return the parser of all commands; each puts what carries it out into ``run`` of its options."""
    parser = Parser(prog=APPLICATION, description="Train and evaluate denoising autoencoders without a window.")
    subparsers = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add(subparsers)
    return parser


def carry_out(arguments: Sequence[str] | None) -> int:
    """Carry out a command and return its exit code."""
    targets = Targets()
    try:
        parser = parser_of_all()
        options = parser.parse_args(arguments)
        options.targets = targets
        code: int = options.run(options)
    except ConfigError as error:
        parser.error(str(error))
    except Interrupted as error:
        note(error)
        return INTERRUPTED
    except UserError as error:
        note(error)
        return FAILED
    except MemoryError:
        note("There is not enough memory for this many hidden units and images.")
        return FAILED
    except OSError as error:  # what no part has put into words of its own: a full disk for temporary files
        note(sentence(error, "The command could not be carried out"))
        return FAILED
    except KeyboardInterrupt:
        note(f"Interrupted. {targets.outcome()}")
        return INTERRUPTED
    return code
