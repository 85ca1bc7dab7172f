"""What the tests of the headless commands share."""

import json

RUN = ["--hidden", "8", "--learning-rate", "0.01", "--seed", "3"]


def last_line(output):
    """Return the report that a command has printed with ``--json``."""

    def refuse(name):
        raise AssertionError(f"{name} is no JSON")

    return json.loads(output.splitlines()[-1], parse_constant=refuse)
