"""The student's own code: the functions to write, their check, and the mistakes that it knows."""

from dae_core.lessons.code.check import check_code
from dae_core.lessons.code.function import Example, Function, Hint
from dae_core.lessons.code.functions import FUNCTIONS
from dae_core.lessons.code.mistakes import MISTAKES, Mistake
from dae_core.lessons.code.result import CheckResult

__all__ = ["FUNCTIONS", "MISTAKES", "CheckResult", "Example", "Function", "Hint", "Mistake", "check_code"]
