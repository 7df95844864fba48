"""Products of many vectors with the rows of a fixed matrix, in int8: a seventh of what float32 takes (2,048 rows and
more of 384 columns, one core)."""

import numpy as np
from onnx import TensorProto, helper

from assistant.adapters.onnx_graph import Graph, times
from assistant.adapters.onnx_session import session
from assistant.ports import Vectors
from assistant.scoring.features import Floats
from assistant.scoring.linear import Product, exact


def rounded(rows: Vectors) -> Product:
    """Like `exact`, with each row and each vector rounded to 127 steps each way of its own largest value.

    Fitted scores move by .007 of their spread, .04 at most (heads of every brand, 2,000 tweets). One vector's products
    hang on no other vector of its batch.
    """
    if not rows.size:
        return exact(rows)
    graph = Graph(quantised=True)
    products = times(graph, "rows", rows.T, "vectors")
    size, columns = rows.shape
    model = graph.model(
        "product",
        [helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["n", columns])],
        [helper.make_tensor_value_info(products, TensorProto.FLOAT, ["n", size])],
    )
    running = session(model.SerializeToString())

    def product(vectors: Vectors) -> Floats:
        if not len(vectors):
            return np.zeros((0, size), np.float32)
        (found,) = running.run(None, {"vectors": np.ascontiguousarray(vectors, np.float32)})
        return np.asarray(found, np.float32)

    return product
