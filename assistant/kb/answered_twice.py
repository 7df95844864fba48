"""Articles that answer one question otherwise: with another figure, or one with yes and the other with no."""

from collections.abc import Iterator
from typing import NamedTuple

from assistant.domain.knowledge import Article
from assistant.guardrails.alignment import line
from assistant.guardrails.fact import Fact, FactKind
from assistant.guardrails.facts import facts_of
from assistant.guardrails.sentences import split_sentences
from assistant.guardrails.words import listed, stem, words
from assistant.kb.markdown import Block, blocks_of

_FIGURES = frozenset(
    {
        FactKind.MONEY,
        FactKind.PERCENT,
        FactKind.DURATION,
        FactKind.MEASURE,
        FactKind.TIME,
        FactKind.DATE,
        FactKind.NUMBER,
    }
)
_ASKING = frozenset(map(stem, listed("how much many long often far what which when where who why")))
_FEWEST = 2
"""Content words of a question: one alone (`Refunds?`) doesn't say what is asked."""
_YES = listed("yes yeah sure certainly ja oui sí sì sim tak igen da")
_NO = listed("no nope never nein non nee nej não nie nem")


class Answer(NamedTuple):
    """The sentence that answers first, and the question it was asked."""

    question: str
    text: str


class Otherwise(NamedTuple):
    """Two answers to one question; `figures` are those that differ, none where one says yes and the other no."""

    one: Answer
    other: Answer
    figures: tuple[str, ...]


def answered_otherwise(one: Article, other: Article) -> Otherwise | None:
    """Where both answer the same question and can't both be right."""
    ours, theirs = questions_of(one), questions_of(other)
    same = next((key for key in ours if key in theirs), None)
    first, second = answer_of(one), answer_of(other)
    if same is None or not first or not second:
        return None
    if not _figures(first, second) and not _says_yes_and_no(first, second):
        if below := _below(first, other):
            second = below
        elif below := _below(second, one):
            first = below
        else:
            return None
    return Otherwise(Answer(ours[same], first), Answer(theirs[same], second), _figures(first, second))


def _below(answer: str, article: Article) -> str:
    """The first sentence of an article that says more, and says none of the answer's figures, which has one of their
    kind; empty where there is none.
    """
    sentences = list(_sentences(article))
    if not _figures(answer, " ".join(sentences)):
        return ""
    return next((sentence for sentence in sentences if _figures(answer, sentence)), "")


def questions_of(article: Article) -> dict[frozenset[str], str]:
    """What it is asked, by the words that say what about, whatever their order and form. A title that only names a
    subject asks nothing.
    """
    titled = (article.title,) if article.title.endswith("?") else ()
    asked = {line(text).content - _ASKING: text for text in (*reversed(article.questions), *titled)}
    return {key: text for key, text in asked.items() if len(key) >= _FEWEST}


def answer_of(article: Article) -> str:
    """The first sentence of the body; empty where there is none."""
    return next(_sentences(article), "")


def _sentences(article: Article) -> Iterator[str]:
    for block in blocks_of(article.body):
        if isinstance(block, Block):
            yield from (sentence for text in block.lines for sentence in split_sentences(text))


def _figures(one_text: str, other_text: str) -> tuple[str, ...]:
    """Figures of the kind and unit both name, where they have none in common."""
    ours, theirs = facts_of(one_text), facts_of(other_text)
    for kind in dict.fromkeys(map(_kind, ours)):
        one, other = ({fact.value: fact.text for fact in facts if _kind(fact) == kind} for facts in (ours, theirs))
        if kind[0] in _FIGURES and other and one.keys().isdisjoint(other):
            return (f"{', '.join(one.values())} / {', '.join(other.values())}",)
    return ()


def _kind(fact: Fact) -> tuple[FactKind, str]:
    """A length is no weight; an amount in another currency is another amount."""
    return fact.kind, fact.value.split()[-1] if fact.kind is FactKind.MEASURE else ""


def _says_yes_and_no(one: str, other: str) -> bool:
    first, second = (next(iter(words(text)), "") for text in (one, other))
    return (first in _YES and second in _NO) or (first in _NO and second in _YES)
