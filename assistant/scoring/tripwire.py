"""The fitted half of the tripwire: which words, runs of words and runs of letters orders to a machine are made of.

The weights ship with the package (`tripwire.npz`, written by benchmarks/tripwire.py --fit): they hold sums by hash, no
text. They depend on no brand and no embedder. What a text means is read beside them, by a head that is fitted where
the others are (`learning/states.py`).
"""

import hashlib
import zlib
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from importlib.resources import files
from math import exp, sqrt

import numpy as np
import regex

from assistant.scoring.features import Floats

PLACES = 2**15
"""Places words are hashed to, and as many again for letters; 2**13 to 2**16 are within noise."""
_TOKEN = regex.compile(r"\w+|[^\w\s]")
_MOST = 4_000
"""Characters read of a text; turns of phrase that are certain are looked for in the whole of it."""
_LONGEST = 24
_LETTERS = range(3, 6)
_LONGEST_RUN = 3
_REMEMBERED = 50_000
_FLAT = 40.0
_MEANT = 4.0
_MOST_MEANT = 1.5
"""Log-odds that the meaning's score, about -1 to 1, adds for each 1, and at most: orders are about odd things, and so
are many ordinary messages, whose words clear them. Open families by folds (benchmarks/tripwire.py): 3 to 5 are alike;
without the limit 2 to 7 % of ordinary messages would be flagged."""
_FILE = "tripwire.npz"


class Tripwire:
    """Log-odds = bias + the mean pull of word runs and of letter runs, each mean taken by the root of their number."""

    def __init__(self, weights: Floats, *, bias: float, threshold: float) -> None:
        self.threshold = threshold
        self._bias = bias
        self._weights: list[float] = weights.tolist()
        self._hashed = hashlib.sha256(weights.tobytes() + repr((bias, threshold, _MEANT, _MOST_MEANT)).encode())
        self._letters: dict[str, tuple[float, int]] = {}

    @cached_property
    def fingerprint(self) -> str:
        """A content hash of weights, bias and threshold."""
        return self._hashed.hexdigest()[:16]

    def likely(self, folded: str, meant: float = 0.0) -> float:
        """How likely a folded text gives orders to a machine, in [0, 1]; at `threshold` or above it is flagged.

        `meant` is what the text's meaning says: about 1 for orders, -1 for what only sounds like them.
        """
        said = self._bias + self._pull(tokens(folded)) + min(_MOST_MEANT, _MEANT * meant)
        return 1 / (1 + exp(-max(-_FLAT, min(_FLAT, said))))

    def _pull(self, words: Sequence[str]) -> float:
        runs = [self._weights[place] for place in word_places(words)]
        known = self._letters
        letters = [known.get(word) or self._letters_of(word) for word in words]
        count = sum([number for _, number in letters])
        return sum(runs) / sqrt(max(1, len(runs))) + sum([pull for pull, _ in letters]) / sqrt(max(1, count))

    def _letters_of(self, word: str) -> tuple[float, int]:
        """A word's letter runs, summed and counted; remembered, since words come again."""
        pulls = [self._weights[place] for place in letter_places(word)]
        summed = (sum(pulls), len(pulls))
        if len(self._letters) < _REMEMBERED:
            self._letters[word] = summed
        return summed


def tokens(folded: str) -> list[str]:
    """Words and single marks, in order."""
    return [token[:_LONGEST] for token in _TOKEN.findall(folded[:_MOST])]


def word_places(words: Sequence[str]) -> list[int]:
    """Where each word and each run of two or three is counted."""
    coded = [word.encode("utf-8", "surrogatepass") for word in words]
    following = [b" " + word for word in coded]
    runs = [zlib.crc32(word) for word in coded]
    places = list(runs)
    for width in range(1, _LONGEST_RUN):
        runs = list(map(zlib.crc32, following[width:], runs))
        places += runs
    return [place % PLACES for place in places]


def letter_places(word: str) -> Iterator[int]:
    """Where each run of three to five letters of a word is counted, its edges marked by a space."""
    padded = f" {word} "
    for width in _LETTERS:
        for start in range(len(padded) - width + 1):
            yield PLACES + zlib.crc32(padded[start : start + width].encode("utf-8", "surrogatepass")) % PLACES


def shipped_examples() -> str:
    """The hash of the examples the shipped weights were fitted on; see `learning.tripwire.taught_on`."""
    with np.load(str(files("assistant.scoring") / _FILE), allow_pickle=False) as arrays:
        return str(arrays["examples"])


@cache
def shipped_tripwire() -> Tripwire:
    """The one in the package."""
    with np.load(str(files("assistant.scoring") / _FILE), allow_pickle=False) as arrays:
        bias, threshold = arrays["line"].tolist()
        return Tripwire(arrays["weights"].astype(np.float32), bias=bias, threshold=threshold)
