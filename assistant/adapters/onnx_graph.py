"""ONNX graphs made by hand, in float32 or in int8: weights with one scale a column, activations with one a row."""

from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

_OPSET = 17
_FUSED = "com.microsoft"
_COLUMNS_AT_ONCE = 1024
_STEPS = 127
_MIDDLE = 128
"""int8: 127 steps each way; activations are stored as unsigned bytes around 128, which the kernels prefer."""


class Graph:
    """Collects nodes and weights; every method returns the name of the tensor it made."""

    def __init__(self, *, quantised: bool) -> None:
        self.quantised = quantised
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []
        self._rounded: dict[str, tuple[str, str]] = {}
        self._middles = ""
        self.constant("tiny", np.array(1e-9, np.float32))
        self.constant("axis1", np.array([1], np.int64))
        if quantised:
            self.constant("steps", np.array(_STEPS, np.float32))
            self.constant("middle_byte", np.array([_MIDDLE], np.uint8))
            self.constant("no_scale", np.array(1, np.float32))

    def constant(self, name: str, values: NDArray[Any]) -> str:
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def add(self, operator: str, *inputs: str, **attributes: Any) -> str:  # noqa: ANN401 - ONNX attributes are of many types
        name = f"t{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, list(inputs), [name], **attributes))
        return name

    def fused(self, operator: str, *inputs: str) -> str:
        """One of onnxruntime's own operators."""
        name = f"t{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, list(inputs), [name], domain=_FUSED))
        return name

    def rounded(self, hidden: str) -> tuple[str, str]:
        """Rows as unsigned bytes around 128 and each row's scale as a column; made once for all its readers.

        Every tensor that is rounded in a graph has as many rows.
        """
        if hidden not in self._rounded:
            highest = self.add("ReduceMax", self.add("Abs", hidden), axes=[-1], keepdims=0)
            scale = self.add("Div", self.add("Max", highest, "tiny"), "steps")
            if not self._middles:
                self._middles = self.add("Expand", "middle_byte", self.add("Shape", scale))
            whole = self.add("QuantizeLinear", hidden, scale, self._middles, axis=0)
            self._rounded[hidden] = whole, self.add("Unsqueeze", scale, "axis1")
        return self._rounded[hidden]

    def model(
        self, name: str, inputs: list[onnx.ValueInfoProto], outputs: list[onnx.ValueInfoProto]
    ) -> onnx.ModelProto:
        """The graph as a model."""
        made = helper.make_graph(self.nodes, name, inputs, outputs, self.weights)
        opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_FUSED, 1)]
        return helper.make_model(made, opset_imports=opsets, ir_version=9)


def times(graph: Graph, at: str, kernel: NDArray[np.floating], hidden: str) -> str:
    """The product with a constant matrix."""
    if not graph.quantised:
        return graph.add("MatMul", hidden, graph.constant(f"{at}.weight", np.asarray(kernel, np.float32)))
    whole, scale = whole_numbers(kernel)
    rounded, row_scale = graph.rounded(hidden)
    weight, scales = graph.constant(f"{at}.weight", whole), graph.constant(f"{at}.scale", scale)
    return graph.add(
        "Mul", graph.fused("MatMulIntegerToFloat", rounded, weight, "no_scale", scales, "middle_byte"), row_scale
    )


def whole_numbers(kernel: NDArray[np.floating]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Columns as int8 with one scale each; some at a time, since a large matrix is copied several times on the way."""
    whole = np.empty(kernel.shape, np.int8)
    scale = np.empty(kernel.shape[1], np.float32)
    for start in range(0, kernel.shape[1], _COLUMNS_AT_ONCE):
        some = slice(start, start + _COLUMNS_AT_ONCE)
        columns = kernel[:, some].astype(np.float32)
        steps = np.maximum(np.abs(columns).max(axis=0), 1e-9) / _STEPS
        whole[:, some], scale[some] = np.round(columns / steps), steps
    return whole, scale
