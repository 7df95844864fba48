"""Stage 2. What does the brand know that answers this?"""

from collections.abc import Mapping, Sequence
from itertools import islice

from assistant.domain.knowledge import Evidence, Hit
from assistant.domain.mention import Mention
from assistant.domain.understanding import Understanding
from assistant.ports import Embedder, PassageIndex, Vectors
from assistant.scoring.answerable import with_intent
from assistant.scoring.fusion import MAX_PER_ARTICLE

THREAD_TURNS = 2
"""Customer turns before the mention that are searched along with it."""
THREAD_WEIGHT = 0.5
"""Weight of the search with those turns. Measured 2026-11: recall@5 of follow-up questions .85 without and .91 at .5;
on messages to a brand within threads, hit@1 .54 and .68. Long follow-ups gain as much as short ones."""
INTENT_BONUS = 0.25
"""How far a passage whose article answers the understood intent moves towards 1, at full confidence; half of it in a
thread, since the intent was read from the mention alone. Measured 2026-11 on messages to a brand: hit@1 .57 without
and .62 with it, where 59 in 100 intents were read right."""

_DEPTH = 3
"""Hits asked of the index for each one returned, so that a bonus can lift what stands lower."""


def retrieve(
    mentions: Sequence[Mention],
    understandings: Sequence[Understanding],
    vectors: Vectors,
    *,
    embedder: Embedder,
    index: PassageIndex,
    k: int = 8,
) -> tuple[Evidence, ...]:
    """One evidence a mention, in order, with at most `k` hits, best first.

    `vectors` are the embeddings of the mentions' texts. A mention in a thread with earlier turns of its customer is
    searched twice, the second time with the last of those turns before it; only these longer queries are embedded here.
    """
    depth = _DEPTH * k
    found = list(index.search([mention.text for mention in mentions], vectors, k=depth)) if mentions else []
    longer = {position: text for position, mention in enumerate(mentions) if (text := _with_turns(mention))}
    if longer:
        texts = list(longer.values())
        again = index.search(texts, embedder.embed(texts), k=depth)
        for position, evidence in zip(longer, again, strict=True):
            found[position] = _mixed(found[position], evidence)
    return tuple(
        _informed(evidence, understanding, in_thread=position in longer, k=k)
        for position, (evidence, understanding) in enumerate(zip(found, understandings, strict=True))
    )


def _with_turns(mention: Mention) -> str | None:
    """The mention with its customer's last turns before it; None where there are none."""
    newest = islice((turn.text for turn in reversed(mention.thread) if turn.role == "customer"), THREAD_TURNS)
    turns = [text for text in newest if text.strip()]
    return "\n".join([*reversed(turns), mention.text]) if turns else None


def _mixed(own: Evidence, longer: Evidence) -> Evidence:
    """Both searches' scores weighed. A passage only one of them found counts as the other's last hit."""
    ours, theirs = _scores(own), _scores(longer)
    floor, other_floor = min(ours.values(), default=0.0), min(theirs.values(), default=0.0)
    passages = {hit.passage.id: hit.passage for hit in (*own.hits, *longer.hits)}
    hits = [
        Hit(passage=passage, score=_weighed(ours.get(key, floor), theirs.get(key, other_floor)))
        for key, passage in passages.items()
    ]
    return Evidence(hits=tuple(_best_first(hits)), answerable=_weighed(own.answerable, longer.answerable))


def _informed(evidence: Evidence, understanding: Understanding, *, in_thread: bool, k: int) -> Evidence:
    """The best `k` hits, those that answer the understood intent lifted; `answerable` knows whether the best does."""
    intent = understanding.intent
    if intent is None or not understanding.in_scope or not evidence.hits:
        return evidence.model_copy(update={"hits": _at_most_per_article(evidence.hits, k)})
    bonus = INTENT_BONUS * understanding.intent_confidence * (THREAD_WEIGHT if in_thread else 1.0)
    lifted = [
        hit.model_copy(update={"score": hit.score + bonus * (1 - hit.score)}) if intent in hit.passage.intents else hit
        for hit in evidence.hits
    ]
    best = _best_first(lifted)
    likely = with_intent(
        evidence.answerable,
        confidence=understanding.intent_confidence,
        agrees=intent in best[0].passage.intents,
    )
    return Evidence(hits=_at_most_per_article(best, k), answerable=likely)


def _scores(evidence: Evidence) -> Mapping[str, float]:
    return {hit.passage.id: hit.score for hit in evidence.hits}


def _weighed(own: float, longer: float) -> float:
    return (1 - THREAD_WEIGHT) * own + THREAD_WEIGHT * longer


def _best_first(hits: Sequence[Hit]) -> list[Hit]:
    return sorted(hits, key=lambda hit: -hit.score)


def _at_most_per_article(hits: Sequence[Hit], k: int) -> tuple[Hit, ...]:
    taken: dict[str, int] = {}
    chosen: list[Hit] = []
    for hit in hits:
        article_id = hit.passage.article_id
        if len(chosen) < k and taken.get(article_id, 0) < MAX_PER_ARTICLE:
            taken[article_id] = taken.get(article_id, 0) + 1
            chosen.append(hit)
    return tuple(chosen)
