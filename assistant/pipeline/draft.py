"""Stage 3. What could be said? Decides what the drafter may know, and whether it is asked at all."""

from dataclasses import replace
from datetime import date

from assistant.domain.brand import Pack
from assistant.domain.knowledge import Evidence, Passage
from assistant.domain.readers import Readers
from assistant.domain.sensitivity import from_scratch, may_be_thanked
from assistant.domain.silence import silent_reasons
from assistant.guardrails.tone import is_upset
from assistant.ports import Drafted, Drafter, DraftRequest, PassageIndex

CLEARLY_POSITIVE = 0.54
"""Confidence in positive sentiment from which a thank-you is drafted; of three classes, 0.4 is still the likeliest."""
BLOCK = 32
"""Passages of an article fetched at once; articles of the shipped pack have fewer."""


class Tellable:
    """Which hits these may be told on that day: of articles in their very versions, as the index may hold others until
    it is built again. Each article is looked at once."""

    def __init__(self, pack: Pack, readers: Readers, *, on: date) -> None:
        self._pack = pack
        self._readers = readers
        self._on = on
        self._known: dict[tuple[str, int], bool] = {}

    def of(self, evidence: Evidence) -> Evidence:
        """The evidence without the other hits."""
        hits = tuple(hit for hit in evidence.hits if self._may_be(hit.passage))
        return evidence if len(hits) == len(evidence.hits) else replace(evidence, hits=hits)

    def _may_be(self, passage: Passage) -> bool:
        key = (passage.article_id, passage.version)
        if key not in self._known:
            article = self._pack.articles_by_id.get(passage.article_id)
            current = article is not None and article.version == passage.version and article.is_current(self._on)
            self._known[key] = article is not None and current and self._readers.may_read(article)
        return self._known[key]


class WholeArticles:
    """Every passage of the articles a search pointed to, each article read from the index once."""

    def __init__(self, index: PassageIndex) -> None:
        self._index = index
        self._read_from = ""
        self._known: dict[tuple[str, int], tuple[Passage, ...]] = {}

    def refresh(self) -> None:
        """Forget what was read where the index changed since; due once a batch."""
        if self._read_from != self._index.fingerprint:
            self._read_from, self._known = self._index.fingerprint, {}

    def of(self, evidence: Evidence) -> tuple[Passage, ...]:
        """The passages article by article, in the order of the hits."""
        wanted = dict.fromkeys((hit.passage.article_id, hit.passage.version) for hit in evidence.hits)
        return tuple(passage for article in wanted for passage in self._passages(*article))

    def _passages(self, article_id: str, version: int) -> tuple[Passage, ...]:
        key = (article_id, version)
        if key not in self._known:
            self._known[key] = self._fetch(article_id, version)
        return self._known[key]

    def _fetch(self, article_id: str, version: int) -> tuple[Passage, ...]:
        passages: list[Passage] = []
        for start in range(0, 10_000, BLOCK):
            ids = [f"{article_id}@{version}#{number}" for number in range(start, start + BLOCK)]
            found = self._index.get(ids)
            passages += [found[one] for one in ids if one in found]
            if len(found) < BLOCK:
                break
        return tuple(passages)


async def draft(request: DraftRequest, *, drafter: Drafter, exposed: bool) -> Drafted:
    """A proposed reply, or None with a reason. Nothing is drafted where nobody should speak or only a person should.

    `exposed`: personal data stood in a public message.
    """
    if silent_reasons(request.mention, request.understanding, exposed=exposed, pack=request.pack):
        return Drafted(draft=None)
    if alone := from_scratch(request.mention, request.understanding):
        return Drafted(draft=None, why=f"a person writes from scratch: {', '.join(alone)}")
    if request.understanding.is_praise and not _is_pleased(request):
        return Drafted(draft=None, why="sounds like praise, but not beyond doubt")
    return await drafter.draft(request)


def _is_pleased(request: DraftRequest) -> bool:
    """Clearly positive, nothing grave beside it, and without the words of an insult that wears praise."""
    sure = request.understanding.confidence.get("sentiment", 0.0) >= CLEARLY_POSITIVE
    return sure and may_be_thanked(request.understanding) and not is_upset(request.mention.text)
