"""Two articles that say nearly the same become one: what that one would be, and what stands in the way."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from assistant.domain.knowledge import ApprovedReply, Article
from assistant.domain.value import Value
from assistant.guardrails.sentences import split_sentences
from assistant.guardrails.words import words
from assistant.kb.health import ArticleConflict, Statement, contradictions
from assistant.kb.markdown import Block, blocks_of
from assistant.kb.pack_source import Source

_HEADING = re.compile(r"\s{0,3}(#{1,6})\s+\S")
_FENCE = re.compile(r"\s{0,3}(?:`{3,}|~{3,})")
_DEEPEST = 6
_ALIKE = ("audience", "language", "regions", "products", "status", "valid_until")
"""What both must have in common: words must not reach other readers, or hold for another time, than they did."""


class Merge(Value):
    """What becomes of two articles: `article` is the next version of the one that is kept.

    `questions`, `intents`, `replies` and `text` are what it takes over from the other, which is withdrawn. With any
    reason in `refused`, each naming file and line, nothing is done. `seen` is the mark of the two files, so that a
    change by somebody else is noticed.
    """

    keep: str
    merge: str
    article: Article
    questions: tuple[str, ...] = ()
    intents: tuple[str, ...] = ()
    replies: tuple[ApprovedReply, ...] = ()
    text: str = ""
    refused: tuple[str, ...] = ()
    seen: str


class Written(NamedTuple):
    """An article, its front matter and its whole file. `source` names what reads it again and again, if anything."""

    article: Article
    front: Source
    file: str
    source: str = ""


def merged(keep: Written, other: Written, *, on: date) -> Merge:
    """The article both would become. Nothing either of them says is lost; what both say is said once."""
    mine, theirs = keep.article, other.article
    questions = _missing(mine.questions, theirs.questions)
    intents = tuple(each for each in theirs.intents if each not in mine.intents)
    replies = _missing_replies(mine.replies, theirs.replies)
    text = _only_there(mine, theirs)
    reviews = [each for each in (mine.review_by, theirs.review_by) if each is not None]
    article = mine.model_copy(
        update={
            "version": mine.version + 1,
            "questions": (*mine.questions, *questions),
            "intents": (*mine.intents, *intents),
            "replies": (*mine.replies, *replies),
            "sources": tuple(dict.fromkeys((*mine.sources, *theirs.sources))),
            "review_by": min(reviews, default=None),
            "body": f"{mine.body}\n\n{text}" if text else mine.body,
        }
    )
    return Merge(
        keep=mine.id,
        merge=theirs.id,
        article=article,
        questions=questions,
        intents=intents,
        replies=replies,
        text=text,
        refused=tuple(_reasons(keep, other, on)),
        seen=hashlib.sha256(f"{keep.file}\0{other.file}".encode("utf-8", "surrogatepass")).hexdigest()[:16],
    )


def _reasons(keep: Written, other: Written, on: date) -> Iterator[str]:
    for each in (keep, other):
        if each.source:
            yield (
                f"{_at(each, 'sources')} sources: the source {each.source} is read again and would undo this; "
                "merge the two there"
            )
        if each.article.valid_from > on:
            yield f"{_at(each, 'valid_from')} valid_from: does not hold yet; merge them when it does"
    unsaid = dict.fromkeys(_ALIKE)
    mine, theirs = ({**unsaid, **side.article.model_dump(mode="json")} for side in (keep, other))
    for name in _ALIKE:
        if mine[name] != theirs[name]:
            yield f"{_at(keep, name)} {name}: {mine[name]}, but {theirs[name]} in {_at(other, name)} make them the same"
    sides = {keep.article.id: keep, other.article.id: other}
    for conflict in contradictions(keep.article, other.article):
        yield _contradiction(conflict, sides)


def _at(side: Written, name: str) -> str:
    return f"{side.article.path}:{side.front.line((name,))}:"


def _contradiction(conflict: ArticleConflict, sides: Mapping[str, Written]) -> str:
    differs = f" ({', '.join(conflict.differs)})" if conflict.differs else ""
    one, other = (f"{_place(each, sides)}: “{each.text}”" for each in (conflict.one, conflict.other))
    return f"{one} contradicts {other}{differs}; make them say the same"


def _place(statement: Statement, sides: Mapping[str, Written]) -> str:
    """The line of the file that holds most of the sentence's words: text is read from Markdown, tables row by row."""
    side, wanted = sides[statement.article_id], set(words(statement.text))
    shared = [len(wanted.intersection(words(line))) for line in side.file.split("\n")]
    return f"{side.article.path}:{shared.index(max(shared)) + 1}"


def _plain(text: str) -> str:
    return " ".join(words(text))


def _missing(here: Sequence[str], there: Sequence[str]) -> tuple[str, ...]:
    known = set(map(_plain, here))
    return tuple(each for each in there if _plain(each) not in known)


def _missing_replies(here: Sequence[ApprovedReply], there: Sequence[ApprovedReply]) -> tuple[ApprovedReply, ...]:
    known = {(each.channels, each.visibility, _plain(each.text)) for each in here}
    return tuple(each for each in there if (each.channels, each.visibility, _plain(each.text)) not in known)


def _only_there(mine: Article, theirs: Article) -> str:
    """Paragraphs, lists and tables of their body, and their summary, that say what mine doesn't, under their headings.

    One that says anything new is taken over whole.
    """
    known = {each for text in (mine.title, mine.summary, mine.body) for each in _said(text)}
    taken: list[str] = []
    if _said(theirs.summary) - known - _said(theirs.body):
        taken.append(theirs.summary)
    headings: list[str] = []
    for piece in _pieces(theirs.body):
        if found := _HEADING.match(piece):
            headings = [each for each in headings if _level(each) < len(found[1])] + [piece.strip()]
        elif _said(piece) - known:
            taken += [each for each in headings if _level(each) > 1] + [piece]
            headings = []
    return "\n\n".join([f"## {theirs.title}", *map(_deeper, taken)]) if taken else ""


def _said(text: str) -> set[str]:
    lines = (line for block in blocks_of(text) if isinstance(block, Block) for line in block.lines)
    said = {_plain(sentence) for line in lines for sentence in split_sentences(line)}
    return said - {""}


def _pieces(body: str) -> Iterator[str]:
    """Headings, each by itself, and what stands between blank lines; a fenced block is one piece."""
    piece: list[str] = []
    fenced = False
    for line in [*body.split("\n"), ""]:
        fenced ^= bool(_FENCE.match(line))
        heading = not fenced and _HEADING.match(line) is not None
        if piece and not fenced and (heading or not line.strip()):
            yield "\n".join(piece)
            piece = []
        if heading:
            yield line
        elif line.strip() or fenced:
            piece.append(line)
    if piece:
        yield "\n".join(piece)


def _level(heading: str) -> int:
    return len(heading) - len(heading.lstrip("#"))


def _deeper(piece: str) -> str:
    """A heading one level down, as it now stands below the title of the article it came from."""
    return f"#{piece}" if _HEADING.match(piece) and _level(piece) < _DEEPEST else piece
