"""``dae-studio``: one name for the window and for the commands, which do without Qt."""

import subprocess
import sys
from unittest.mock import MagicMock

import pytest

from dae_core.commands.names import COMMAND_NAMES
from dae_core.commands.program import COMMANDS
from dae_gui.__main__ import main


def test_the_names_are_those_of_the_commands() -> None:
    subparsers = MagicMock()
    for command in COMMANDS:
        command.add(subparsers)
    assert tuple(call.args[0] for call in subparsers.add_parser.call_args_list) == COMMAND_NAMES


def test_the_help_lists_options_and_commands(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert "--lesson FILE" in said
    assert [name for name in COMMAND_NAMES if f"\n    {name} " not in said and f"\n    {name}\n" not in said] == []


def test_a_command_does_without_qt() -> None:
    script = (
        "import sys\n"
        "from dae_gui.__main__ import main\n"
        "sys.argv[1:] = ['data', 'list']\n"
        "assert main() == 0\n"
        "assert not [name for name in sys.modules if name.startswith(('PySide6', 'shiboken6'))]\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)  # noqa: S603
    assert (done.returncode, done.stderr) == (0, "")
    assert "mnist" in done.stdout
