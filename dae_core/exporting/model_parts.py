"""The code of a generated script that depends on the member of the family, put together from the tables' lines."""

from __future__ import annotations

from dae_core.exporting.recipe import Recipe
from dae_core.model.architecture import Architecture
from dae_core.model.penalties import MEMORY, PENALTIES, Penalty
from dae_core.training.config import TrainingConfig

_MODEL = '''\
def code(x):
    """Hidden activations z (n, HIDDEN) of images as rows (n, pixels)."""
    a = x @ W + B
    @CODE@


def decode(z):
    """Reconstructions y as rows, and the sums o that they are made of."""
    o = z @ V + C
    return @OUTPUT@, o
'''
_K_SPARSE = """\
z = @LINE@
    weaker = np.argsort(-z, axis=1, kind="stable")[:, @K@:]  # all but the strongest units
    np.put_along_axis(z, weaker, 0, axis=1)
    return z"""
_PUBLISHED = "da = e @ V.T  # the published solution leaves out the derivative of the activation"


def start(config: TrainingConfig) -> str:
    """Return the code that makes the start weights."""
    row = config.architecture.hidden
    lines = [
        "rng = generator(0)",
        "inputs = HEIGHT * WIDTH",
        f"W = rng.normal(0.0, {row.weight_scale}, (inputs, HIDDEN)).astype(np.float32)",
        f"V = rng.normal(0.0, {row.weight_scale}, (HIDDEN, inputs)).astype(np.float32)",
        f"B = np.full(HIDDEN, {row.start_bias}, np.float32)",
        "C = np.zeros(inputs, np.float32)",
    ]
    if config.decoder_start == "transposed":
        lines.append("V = np.float32(0.2) * W.T")
    if config.tied:
        lines.append("V = W.T  # tied: the same numbers, so that what changes W changes V")
    return "\n".join([*lines, f"PARAMETERS = {'[W, B, C]' if config.tied else '[W, B, V, C]'}"]) + "\n"


def model(config: TrainingConfig) -> str:
    """Return the functions from images to code and back."""
    kind = config.architecture
    if kind.k_sparse:
        body = _K_SPARSE.replace("@LINE@", kind.hidden.line).replace("@K@", str(kind.k_sparse))
    else:
        body = f"return {kind.hidden.line}"
    return _MODEL.replace("@CODE@", body).replace("@OUTPUT@", kind.output.output_line)


def strengths(recipe: Recipe) -> list[str]:
    """Return the assignments of the penalties' strengths over the run, and of the KL penalty's target."""
    lines = [f"{name.upper()} = {list(steps)!r}  # {PENALTIES[name].title}" for name, steps in recipe.strengths.items()]
    return [*lines, f"KL_TARGET = {recipe.config.kl_target!r}"] if "kl_weight" in recipe.strengths else lines


def before_training(recipe: Recipe) -> str:
    """Return the code that stands before the loop: what the KL penalty keeps."""
    if "kl_weight" not in recipe.strengths:
        return ""
    return "kl_target = np.float32(KL_TARGET)\nactivity = np.full(HIDDEN, kl_target)  # running mean of z\n"


def gradients(recipe: Recipe) -> str:
    """Return the code from e = y - x0 to the gradients, in the loop, where z, x and i are known."""
    config, penalties = recipe.config, [PENALTIES[name] for name in recipe.strengths]
    kind = config.architecture
    lines = [f"{name} = np.float32(at({name.upper()}, i)[1])" for name in recipe.strengths]
    if "kl_weight" in recipe.strengths:
        share = min(1.0, config.batch_size / MEMORY)
        lines.append(f"activity += np.float32({share}) * (z.mean(axis=0) - activity)")
    lines += ["da = e @ V.T"] if penalties else []
    lines += _back(kind, penalties) if penalties else [_PUBLISHED if config.gradient == "published" else _plain(kind)]
    lines += ["dW = x.T @ da / BATCH", "dV = z.T @ e / BATCH"]
    for row in penalties:
        inputs, outputs = _lines(row, "on_inputs"), _lines(row, "on_outputs")
        lines += [f"dW += W * np.mean({inputs} + 0 * z, axis=0)"] if inputs else []
        lines += [f"dV += {outputs} * V"] if outputs and not kind.tied else []
    if kind.tied:
        lines += ["dW += dV.T", "gradients = [dW, da.mean(axis=0), e.mean(axis=0)]"]
    else:
        lines.append("gradients = [dW, da.mean(axis=0), dV, e.mean(axis=0)]")
    return "\n        ".join(lines)


def _plain(kind: Architecture) -> str:
    return f"da = (e @ V.T) * {_slope(kind)}"


def _slope(kind: Architecture) -> str:
    line = kind.hidden.derivative_line
    return f"{line} * (z != 0)" if kind.k_sparse else line


def _back(kind: Architecture, penalties: list[Penalty]) -> list[str]:
    lines = [f"da += {line}" for row in penalties if (line := _lines(row, "on_code"))]
    lines += [f"slope = {_slope(kind)} + 0 * z", "da *= slope"]
    if any(_lines(row, "on_sum") for row in penalties):
        lines += [f"curvature = ({kind.hidden.curvature_line}) * (slope != 0)", "norms = np.sum(W * W, axis=0)"]
    return lines + [f"da += {line}" for row in penalties if (line := _lines(row, "on_sum"))]


def _lines(row: Penalty, what: str) -> str:
    return dict(row.lines).get(what, "")
