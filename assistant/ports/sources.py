"""What articles can be imported from: one reading of one source, with what could not be read."""

from datetime import date

from assistant.domain.value import Value
from assistant.domain.vocabulary import Audience


class SourceArticle(Value):
    """One page, section or row as its source says it.

    `key` is the same at every reading of the same source and unique in it; `body` is Markdown; `origin` says where it
    stands, for people. What is None the source doesn't say.
    """

    key: str
    title: str
    body: str
    summary: str = ""
    questions: tuple[str, ...] = ()
    origin: str
    language: str | None = None
    audience: Audience | None = None
    owner: str | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    review_by: date | None = None


class Unreadable(Value):
    """Something of a source that could not become an article, and why.

    `hides_others` is False where `place` is the `origin` of the one article that is missing: all others are known.
    `withheld` is True where the source itself keeps it from readers, as a draft: nothing is wrong, and an article made
    of it before is gone.
    """

    place: str
    reason: str
    hides_others: bool = True
    withheld: bool = False


class Reading(Value):
    """All of one source, in its order."""

    articles: tuple[SourceArticle, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()

    def __add__(self, other: "Reading") -> "Reading":
        return Reading(articles=self.articles + other.articles, unreadable=self.unreadable + other.unreadable)
