"""Builds the ONNX graph of bge-small-en-v1.5 for classifiers, from the int8 ONNX file that its package carries."""

import re
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

from assistant.adapters.bert_graph import Encoder, Weights, encoder
from assistant.scoring.wide import LAST_SHARE, WIDE

_LAYERS = 12
_QUANTISED = "_quantized"
_PLACE = re.compile(r"/encoder/(layer\.\d+/.+)/MatMul")
"""The file names the matrices of its layers by number; the node that multiplies with one says where it belongs."""


def build(packed: Path, target: Path, *, centre: NDArray[np.float32] | None, quantise: bool) -> None:
    """Write the graph to `target`: unit rows of 1,920 columns, in five parts.

    They are the last layer's first token, the means of the three layers before it, and its maximum, each less `centre`
    (shape 5 x 384; None takes nothing off), which all English texts have in common.
    """
    made = encoder(_read(packed), layers=_LAYERS, quantise=quantise)
    last = made.layers[-1]
    parts = [made.first(last), *(made.mean(layer) for layer in made.layers[-2:-5:-1]), made.highest(last)]
    shares = [LAST_SHARE, *[((1 - LAST_SHARE**2) / (len(parts) - 1)) ** 0.5] * (len(parts) - 1)]
    if centre is not None:
        parts = [_less(made, part, f"centre{place}", centre[place]) for place, part in enumerate(parts)]
    shared = [
        made.graph.add("Mul", part, made.graph.constant(f"share{place}", np.array(share, np.float32)))
        for place, (part, share) in enumerate(zip(parts, shares, strict=True))
    ]
    onnx.save(made.model("bge", made.graph.add("Concat", *shared, axis=1), WIDE), target)


def _less(made: Encoder, part: str, name: str, centre: NDArray[np.float32]) -> str:
    return made.unit(made.graph.add("Sub", part, made.graph.constant(name, centre)))


def _read(path: Path) -> Weights:
    """The weights as floats: each matrix is stored as whole numbers, with a scale and a middle a column or in all."""
    graph = onnx.load(path).graph
    stored = {each.name: numpy_helper.to_array(each) for each in graph.initializer}
    used_by = {name: node.name for node in graph.node for name in node.input}
    weights: Weights = {}
    for name, values in stored.items():
        if name.endswith(_QUANTISED):
            base = name.removesuffix(_QUANTISED)
            real = _real(values, stored[f"{base}_scale"], stored[f"{base}_zero_point"])
            place = _PLACE.match(used_by[name])
            weights[f"encoder.{place[1].replace('/', '.')}.weight" if place else base] = real.T if place else real
        elif values.dtype == np.float32 and values.ndim == 1:
            weights[name] = values
    return weights


def _real(whole: NDArray[np.generic], scale: NDArray[np.float32], middle: NDArray[np.generic]) -> NDArray[np.float32]:
    return np.asarray((whole.astype(np.float32) - middle.astype(np.float32)) * scale, np.float32)
