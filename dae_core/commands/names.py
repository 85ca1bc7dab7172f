"""What the commands are called: known before any of them is imported, which takes a second."""

COMMAND_NAMES = (
    "train",
    "resume",
    "sweep",
    "runs",
    "evaluate",
    "compare",
    "probe",
    "sample",
    "stack",
    "check-gradient",
    "data",
    "report",
    "export",
    "film",
    "lesson",
    "hand-in",
    "grade",
)
"""In the order in which ``--help`` lists them."""
