"""Two sorts of one thing, such as gift and credit vouchers: who asks about one isn't answered with the other.

Which sorts there are, a brand's own texts say: a word that stands right before another in any of its articles.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from assistant.domain.knowledge import Article
from assistant.guardrails.words import FUNCTION_WORDS, NEGATIONS, content, tokens

_APART = re.compile(r"[.,;:!?()\n]+")
_NO_SORT = FUNCTION_WORDS | NEGATIONS
Pair = tuple[str, str]


@dataclass(frozen=True)
class Sorts:
    """`known`: for each thing the sorts of it, and in how many articles each stands; `own`: what each article presents
    as its own."""

    known: Mapping[str, Mapping[str, int]]
    own: Mapping[str, frozenset[str]]

    def another(self, question: str, answer: str, article_ids: Sequence[str]) -> Pair | None:
        """A sort and its thing that are asked for, where the answer names only other sorts of it; None elsewhere."""
        answered = {thing for _, thing in _pairs(answer)}
        said = content(answer).union(*(self.own.get(found, frozenset()) for found in article_ids))
        for sort, thing in _pairs(question):
            if thing in answered and sort not in said and sort in self.known.get(thing, ()):
                return sort, thing
        return None

    def changed(self, *, gone: Iterable[Article], new: Iterable[Article]) -> "Sorts":
        """The same without the one and with the other articles, which alone are read."""
        fresh: dict[str, Counter[str]] = {}
        own = dict(self.own)
        for article in gone:
            del own[article.id]
            for sort, thing in _pairs_of(article):
                fresh.setdefault(thing, Counter(self.known.get(thing)))[sort] -= 1
        for article in new:
            own[article.id] = frozenset[str]().union(*map(content, _presented(article)))
            for sort, thing in _pairs_of(article):
                fresh.setdefault(thing, Counter(self.known.get(thing)))[sort] += 1
        known = {**self.known, **{thing: +sorts for thing, sorts in fresh.items()}}
        return Sorts(known={thing: sorts for thing, sorts in known.items() if sorts}, own=own)


def sorts_of(articles: Iterable[Article]) -> Sorts:
    """An article's own words are those beside its body: a body names other sorts, too, to tell them apart."""
    return Sorts(known={}, own={}).changed(gone=(), new=articles)


def _presented(article: Article) -> tuple[str, ...]:
    return (article.title, article.summary, *article.questions, *(reply.text for reply in article.replies))


def _pairs_of(article: Article) -> frozenset[Pair]:
    return frozenset(pair for text in (*_presented(article), article.body) for pair in _pairs(text))


@lru_cache(maxsize=8192)
def _pairs(text: str) -> tuple[Pair, ...]:
    """Stems of words that carry meaning and follow each other within one stretch; approved wording comes again."""
    found: list[Pair] = []
    for stretch in _APART.split(text):
        found += [
            pair for pair in pairwise(tokens(stretch)) if _NO_SORT.isdisjoint(pair) and all(map(str.isalpha, pair))
        ]
    return tuple(found)
