"""What a run's code says about the classes of images."""

from __future__ import annotations

from dae_core.lessons.errors import MeasureError
from dae_core.lessons.measuring.subject import Subject
from dae_core.representation.probe import Probe, ProbeError, read_contender


def probe_error(subject: Subject) -> float:
    """Return how many held-out images a linear classifier on some features mistakes, in percent."""
    run, noisy = subject.run, subject.parameters["input"] == "noisy"
    try:
        probe = Probe(subject.dataset, run.config.corruption)
        reading = read_contender(
            probe, subject.parameters["features"], run.model, run.config, noisy=noisy, monitor=subject.monitor.part()
        )
    except ProbeError as error:
        raise MeasureError(str(error)) from None
    if reading is None:
        raise MeasureError("The images have too many pixels for principal components.")
    return 100 * reading.error
