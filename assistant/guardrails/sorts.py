"""Two sorts of one thing, such as gift and credit vouchers: who asks about one isn't answered with the other.

Which sorts there are, a brand's own texts say: a word that stands right before another in any of its articles.
"""

import re
from collections import defaultdict
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
    """`known`: for each thing the sorts of it that any article names; `own`: what each article presents as its own."""

    known: Mapping[str, frozenset[str]]
    own: Mapping[str, frozenset[str]]

    def another(self, question: str, answer: str, article_ids: Sequence[str]) -> Pair | None:
        """A sort and its thing that are asked for, where the answer names only other sorts of it; None elsewhere."""
        answered = {thing for _, thing in _pairs(answer)}
        said = content(answer).union(*(self.own.get(found, frozenset()) for found in article_ids))
        for sort, thing in _pairs(question):
            if thing in answered and sort not in said and sort in self.known.get(thing, ()):
                return sort, thing
        return None


def sorts_of(articles: Iterable[Article]) -> Sorts:
    """An article's own words are those beside its body: a body names other sorts, too, to tell them apart."""
    known: defaultdict[str, set[str]] = defaultdict(set)
    own: dict[str, frozenset[str]] = {}
    for article in articles:
        presented = (article.title, article.summary, *article.questions, *(reply.text for reply in article.replies))
        for text in (*presented, article.body):
            for sort, thing in _pairs(text):
                known[thing].add(sort)
        own[article.id] = frozenset[str]().union(*map(content, presented))
    return Sorts(known={thing: frozenset(sorts) for thing, sorts in known.items()}, own=own)


@lru_cache(maxsize=8192)
def _pairs(text: str) -> tuple[Pair, ...]:
    """Stems of words that carry meaning and follow each other within one stretch; approved wording comes again."""
    found: list[Pair] = []
    for stretch in _APART.split(text):
        found += [
            pair for pair in pairwise(tokens(stretch)) if _NO_SORT.isdisjoint(pair) and all(map(str.isalpha, pair))
        ]
    return tuple(found)
