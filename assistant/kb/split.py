"""Cuts an article into passages along its structure, as plain text, losing nothing."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.domain.knowledge import Article, Passage
from assistant.kb.markdown import Block, Heading, blocks_of

MAX_TOKENS = 220
"""The embedding model reads 256 tokens; the rest is room for the title and for words that take several tokens."""

_TOKENS_PER_WORD = 1.3
"""MiniLM's word pieces for a blank-separated word of ordinary English."""
_CHARACTERS_PER_TOKEN = 5
"""For writing without blanks and for web addresses, which take more pieces than their words say."""
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")


@dataclass(frozen=True)
class _Piece:
    """Text that stays together, and what joins it to the piece before."""

    text: str
    joint: str


def split(article: Article) -> tuple[Passage, ...]:
    """Passage 0 is the summary, with the article's questions; then the body, section by section. A body that only says
    the summary again, as a short imported answer does, adds none: two of the same would fill the hits.

    A passage lies within one section and holds whole blocks (paragraphs, lists, tables) while they fit into
    `MAX_TOKENS`; a longer list or table is cut between its lines, a longer line between sentences, a longer
    sentence between words. Markdown's marks go, words and numbers stay; a heading is in `headings` of what is below it.
    """
    parts: list[tuple[tuple[str, ...], str]] = [((), article.summary.strip())]
    for headings, blocks in _sections(article):
        parts += [(headings, text) for text in _filled(_pieces(blocks))]
    if len(parts) == 2 and not parts[1][0] and parts[1][1].split() == parts[0][1].split():
        parts.pop()
    return tuple(
        Passage(
            id=f"{article.id}@{article.version}#{number}",
            article_id=article.id,
            version=article.version,
            title=article.title,
            headings=headings,
            text=text,
            questions=article.questions if number == 0 else (),
            intents=article.intents,
        )
        for number, (headings, text) in enumerate(parts)
    )


def tokens(text: str) -> float:
    """About how many tokens the embedding model makes of a text."""
    return max(len(text.split()) * _TOKENS_PER_WORD, len(text) / _CHARACTERS_PER_TOKEN)


def _sections(article: Article) -> Iterator[tuple[tuple[str, ...], list[Block]]]:
    """Heading path and blocks of each section. The article's own title is not part of the path."""
    path: tuple[Heading, ...] = ()
    blocks: list[Block] = []
    bare = False
    """Whether the last heading of the path has nothing below it yet."""
    for part in blocks_of(article.body):
        if isinstance(part, Block):
            blocks.append(part)
            bare = False
            continue
        if blocks:
            yield _texts(path), blocks
        elif bare and part.level <= path[-1].level:
            yield _childless(path)
        blocks = []
        bare = part.text != article.title
        path = tuple(heading for heading in path if heading.level < part.level) + ((part,) if bare else ())
    if blocks:
        yield _texts(path), blocks
    elif bare:
        yield _childless(path)


def _texts(path: Sequence[Heading]) -> tuple[str, ...]:
    return tuple(heading.text for heading in path)


def _childless(path: Sequence[Heading]) -> tuple[tuple[str, ...], list[Block]]:
    """A heading with nothing below it becomes text, so that its words are found."""
    return _texts(path[:-1]), [Block((path[-1].text,))]


def _pieces(blocks: Sequence[Block]) -> Iterator[_Piece]:
    """Blocks whole where they fit into one passage, else the largest parts of them that do."""
    for block in blocks:
        whole = "\n".join(block.lines)
        if tokens(whole) <= MAX_TOKENS:
            yield _Piece(whole, "\n")
        else:
            for line in block.lines:
                yield from _pieces_of_line(line)


def _pieces_of_line(line: str) -> Iterator[_Piece]:
    joint = "\n"
    for sentence in _SENTENCE_END.split(line):
        fits = tokens(sentence) <= MAX_TOKENS
        for text in (sentence,) if fits else _chunks(sentence):
            yield _Piece(text, joint)
            joint = " "


def _chunks(sentence: str) -> Iterator[str]:
    """Words, each short enough: writing without blanks is cut between characters."""
    most = MAX_TOKENS * _CHARACTERS_PER_TOKEN
    for word in sentence.split():
        for start in range(0, len(word), most):
            yield word[start : start + most]


def _filled(pieces: Iterator[_Piece]) -> Iterator[str]:
    """Pieces joined in order into texts of at most `MAX_TOKENS`."""
    text = ""
    for piece in pieces:
        longer = f"{text}{piece.joint}{piece.text}" if text else piece.text
        if text and tokens(longer) > MAX_TOKENS:
            yield text
            longer = piece.text
        text = longer
    if text:
        yield text
