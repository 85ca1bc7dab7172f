"""Training one example after another on two cores, where two threads share each iteration, and on one."""

from __future__ import annotations

from functools import partial

from benchmarks import setting
from benchmarks.report import Line, Report, at_least
from benchmarks.timing import interleaved, median_us, ratio
from dae_core.training import crew
from dae_core.training.start import start_model

_ITERATIONS = {225: 20_480, 1000: 5_120, 4000: 1_536}  # a call, of some tenths of a second
_TIMES = {225: 1.5, 1000: 1.5, 4000: 2.5}


def run(quick: bool) -> Report:
    """Measure."""
    report = Report("two_cores", "One iteration on one core and on two (784 pixels, batch size 1, σ = 1)")
    if crew.usable_cores() < 2:
        report.skip("two cores", "there is one")
        return report
    for units in _ITERATIONS:
        _measure(report, units, 2 if quick else 10)
    return report


def _measure(report: Report, units: int, rounds: int) -> None:
    count = _ITERATIONS[units]
    model = start_model(setting.dataset().n_inputs, setting.EXERCISE.replace(hidden_units=units))
    trainers = {
        f"{cores} {noun}": setting.trainer_from(model, cores=cores) for cores, noun in ((1, "core"), (2, "cores"))
    }
    for trainer in trainers.values():
        trainer.advance(count)  # two threads begin where one has been measured
    seconds = interleaved({name: (partial(t.advance, count), count) for name, t in trainers.items()}, rounds)
    for name, trainer in trainers.items():
        trainer.close()
        report.add(Line(f"{units:,} units, {name}", median_us(seconds[name]), "µs", note="noise and record included"))
    one, two = seconds.values()
    report.add(at_least(f"{units:,} units: one core / two", ratio(one, two), _TIMES[units]))
