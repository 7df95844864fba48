"""Builds a brand's passage index from its articles: only what customers may be told today, only where it changed."""

from collections.abc import Callable, Sequence
from datetime import date

import numpy as np

from assistant.domain.knowledge import Article, Passage
from assistant.domain.value import Value
from assistant.domain.vocabulary import ArticleStatus, Audience
from assistant.kb.split import split
from assistant.ports import Embedder, PassageIndex, Vectors
from assistant.scoring.fields import fields_of, fingerprint_of

Progress = Callable[[int], None]
"""Takes the number of texts embedded since the last call."""

_TEXTS = 256
"""Texts embedded between two reports of progress."""


class Built(Value):
    """What an index holds now: articles and passages by number; `skipped` names each article left out and why.

    `changed` is False where the index held just this already and nothing was done; `embedded` counts the texts whose
    vectors were not known before.
    """

    passages: int
    articles: int
    skipped: tuple[str, ...]
    changed: bool
    embedded: int = 0


def build(
    articles: Sequence[Article],
    *,
    embedder: Embedder,
    index: PassageIndex,
    on: date,
    language: str,
    progress: Progress,
) -> Built:
    """Make the index hold the public articles in `language` that are valid `on` that day, and nothing else.

    It is the same index in whatever order the articles come.
    """
    reasons = {article.id: _why_not(article, on, language) for article in articles}
    passages = indexed_passages(articles, on=on, language=language)
    changed = index.fingerprint != fingerprint_of(passages, embedder.fingerprint)
    if changed:
        index.replace(passages, _embedded(passages, embedder, progress))
    return Built(
        passages=len(passages),
        articles=sum(reason is None for reason in reasons.values()),
        skipped=tuple(f"{article_id}: {reason}" for article_id, reason in reasons.items() if reason),
        changed=changed,
    )


def indexed_passages(articles: Sequence[Article], *, on: date, language: str) -> list[Passage]:
    """The passages of the articles an index holds on that day."""
    chosen = [article for article in articles if _why_not(article, on, language) is None]
    in_order = sorted(chosen, key=lambda article: (article.path, article.id))
    return [passage for article in in_order for passage in split(article)]


def _why_not(article: Article, on: date, language: str) -> str | None:
    """Why customers may not be told this, or None where they may."""
    if article.audience is not Audience.PUBLIC:
        return f"is for {article.audience.value} only"
    if article.status is ArticleStatus.DRAFT:
        return "is a draft; read it, then run `assistant approve`"
    if article.language != language:
        return f"is in {article.language!r}, this index is in {language!r}"
    if article.valid_from > on:
        return f"is valid from {article.valid_from}"
    if not article.is_current(on):
        return f"was valid until {article.valid_until}"
    return None


def _embedded(passages: Sequence[Passage], embedder: Embedder, progress: Progress) -> Vectors:
    """One row for each text the passages are found by. Long texts first: progress never slows down towards the end."""
    texts = fields_of(passages).texts
    vectors = np.zeros((len(texts), embedder.dimensions), np.float32)
    longest_first = sorted(range(len(texts)), key=lambda position: -len(texts[position]))
    for start in range(0, len(texts), _TEXTS):
        rows = longest_first[start : start + _TEXTS]
        vectors[rows] = embedder.embed([texts[row] for row in rows])
        progress(len(rows))
    return vectors
