"""What a path says in words: its end, and what r(x) − x is, with the conditions under which it is so."""

from __future__ import annotations

from dae_core.inspection.manifold import Fate, Outcome, Path
from dae_core.inspection.sampling import level_at
from dae_core.model.corruption import Corruption, Gaussian
from dae_gui.panels.manifold_panel.path_job import Request, Result

SCORE_TIP = (
    "Alain & Bengio, “What regularized auto-encoders learn from the data-generating distribution” (JMLR 15, 2014): "
    "the r that minimizes E|r(x + noise) − x|² over all functions, with Gaussian noise of variance σ², satisfies\n"
    "    (r(x) − x) / σ² → ∂ log p(x) / ∂x   as σ → 0\n"
    "(p the smooth density of the clean data). For any σ it holds exactly with the density of the NOISY data in the "
    "place of p (Miyasawa 1961). A network of limited size that is still being trained is near such an r at best."
)
"""The equation of the paper with its conditions."""


def score_text(corruption: Corruption, step: int) -> str:
    """Return what the difference picture shows, and how far it is the score."""
    text = f"r(x) − x at {'the start' if step == 0 else f'step {step:,}'}: red gets brighter, blue darker. "
    if not isinstance(corruption, Gaussian):
        return (
            f"{text}With small Gaussian noise and the best r it is σ² ∂log p(x)/∂x (Alain & Bengio 2014). This "
            f"network learns with {corruption.kind} noise: it is no such score."
        )
    if corruption.level == 0:
        return f"{text}Without noise it is not proportional to a score."
    return (
        f"{text}For small Gaussian noise and the best r, (r(x) − x)/σ² ≈ ∂log p(x)/∂x: it points to where data is "
        f"denser (Alain & Bengio 2014). Here σ = {corruption.level:g}, "
        f"{'not small: ' if corruption.level > 0.1 else ''}p is the density of noisy digits."
    )


def path_text(result: Result) -> str:
    """Return what became of a path, how far it went, and which digit is nearest to its end."""
    path, request, neighbours = result.path, result.request, result.neighbours
    if result.outcome.fate is Fate.DIVERGES:
        text = f"at step {result.outcome.step:,} the picture is over ten times as long as an ordinary one"
        return f"The path diverges: {text}. (Iteration {request.iteration:,}.)"
    if request.sampler.is_random:
        text = f"{path.steps:,} steps with {_noise(request)}; the last moved it by {path.step_lengths[-1]:,.3g}"
    else:
        text = _fate(path, result.outcome)
    text += f"; {path.from_start[-1]:,.3g} from the start"
    if neighbours.indices[-1] >= 0:
        label = "" if neighbours.labels is None else f", of class {int(neighbours.labels[-1])}"
        text += (
            f". Nearest held-out digit: no. {int(neighbours.indices[-1]):,}{label}, at {neighbours.distances[-1]:,.3g}"
        )
    return f"{text}. (Iteration {request.iteration:,}; lengths in {request.dataset.units} over all pixels.)"


def _noise(request: Request) -> str:
    """Return the noise of a path's steps: one level, or from which to which."""
    first, last = (level_at(request.sampler, t, request.steps, request.corruption) for t in (0, request.steps - 1))
    return f"{first.describe()} noise" if first == last else f"noise from {first.describe()} down to {last.level:.2g}"


def _fate(path: Path, outcome: Outcome) -> str:
    if outcome.fate is Fate.FIXED_POINT:
        return f"A fixed point, as far as can be seen: from step {outcome.step:,} on it moves by at most 0.1 % a step"
    if outcome.fate is Fate.ALTERNATES:
        return "It goes to and fro between two pictures"
    text = f"Still moving after {path.steps:,} steps, by {path.step_lengths[-1]:,.3g} in the last"
    return text if path.steps < 2 else f"{text} ({outcome.ratio:.3f} times the one before)"
