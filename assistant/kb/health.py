"""Finds what is wrong in and between articles: statements that contradict each other, approved wording that contradicts
its article or another, and articles that say the same twice."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from enum import StrEnum
from itertools import combinations
from typing import NamedTuple

import numpy as np

from assistant.domain.article_history import overdue
from assistant.domain.knowledge import Article
from assistant.domain.value import Value
from assistant.domain.vocabulary import Audience
from assistant.guardrails.alignment import Line, compare, line
from assistant.guardrails.sentences import split_sentences
from assistant.kb.answered_twice import answered_otherwise, questions_of
from assistant.kb.split import split
from assistant.ports import Embedder, Vectors

NEAR = 0.75
"""Cosine from which two sentences may speak of the same thing."""
SHARED = 0.7
"""Share of content words in the same order, seen from both sides, from which a difference counts."""
TWIN = 0.95
"""Cosine of titles and summaries from which two articles are proposed for merging."""
_MIN_WORDS = 3
"""Content words a sentence needs to say something by itself: `Light none` is the row of some table."""
_MANY = 3
"""Other articles that say the same sentence with another figure: it is one of a row, each on its own subject. With two,
of a bank's 1,368 pairs 113 are left instead of 161, and three articles at odds over one fee would be missed."""
_AT_ONCE = 512


class ConflictKind(StrEnum):
    """How two statements differ: another number or name in the same place, or one denies what the other says."""

    FIGURE = "figure"
    POLARITY = "polarity"


class Statement(Value):
    """One sentence of an article, or of the replies approved with it."""

    article_id: str
    text: str
    approved_reply: bool = False


class ArticleConflict(Value):
    """Two sentences on the same thing: of different articles, or of an article and a reply approved with it; `differs`
    names the words that stand for each other."""

    kind: ConflictKind
    one: Statement
    other: Statement
    differs: tuple[str, ...] = ()


class Twins(Value):
    """Two articles that say nearly the same. `similarity` is a cosine of title and summary, in [-1, 1].

    The proposal is to keep the article `keep`, the one with more text, and to move what only `merge` says into it.
    """

    keep: str
    merge: str
    similarity: float


class Health(Value):
    """What somebody should look at; `sentences` counts what was compared among `articles`."""

    articles: int
    sentences: int
    conflicts: tuple[ArticleConflict, ...] = ()
    twins: tuple[Twins, ...] = ()
    overdue: tuple[str, ...] = ()


class _Sentence(NamedTuple):
    article: Article
    statement: Statement
    line: Line


def examine(articles: Sequence[Article], *, embedder: Embedder, on: date) -> Health:
    """Compare the articles valid `on` that day, those of one language and told to the same readers with each other."""
    current = [article for article in articles if article.is_current(on)]
    groups: dict[tuple[bool, str], list[Article]] = {}
    for article in current:
        groups.setdefault((article.audience is Audience.AGENTS, article.language), []).append(article)
    sentences = {key: list(_sentences(group)) for key, group in groups.items()}
    conflicts = [
        found
        for key, group in groups.items()
        for found in (
            *_answers(_of_one_question(group)),
            *_of_one_subject(list(_conflicts(sentences[key], embedder)), group),
            *_replies(group, sentences[key], embedder),
        )
    ]
    return Health(
        articles=len(current),
        sentences=sum(map(len, sentences.values())),
        conflicts=tuple(conflicts),
        twins=tuple(found for group in groups.values() for found in _twins(group, embedder)),
        overdue=tuple(article.id for article in overdue(articles, on=on)),
    )


def contradictions(one: Article, other: Article) -> tuple[ArticleConflict, ...]:
    """Where the two contradict each other, in text or approved wording; every sentence against every other."""
    ours, theirs = ([*_stated(article, _passages(article)), *_approved(article)] for article in (one, other))
    pairs = (_conflict(first, second) for first in ours for second in theirs)
    return (*_answers([(one, other)]), *(found for found in pairs if found is not None))


def _of_one_question(articles: Sequence[Article]) -> Iterator[tuple[Article, Article]]:
    """Pairs that somebody reads both of and that answer one question, each once."""
    asked: dict[frozenset[str], list[Article]] = {}
    for article in articles:
        for question in questions_of(article):
            asked.setdefault(question, []).append(article)
    pairs = {
        (one.id, other.id): (one, other)
        for group in asked.values()
        for one, other in combinations(group, 2)
        if _meet(one, other)
    }
    yield from pairs.values()


def _answers(pairs: Iterable[tuple[Article, Article]]) -> Iterator[ArticleConflict]:
    for one, other in pairs:
        if (found := answered_otherwise(one, other)) is not None:
            yield ArticleConflict(
                kind=ConflictKind.FIGURE if found.figures else ConflictKind.POLARITY,
                one=Statement(article_id=one.id, text=found.one.text),
                other=Statement(article_id=other.id, text=found.other.text),
                differs=found.figures,
            )


def _passages(article: Article) -> Iterator[str]:
    return (passage.text for passage in split(article))


def _approved(article: Article) -> Iterator[_Sentence]:
    for each in _stated(article, (reply.text for reply in article.replies)):
        yield each._replace(statement=each.statement.model_copy(update={"approved_reply": True}))


def _sentences(articles: Sequence[Article]) -> Iterator[_Sentence]:
    for article in articles:
        yield from _stated(article, _passages(article))


def _replies(
    articles: Sequence[Article], sentences: Sequence[_Sentence], embedder: Embedder
) -> Iterator[ArticleConflict]:
    """Approved wording that contradicts its own article; and what no sentence of its own bears out, beside the others.

    What its article says too has been compared already, with all that its sentence says beside it.
    """
    new: list[_Sentence] = []
    by_article: dict[str, list[_Sentence]] = {}
    for each in sentences:
        by_article.setdefault(each.article.id, []).append(each)
    for article in articles:
        own = by_article.get(article.id, [])
        for reply in _approved(article):
            against = [found for each in own if (found := _conflict(reply, each)) is not None]
            yield from against[:1]
            if not against and all(compare(reply.line, each.line, frozenset()).shared < SHARED for each in own):
                new.append(reply)
    yield from _conflicts_between(new, sentences, embedder)


def _conflicts_between(
    ours: Sequence[_Sentence], theirs: Sequence[_Sentence], embedder: Embedder
) -> Iterator[ArticleConflict]:
    if not ours or not theirs:
        return
    one, other = (embedder.embed([each.statement.text for each in side]) for side in (ours, theirs))
    for row, column in np.argwhere(one @ other.T >= NEAR).tolist():
        first, second = ours[row], theirs[column]
        if first.article.id != second.article.id and _meet(first.article, second.article):
            found = _conflict(first, second)
            if found is not None:
                yield found


def _stated(article: Article, texts: Iterable[str]) -> Iterator[_Sentence]:
    """Each sentence of an article once, those that say something by themselves."""
    for text in dict.fromkeys(sentence for each in texts for sentence in split_sentences(each)):
        read = line(text)
        if len(read.content) >= _MIN_WORDS:
            yield _Sentence(article, Statement(article_id=article.id, text=text), read)


def _conflicts(sentences: Sequence[_Sentence], embedder: Embedder) -> Iterator[ArticleConflict]:
    vectors = embedder.embed([each.statement.text for each in sentences])
    for first, second in _near(vectors, NEAR):
        one, other = sentences[first], sentences[second]
        if one.article.id != other.article.id and _meet(one.article, other.article):
            found = _conflict(one, other)
            if found is not None:
                yield found


def _conflict(one: _Sentence, other: _Sentence) -> ArticleConflict | None:
    there = compare(one.line, other.line, frozenset())
    if there.shared < SHARED or _of_two_subjects(one.line, other.line):
        return None
    back = compare(other.line, one.line, frozenset())
    if back.shared < SHARED:
        return None
    if _hangs_on_its_list(one.statement.text) or _hangs_on_its_list(other.statement.text):
        return None
    statements = {"one": one.statement, "other": other.statement}
    if there.altered and back.altered and one.line.content != other.line.content:
        return ArticleConflict(kind=ConflictKind.FIGURE, differs=there.altered, **statements)
    if (there.negated and back.negated) or there.swaps:
        return ArticleConflict(kind=ConflictKind.POLARITY, differs=there.swaps, **statements)
    return None


def _of_one_subject(conflicts: Sequence[ArticleConflict], articles: Sequence[Article]) -> Iterator[ArticleConflict]:
    """Those that aren't due to what each article is about: `The fee is 4 euros` of one account, 9 of another.

    Titles that each have words of their own set two articles apart where they have others in common that the sentences
    don't repeat (`Blue account`, `Green account`), or where many articles say the same with a figure of their own.
    """
    titles = {article.id: _named(line(article.title)) for article in articles}
    rivals: dict[Statement, set[str]] = {}
    for each in conflicts:
        if each.kind is ConflictKind.FIGURE:
            rivals.setdefault(each.one, set()).add(each.other.article_id)
            rivals.setdefault(each.other, set()).add(each.one.article_id)
    for each in conflicts:
        ours, theirs = titles[each.one.article_id], titles[each.other.article_id]
        repeated = _named(line(each.one.text)) & _named(line(each.other.text))
        apart = bool(ours - theirs) and bool(theirs - ours)
        of_a_row = bool(ours & theirs) and not ours & theirs & repeated
        of_many = all(len(rivals.get(side, ())) >= _MANY for side in (each.one, each.other))
        if not (apart and (of_a_row or of_many)):
            yield each


def _hangs_on_its_list(text: str) -> bool:
    """An item that goes on where its list began ("We never: - ask for a card") says nothing by itself."""
    return text.startswith(("- ", "* ")) and text[2:3].islower()


def _of_two_subjects(one: Line, other: Line) -> bool:
    """Whether each has words of its own besides figures: `in Europe 20 kg` and `transatlantic 23 kg` can both hold."""
    ours, theirs = _named(one), _named(other)
    return bool(ours - theirs) and bool(theirs - ours)


def _named(words: Line) -> frozenset[str]:
    """Its words without figures."""
    return frozenset(word for word in words.content if not word[0].isdigit())


def _meet(one: Article, other: Article) -> bool:
    """Whether somebody reads both: what holds in other regions or for other products may differ."""
    return all(
        not ours or not theirs or not set(ours).isdisjoint(theirs)
        for ours, theirs in ((one.regions, other.regions), (one.products, other.products))
    )


def _twins(articles: Sequence[Article], embedder: Embedder) -> Iterator[Twins]:
    vectors = embedder.embed([f"{article.title}\n{article.summary}" for article in articles])
    for first, second in _near(vectors, TWIN):
        if not _meet(articles[first], articles[second]):
            continue
        short, long = sorted((articles[first], articles[second]), key=lambda article: len(article.body))
        yield Twins(keep=long.id, merge=short.id, similarity=round(float(vectors[first] @ vectors[second]), 3))


def _near(vectors: Vectors, least: float) -> Iterator[tuple[int, int]]:
    """Pairs of rows at least that near each other, each once."""
    for start in range(0, len(vectors), _AT_ONCE):
        cosines = vectors[start : start + _AT_ONCE] @ vectors.T
        for row, column in np.argwhere(cosines >= least).tolist():
            if start + row < column:
                yield start + row, column
