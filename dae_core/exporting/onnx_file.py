"""A model as an ONNX file: standardized pixels in, reconstruction and hidden activations out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from dae_core.exporting.errors import ExportError
from dae_core.files import file_errors_as, write_atomically
from dae_core.model.autoencoder import AutoEncoder
from dae_core.sessions.data_reference import DataReference

# Old enough for every runtime of the last years: MatMul, Add and Relu have not changed since.
OPSET, IR_VERSION = 13, 8


def has_onnx() -> bool:
    """Whether the ``onnx`` package, which `write_onnx` needs, is installed."""
    from importlib.util import find_spec

    return find_spec("onnx") is not None


def write_onnx(model: AutoEncoder, path: str | Path, data: DataReference | None = None) -> None:
    """Write z = max(0, x W + B), y = z V + C.

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

    parameters = [
        onnx.numpy_helper.from_array(np.ascontiguousarray(a, np.float32), name) for name, a in model.parameters.items()
    ]
    nodes = [
        helper.make_node("MatMul", ["x", "W"], ["xW"]),
        helper.make_node("Add", ["xW", "B"], ["a"]),
        helper.make_node("Relu", ["a"], ["z"]),
        helper.make_node("MatMul", ["z", "V"], ["zV"]),
        helper.make_node("Add", ["zV", "C"], ["y"]),
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
