"""What the checks look at: a hand-in, and what was found when it was measured and run again, each only once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from dae_core.lessons.code import CheckResult, check_code
from dae_core.lessons.handin.material import Material
from dae_core.lessons.handin.measured_anew import Anew, measured_anew
from dae_core.lessons.steps import Code


@dataclass(frozen=True)
class Case(Material):
    """A hand-in under examination; what takes long is done when it is first asked for."""

    @cached_property
    def anew(self) -> tuple[Anew, ...]:
        """Every measurement made again."""
        return measured_anew(self)

    @cached_property
    def checked_code(self) -> dict[str, CheckResult]:
        """What the checks of the student's functions say, by step; empty where no code is to be run."""
        if not self.options.run_code:
            return {}
        code = self.hand_in.session.code
        steps = [step for step in self.lesson.steps if isinstance(step, Code) and code.get(step.function, "").strip()]
        return {step.key: check_code(step.function, code[step.function], seed=self.options.seed) for step in steps}
