"""A model as an ONNX file: standardized pixels in, reconstruction and hidden activations out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from dae_core.exporting.errors import ExportError
from dae_core.files import file_errors_as, write_atomically
from dae_core.model.autoencoder import AutoEncoder
from dae_core.sessions.data_reference import DataReference

# Old enough for every runtime of the last years: MatMul, Add and Relu have not changed since.
OPSET, IR_VERSION = 13, 8

# The k greatest of all, in their places; nothing elsewhere.
_STRONGEST: tuple[tuple[str, list[str], list[str], dict[str, Any]], ...] = (
    ("TopK", ["all", "k"], ["greatest", "places"], {"axis": 1}),
    ("Sub", ["all", "all"], ["nothing"], {}),
    ("ScatterElements", ["nothing", "places", "greatest"], ["z"], {"axis": 1}),
)


def has_onnx() -> bool:
    """Whether the ``onnx`` package, which `write_onnx` needs, is installed."""
    from importlib.util import find_spec

    return find_spec("onnx") is not None


def write_onnx(model: AutoEncoder, path: str | Path, data: DataReference | None = None) -> None:
    """Write z = f(x W + B), y = g(z V + C), with f and g of the model's own.

    Input ``x`` is float32 (n, inputs), any number of rows of standardized pixels; outputs are the reconstructions
    ``y`` (n, inputs) and the hidden activations ``z`` (n, hidden), float32. With ``data``, the model's metadata say how
    to standardize: (grey level - mean) / std.

    Raises
    ------
    ExportError
        When the package ``onnx`` is not installed or the file cannot be written.
    """
    try:
        import onnx
    except ImportError:
        raise ExportError(
            "For ONNX the package 'onnx' is needed, which is not installed: get it with  pip install onnx"
        ) from None
    helper, real = onnx.helper, onnx.TensorProto.FLOAT

    def tensor(name: str, width: int) -> Any:
        return helper.make_tensor_value_info(name, real, ["n", width])

    def node(operator: str, inputs: list[str], outputs: list[str], attributes: Mapping[str, Any]) -> Any:
        return helper.make_node(operator, inputs, outputs, **attributes)

    kind = model.architecture
    sparse = 0 < kind.k_sparse < model.n_hidden
    constants = {name: np.ascontiguousarray(a, np.float32) for name, a in model.trained.items()}
    if sparse:
        constants["k"] = np.array([kind.k_sparse], np.int64)
    parameters = [onnx.numpy_helper.from_array(a, name) for name, a in constants.items()]
    nodes = [
        helper.make_node("MatMul", ["x", "W"], ["xW"]),
        helper.make_node("Add", ["xW", "B"], ["a"]),
        node(kind.hidden.onnx[0], ["a"], ["all" if sparse else "z"], kind.hidden.onnx[1]),
        *(node(*how) for how in _STRONGEST if sparse),
        *([helper.make_node("Transpose", ["W"], ["V"])] if kind.tied else []),
        helper.make_node("MatMul", ["z", "V"], ["zV"]),
        helper.make_node("Add", ["zV", "C"], ["o"]),
        node(kind.output.onnx[0], ["o"], ["y"], kind.output.onnx[1]),
    ]
    outputs = [tensor("y", model.n_inputs), tensor("z", model.n_hidden)]
    graph = helper.make_graph(nodes, "denoising_autoencoder", [tensor("x", model.n_inputs)], outputs, parameters)
    whole = helper.make_model(
        graph,
        producer_name="Denoising Autoencoder Studio",
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        doc_string="x: corrupted images as rows of standardized pixels; y: reconstructions; z: hidden activations.",
    )
    if data is not None:
        facts = {"mean": repr(data.mean), "std": repr(data.std), "height": str(data.shape[0])}
        helper.set_model_props(whole, {**facts, "width": str(data.shape[1]), "standardized": "(grey - mean) / std"})
    onnx.checker.check_model(whole, full_check=True)
    with file_errors_as(ExportError, path):
        write_atomically(path, whole.SerializeToString())
