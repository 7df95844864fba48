"""How near approved wording is to a question in meaning; each wording is embedded once."""

from collections.abc import Sequence

from assistant.ports import Embedder, Vectors


class WordingMeaning:
    """Cosines of a question and texts, with the embedder that questions come embedded with; None knows nothing."""

    def __init__(self, embedder: Embedder | None, *, most: int) -> None:
        self._embedder = embedder
        self._most = most
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
            self._known.update(zip(fresh, self._embedder.embed(fresh), strict=True))
        return [float(self._known[text] @ question) for text in texts]
