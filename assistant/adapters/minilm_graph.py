"""Builds the ONNX graph of all-MiniLM-L6-v2 from its safetensors."""

import json
import struct
from pathlib import Path

import numpy as np
import onnx

from assistant.adapters.bert_graph import WIDTH, Weights, encoder

_LAYERS = 6


def build(safetensors: Path, target: Path, *, quantise: bool) -> None:
    """Write the graph to `target`: each text's vector is the mean of the last layer's tokens, of unit length."""
    made = encoder(_read(safetensors), layers=_LAYERS, quantise=quantise)
    onnx.save(made.model("minilm", made.mean(made.layers[-1]), WIDTH), target)


def _read(path: Path) -> Weights:
    """The float tensors of a safetensors file: a length, a JSON header, then raw little-endian values."""
    raw = path.read_bytes()
    (length,) = struct.unpack_from("<Q", raw)
    header = json.loads(raw[8 : 8 + length])
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__" or entry["dtype"] != "F32":
            continue
        start, end = (8 + length + offset for offset in entry["data_offsets"])
        tensors[name] = np.frombuffer(raw[start:end], dtype="<f4").reshape(entry["shape"])
    return tensors
