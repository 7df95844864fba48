"""Stage 3. What could be said? Decides what the drafter may know, and whether it is asked at all."""

from collections.abc import Sequence
from datetime import date

from assistant.domain.brand import Pack
from assistant.domain.knowledge import Evidence, Hit, Passage
from assistant.domain.silence import silent_reasons
from assistant.domain.vocabulary import Audience, Sensitivity
from assistant.ports import Drafted, Drafter, DraftRequest, PassageIndex

PERSON_WRITES = frozenset(
    {
        Sensitivity.SELF_HARM,
        Sensitivity.SAFETY_INJURY,
        Sensitivity.DISCRIMINATION_HARASSMENT,
        Sensitivity.LEGAL_THREAT,
        Sensitivity.PRESS_OR_VIP,
        Sensitivity.PROTEST_SARCASM,
    }
)
"""Where prepared wording would tempt an agent into the wrong words, none is offered."""
BLOCK = 32
"""Passages of an article fetched at once; articles of the shipped pack have fewer."""


def tellable(evidence: Evidence, *, pack: Pack, on: date) -> Evidence:
    """The hits a customer may be told of: current public articles, in the very version the index holds."""
    return evidence.model_copy(update={"hits": tuple(hit for hit in evidence.hits if _may_tell(hit, pack, on))})


def _may_tell(hit: Hit, pack: Pack, on: date) -> bool:
    passage = hit.passage
    return any(
        article.id == passage.article_id
        and article.version == passage.version
        and article.audience is Audience.PUBLIC
        and article.is_current(on)
        for article in pack.articles
    )


class WholeArticles:
    """Every passage of the articles a search pointed to, each article read from the index once."""

    def __init__(self, index: PassageIndex) -> None:
        self._index = index
        self._read_from = ""
        self._known: dict[tuple[str, int], tuple[Passage, ...]] = {}

    def of(self, evidence: Evidence) -> tuple[Passage, ...]:
        """The passages article by article, in the order of the hits."""
        if self._read_from != self._index.fingerprint:
            self._read_from, self._known = self._index.fingerprint, {}
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
    policy = request.pack.automation
    if silent_reasons(request.mention, request.understanding, exposed=exposed, policy=policy):
        return Drafted(draft=None)
    if alone := _for_a_person([fired.category for fired in request.understanding.sensitivity]):
        return Drafted(draft=None, why=f"a person writes from scratch: {', '.join(alone)}")
    return await drafter.draft(request)


def _for_a_person(fired: Sequence[Sensitivity]) -> list[str]:
    return [category.value for category in fired if category in PERSON_WRITES]
