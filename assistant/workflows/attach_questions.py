"""What customers asked and an article answered, in their own words: questions to attach to it, so that it is found."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from assistant.domain.brand import Pack
from assistant.domain.knowledge import Article
from assistant.domain.value import Value
from assistant.errors import NotFound
from assistant.guardrails.nameless import nameless
from assistant.guardrails.privacy import mask
from assistant.kb.import_articles import write_article
from assistant.ports import Embedder, Store
from assistant.scoring.text import clean

MOST = 5_000
"""Accepted drafts looked at, the newest."""
EACH = 10
"""Questions proposed for one article."""
ALIKE = 0.85
"""Cosine from which an article is asked this already."""
_LONGEST = 200
"""Characters of a question; longer messages tell a story."""


class Attachable(Value):
    """Questions for one article, the newest first, personal data taken out."""

    article_id: str
    questions: tuple[str, ...]


def attachable(pack: Pack, *, store: Store, embedder: Embedder) -> tuple[Attachable, ...]:
    """From conversations that agents answered with a draft as it was, which rested on one article alone.

    What the article is asked already, and what another proposed question says, is left out.
    """
    with store.read() as look:
        accepted = look.accepted_citations(brand_id=pack.brand.id, limit=MOST)
    asked: dict[str, dict[str, None]] = {}
    for each in accepted:
        question = nameless(mask(" ".join(clean(each.text).split())).text)
        if len(each.article_ids) == 1 and question.endswith("?") and len(question) <= _LONGEST:
            asked.setdefault(next(iter(each.article_ids)), {})[question] = None
    found = [
        Attachable(article_id=article.id, questions=_new(article, list(asked[article.id]), embedder))
        for article in pack.articles
        if article.id in asked
    ]
    return tuple(each for each in found if each.questions)


def attach(attached: Attachable, *, pack: Pack, folder: Path) -> Article:
    """Write them into the article's next version. Raises `NotFound`, `Infrastructure`."""
    article = pack.articles_by_id.get(attached.article_id)
    if article is None:
        raise NotFound("article", attached.article_id)
    questions = tuple(dict.fromkeys((*article.questions, *attached.questions)))
    written = article.model_copy(update={"questions": questions, "version": article.version + 1})
    write_article(folder / article.path, written)
    return written


def _new(article: Article, questions: Sequence[str], embedder: Embedder) -> tuple[str, ...]:
    known = [article.title, *article.questions]
    vectors = embedder.embed([*known, *questions])
    taken = list(range(len(known)))
    for row in range(len(known), len(vectors)):
        if len(taken) - len(known) < EACH and float(np.max(vectors[taken] @ vectors[row])) < ALIKE:
            taken.append(row)
    return tuple(questions[row - len(known)] for row in taken[len(known) :])
