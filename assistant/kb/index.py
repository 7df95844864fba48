"""Builds a brand's passage index from its articles: what its readers may be told today, only where it changed."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date

import numpy as np

from assistant.domain.knowledge import Article, Passage
from assistant.domain.readers import Readers
from assistant.domain.value import Value
from assistant.domain.vocabulary import ArticleStatus, Audience
from assistant.kb.split import split
from assistant.ports import Embedder, Library, Vectors
from assistant.scoring.fields import fields_of, fingerprint_of

Progress = Callable[[int, int], None]
"""Takes the number of texts embedded since the last call, and how many there are in all."""

_TEXTS = 256
"""Texts embedded between two reports of progress."""


class Built(Value):
    """What customers may be told now: articles and passages by number; `skipped` names each article left out and why.

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
    library: Library,
    readers: Sequence[Readers],
    on: date,
    progress: Progress,
    afresh: bool = False,
) -> Built:
    """Make each collection hold what its readers may read on that day, and nothing else; anybody's are the first.

    It is the same library in whatever order the articles come. `afresh` makes those anew that are right already; each
    serves until the new one is whole.
    """
    wanted = collections_of(articles, readers=readers, on=on)
    new = {
        each: passages
        for each, passages in wanted.items()
        if afresh or library.collection(each).fingerprint != fingerprint_of(passages, embedder.fingerprint)
    }
    total = sum(len(fields_of(passages).texts) for passages in new.values())
    for each, passages in new.items():
        library.collection(each).replace(passages, _embedded(passages, embedder, lambda done: progress(done, total)))
    for each in readers:
        if each not in wanted:
            library.drop(each)
    told = [each for each in readers if each.audience is not Audience.AGENTS]
    reasons = {article.id: _why_not(article, on, told) for article in articles}
    return Built(
        passages=len({passage.id for each in told for passage in wanted.get(each, ())}),
        articles=sum(reason is None for reason in reasons.values()),
        skipped=tuple(f"{article_id}: {reason}" for article_id, reason in reasons.items() if reason),
        changed=bool(new),
    )


def follows(
    library: Library, articles: Sequence[Article], *, readers: Sequence[Readers], on: date, embedder: Embedder
) -> bool:
    """Whether the library holds just what `build` would put into it."""
    wanted = collections_of(articles, readers=readers, on=on)
    return all(
        library.collection(each).fingerprint
        == (fingerprint_of(wanted[each], embedder.fingerprint) if each in wanted else "")
        for each in readers
    )


def collections_of(
    articles: Sequence[Article], *, readers: Sequence[Readers], on: date
) -> Mapping[Readers, Sequence[Passage]]:
    """The passages of each collection: anybody's in the first language, and those that differ from anybody's in
    theirs."""
    in_order = sorted(articles, key=lambda article: (article.path, article.id))
    cut = {article.id: split(article) for article in in_order if article.is_current(on)}
    found: dict[Readers, list[Passage]] = {}
    for each in readers:
        read = [passage for one in in_order if one.id in cut and each.may_read(one) for passage in cut[one.id]]
        anybodys = Readers(language=each.language)
        if each == readers[0] or (read and (each == anybodys or read != found.get(anybodys, []))):
            found[each] = read
    return found


def indexed_passages(articles: Sequence[Article], *, on: date, readers: Readers) -> Sequence[Passage]:
    """The passages that these readers search on that day, where a collection is theirs."""
    return collections_of(articles, readers=[readers], on=on)[readers]


def passages_of(articles: Sequence[Article], ids: Collection[str], *, on: date) -> Mapping[str, Passage]:
    """The passages of these ids, cut from their articles as they are valid on that day; others are left out."""
    wanted = {each.partition("@")[0] for each in ids}
    cut = (split(article) for article in articles if article.id in wanted and article.is_current(on))
    return {passage.id: passage for passages in cut for passage in passages if passage.id in ids}


def _why_not(article: Article, on: date, told: Sequence[Readers]) -> str | None:
    """Why customers may not be told this, or None where some may."""
    if article.audience is Audience.AGENTS:
        return f"is for {article.audience.value} only"
    if article.status is ArticleStatus.DRAFT:
        return "is a draft; read it, then run `assistant approve`"
    languages = dict.fromkeys(each.language for each in told)
    if article.language not in languages:
        return f"is in {article.language!r}, this index is in {' and '.join(map(repr, languages))}"
    if not any(each.may_read(article) for each in told):
        return "is for a region or product that no channel has"
    if article.valid_from > on:
        return f"is valid from {article.valid_from}"
    if not article.is_current(on):
        return f"was valid until {article.valid_until}"
    return None


def _embedded(passages: Sequence[Passage], embedder: Embedder, progress: Callable[[int], None]) -> Vectors:
    """One row for each text the passages are found by. Long texts first: progress never slows down towards the end."""
    texts = fields_of(passages).texts
    vectors = np.zeros((len(texts), embedder.dimensions), np.float32)
    longest_first = sorted(range(len(texts)), key=lambda position: -len(texts[position]))
    for start in range(0, len(texts), _TEXTS):
        rows = longest_first[start : start + _TEXTS]
        vectors[rows] = embedder.embed([texts[row] for row in rows])
        progress(len(rows))
    return vectors
