"""Which of many plain words occur in a text: one look at each place of the text, however many words there are."""

from collections.abc import Iterable

_START = 3
"""Characters by which words are looked up."""


class Occurring:
    """Looks for a fixed set of words of at least three characters; a word may stand inside a longer one."""

    def __init__(self, words: Iterable[str]) -> None:
        starts: dict[str, list[str]] = {}
        for word in dict.fromkeys(words):
            if len(word) < _START:
                raise ValueError(f"{word!r} is shorter than {_START} characters")
            starts.setdefault(word[:_START], []).append(word)
        self._starts = {tuple(start): tuple(of_start) for start, of_start in starts.items()}
        self._known = frozenset(self._starts)

    def found_in(self, text: str) -> frozenset[str]:
        """Those that occur, as written: case counts."""
        met = self._known.intersection(zip(*(text[first:] for first in range(_START)), strict=False))
        return frozenset([word for start in met for word in self._starts[start] if word in text])
