"""What a PDF's pages say, as Markdown: larger type is a heading, a line that ends early ends its paragraph or row."""

import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from time import monotonic
from typing import Any, NamedTuple

from pypdf import PageObject
from pypdf.errors import LimitReachedError

logging.getLogger("pypdf").addHandler(logging.NullHandler())
"""What it says of damaged files is said in `Unreadable`, not on the screen."""

LONGEST_S = 300
"""What one document may take: hundreds of pages take seconds, and a small file may hold millions of drawn letters."""
LONGEST_PAGE_S = 30
LARGEST_PAGE = 10_000_000
"""Bytes of what one page draws, unpacked: they are taken apart before anything can be asked to stop."""
_LARGER = 1.12
"""Of the size most of the text has: from here on a line is a heading."""
_LONGEST_HEADING = 120
_WRAPPED = 0.85
"""Of the longest line: where a line and the next word together are shorter, the line ended on purpose."""
_FEWEST_PAGES = 3
"""Pages of which more than half begin or end with the same line: that is no text."""
_BULLET = re.compile(r"[•◦▪‣●○∙·–]\s+")
_ITEM = re.compile(r"(?:- |\d{1,3}[.)] )")
_NUMBERS = re.compile(r"\d+")
_HYPHEN = re.compile(r"(?<=[a-zß-ÿ])-\n(?=[a-zß-ÿ])")


class _Line(NamedTuple):
    text: str
    size: float
    """Of its letters, in points."""


class _TooMuchError(Exception):
    """A page holds more than can be read in its time."""


def page_texts(pages: Sequence[PageObject]) -> list[str | None]:
    """Markdown of each page, in order; empty where one holds no text, None where it alone takes too long.

    Raises `ValueError` where all of them do.
    """
    timed = list(_in_time(pages))
    read = _without_running([page or [] for page in timed])
    often = Counter[float]()
    for line in (line for page in read for line in page):
        often[line.size] += len(line.text)
    body = max(often, key=lambda size: often[size], default=0.0)
    larger = sorted((size for size in often if size >= _LARGER * body), reverse=True)
    levels = {size: min(level, 6) for level, size in enumerate(larger, start=1)}
    return [None if before is None else _marked(page, levels) for before, page in zip(timed, read, strict=True)]


def _in_time(pages: Sequence[PageObject]) -> Iterator[list[_Line] | None]:
    until = monotonic() + LONGEST_S
    for page in pages:
        if monotonic() > until:
            raise ValueError(f"takes longer than {LONGEST_S} s; split it")
        try:
            yield list(_lines(page, until=min(until, monotonic() + LONGEST_PAGE_S)))
        except (_TooMuchError, LimitReachedError):
            yield None


def _lines(page: PageObject, *, until: float) -> Iterator[_Line]:
    """Raises `_TooMuchError`."""
    pieces: list[tuple[str, float]] = []
    drawn = page.get_contents()
    if drawn is not None and len(drawn.get_data()) > LARGEST_PAGE:
        raise _TooMuchError

    late = False

    def look_at_the_clock(*_: object) -> None:
        nonlocal late
        late = late or monotonic() > until
        if late:
            raise _TooMuchError

    def taken(text: str, cm: Sequence[float], tm: Sequence[float], font: Any, size: float) -> None:  # noqa: ANN401
        scale = ((tm[2] ** 2 + tm[3] ** 2) * (cm[2] ** 2 + cm[3] ** 2)) ** 0.5
        pieces.append((text, round(size * scale, 1)))

    page.extract_text(visitor_text=taken, visitor_operand_before=look_at_the_clock)
    if late:  # what a drawing inside the page raises, the library keeps to itself
        raise _TooMuchError
    line: list[tuple[str, float]] = []
    for text, size in [*pieces, ("\n", 0.0)]:
        first, *others = text.split("\n")
        line.append((first, size))
        for other in others:
            if said := " ".join("".join(part for part, _ in line).split()):
                yield _Line(said, max((len(part.strip()), size) for part, size in line)[1])
            line = [(other, size)]


def _without_running(pages: Sequence[list[_Line]]) -> list[list[_Line]]:
    """Without the lines that stand at the top or the foot of most pages, whatever the numbers in them."""
    for end in (0, -1):
        often = Counter(_NUMBERS.sub("#", page[end].text) for page in pages if page)
        running = {text for text, times in often.items() if times >= _FEWEST_PAGES and 2 * times > len(pages)}
        pages = [
            [
                line
                for at, line in enumerate(page)
                if at != end % len(page) or _NUMBERS.sub("#", line.text) not in running
            ]
            for page in pages
        ]
    return list(pages)


def _marked(lines: Sequence[_Line], levels: dict[float, int]) -> str:
    """Headings, items and paragraphs, as Markdown writes them; what was wrapped is one line again."""
    longest = max((len(line.text) for line in lines), default=0)
    text = ""
    before: _Line | None = None
    for line in lines:
        said = _BULLET.sub("- ", line.text, count=1) if _BULLET.match(line.text) else line.text
        level = levels.get(line.size, 0) if len(said) <= _LONGEST_HEADING else 0
        if before is None:
            text = _headed(said, level)
        elif level and line.size == before.size and not _ended(before, line, longest):
            text += f" {said}"
        elif level or before.size in levels:
            text += f"\n\n{_headed(said, level)}"
        else:
            text += f"{_joint(before, line, said, longest)}{said}"
        before = line
    return _HYPHEN.sub("", text)


def _headed(text: str, level: int) -> str:
    return f"{'#' * level} {text}" if level else text


def _joint(before: _Line, line: _Line, said: str, longest: int) -> str:
    if _ITEM.match(said):
        return "\n"
    return "\n\n" if _ended(before, line, longest) else "\n"


def _ended(before: _Line, line: _Line, longest: int) -> bool:
    return len(before.text) + 1 + len(line.text.split()[0]) < _WRAPPED * longest
