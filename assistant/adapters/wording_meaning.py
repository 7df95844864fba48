"""How near approved wording is to a question in meaning; each wording is embedded once, mostly with the index."""

import hashlib
import io
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from assistant.ports import Embedder, Vectors
from assistant.whole_file import replace_file

_PREFIX = "wording-"


class WordingMeaning:
    """Cosines of a question and texts, with the embedder that questions come embedded with; None knows nothing."""

    def __init__(self, embedder: Embedder | None, *, most: int, folder: Path | None = None) -> None:
        """`folder` is where `keep` put what it embedded; what it holds of another embedder is left aside."""
        self._embedder = embedder
        self._most = most
        self._kept = _read_all(folder, embedder.fingerprint) if embedder and folder else {}
        self._known: dict[str, Vectors] = {}

    def cosines(self, question: Vectors | None, texts: Sequence[str]) -> Sequence[float] | None:
        """One a text, in order; None where nobody embedded the question or nothing can embed the texts.

        `question` has shape (dimensions,). Beyond `most` texts, everything is embedded afresh.
        """
        if self._embedder is None or question is None:
            return None
        if fresh := [text for text in texts if text not in self._known]:
            if len(self._known) >= self._most:
                self._known.clear()
                fresh = list(texts)
            self._learn(fresh, self._embedder)
        return [float(self._known[text] @ question) for text in texts]

    def _learn(self, texts: Sequence[str], embedder: Embedder) -> None:
        kept = {text: self._kept[key] for text in texts if (key := _key(text)) in self._kept}
        unknown = [text for text in texts if text not in kept]
        self._known.update(kept)
        if unknown:
            self._known.update(zip(unknown, embedder.embed(unknown), strict=True))


def keep(folder: Path, name: str, texts: Iterable[str], embedder: Embedder) -> None:
    """Embed the texts, so that whoever drafts needn't: hashes and numbers in a file of that name, no text.

    Raises `Infrastructure` where it can't be written.
    """
    distinct = list(dict.fromkeys(texts))
    buffer = io.BytesIO()
    np.savez(
        buffer,
        allow_pickle=False,
        embedder=np.array(embedder.fingerprint),
        keys=np.array([_key(text) for text in distinct]),
        vectors=np.asarray(embedder.embed(distinct), np.float32),
    )
    replace_file(folder / f"{_PREFIX}{name}.npz", buffer.getvalue())


def _read_all(folder: Path, fingerprint: str) -> dict[str, Vectors]:
    """A file that can't be read counts as empty: its texts are embedded when they are needed."""
    known: dict[str, Vectors] = {}
    for path in sorted(folder.glob(f"{_PREFIX}*.npz")):
        try:
            with np.load(path, allow_pickle=False) as stored:
                if str(stored["embedder"]) == fingerprint:
                    known.update(zip(stored["keys"].tolist(), stored["vectors"], strict=True))
        except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile):
            continue
    return known


def _key(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
