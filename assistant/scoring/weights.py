"""How one brand's search weighs its signals: the values all brands begin with, or what was fitted on its questions."""

import json
import threading
from contextlib import suppress
from pathlib import Path

from pydantic import Field

from assistant.domain.value import Value
from assistant.errors import Infrastructure
from assistant.scoring.rerank import FEATURES
from assistant.whole_file import replace_file

DENSE = 0.85
"""Weight of the cosines; the rest is BM25. benchmarks/retrieval.py, 2026-11: ahead of dense search and of BM25 in
nDCG@10 and recall@5 on three FAQ sets; .8 to .9 differ by .009 at most on any of them."""
SCORE, LEAD, PEAK, CROWD, WORDS, BIAS = 5.5, 0.7, 1.9, 0.4, 1.1, -3.5
"""benchmarks/answerable.py, 2026-11: logistic over queries with and without their answer in the collection, answers and
gaps equally frequent: the intents' examples of the shipped pack (answering articles left out, messages out of scope),
three open FAQ sets, and lists of past questions a third of whose intents is left out. AUROC of questions of its own
subject, of a source left out of the fit: pack .68, FAQ sets .94, .86 and .83, lists .77 to .97. What else was tried and
gave nothing on a set left out stands in docs/measurements.md. The fitted bias is -3.8; with -3.5 the pack's questions
stay where they were when routing's thresholds were read."""


class Weights(Value):
    """`dense` in [0, 1] weighs cosines against words; `score` to `bias` make `answerable` of the signals of a search.

    `rerank` weighs the features of `scoring.rerank`; empty leaves the order as it is.
    """

    dense: float = Field(default=DENSE, ge=0, le=1)
    score: float = SCORE
    lead: float = LEAD
    peak: float = PEAK
    crowd: float = CROWD
    words: float = WORDS
    bias: float = BIAS
    rerank: tuple[float, ...] = Field(default=(), max_length=FEATURES)


_BEFORE = {"crowd": 0.0, "words": 0.0}
"""What files say that were fitted before these were measured."""


def write(path: Path, weights: Weights) -> None:
    """Put the weights in place of the old ones. Raises `Infrastructure`."""
    replace_file(path, json.dumps(weights.model_dump(), indent=2).encode())


def read(path: Path) -> Weights:
    """The weights at `path`, or those all brands begin with where nothing was fitted. Raises `Infrastructure`."""
    try:
        return Weights.model_validate(_BEFORE | json.loads(path.read_bytes()))
    except FileNotFoundError:
        return Weights()
    except (OSError, ValueError, TypeError) as error:
        raise Infrastructure(
            f"{path}: can't be read as weights; remove it or run `assistant index tune` again"
        ) from error


class WeightsFile:
    """The weights of a file as it stands, for a process that goes on while others are fitted."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._mark = self._marked()
        self._weights = read(path)
        self._reading = threading.Lock()

    def __call__(self) -> Weights:
        """The same object until the file changes; what can't be read then changes nothing."""
        if (mark := self._marked()) != self._mark:
            with self._reading:
                if mark != self._mark:
                    self._mark = mark
                    with suppress(Infrastructure):
                        self._weights = read(self._path)
        return self._weights

    def _marked(self) -> tuple[int, int]:
        try:
            stat = self._path.stat()
        except OSError:
            return (0, 0)
        return (stat.st_mtime_ns, stat.st_ino)
