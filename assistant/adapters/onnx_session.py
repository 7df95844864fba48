"""Runs ONNX models the same way on every processor."""

from functools import cache

import numpy as np
import onnxruntime
from onnx import TensorProto, helper

from assistant.adapters.onnx_graph import Graph, times

_NO_OVERFLOW = ("session.x64quantprecision", "1")
"""Processors without VNNI add two products in 16 bits, which overflow between rows that are much alike: a cosine by
.035 and more, an embedding by .0013 on average. They take a slower kernel instead (1.1 to 1.3 times), so that vectors
and scores are the same on every machine. Where nothing overflows it would only be slower, 1.7 to 2.3 times."""
_SIZE = 64


def session(model: str | bytes) -> onnxruntime.InferenceSession:
    """Runs a model, given as a path or as bytes, on one thread."""
    return _session(model, exact=overflows())


@cache
def overflows() -> bool:
    """Whether the usual kernel of this processor loses bits: asked of it with factors as large as bytes can be."""
    graph = Graph(quantised=True)
    product = times(graph, "ones", np.ones((_SIZE, _SIZE), np.float32), "rows")
    rows = helper.make_tensor_value_info("rows", TensorProto.FLOAT, ["n", _SIZE])
    model = graph.model("probe", [rows], [helper.make_tensor_value_info(product, TensorProto.FLOAT, ["n", _SIZE])])
    (found,) = _session(model.SerializeToString(), exact=False).run(None, {"rows": np.ones((_SIZE, _SIZE), np.float32)})
    return not np.allclose(found, _SIZE, rtol=1e-3)


def _session(model: str | bytes, *, exact: bool) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    if exact:
        options.add_session_config_entry(*_NO_OVERFLOW)
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
