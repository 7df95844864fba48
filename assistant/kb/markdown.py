"""Markdown as articles use it, read into headings and blocks of plain text."""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Heading:
    """A heading and its depth, 1 to 6."""

    level: int
    text: str


@dataclass(frozen=True)
class Block:
    """A paragraph, list, table or piece of code in plain text.

    Each list item, table row or line of code is one line; a paragraph is one line, whatever its line breaks were.
    """

    lines: tuple[str, ...]
    table: bool = False


_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_FENCE = re.compile(r"\s{0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r"\s{0,3}(#{1,6})(?:\s+(.*?))?(?:\s+#+)?\s*$")
_RULE = re.compile(r"\s{0,3}(?:(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,})$")
_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])\s+(?=\S)")
_DIVIDER = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$")
_QUOTE = re.compile(r"^\s{0,3}(?:>\s?)+")
_PIPE = re.compile(r"(?<!\\)\|")
_ROW = re.compile(r"\s*\|.*(?<!\\)\|.*\|\s*$")
_EMPTY_CELL = "–"

_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_PRIVATE = 0xE000
"""Escaped marks wait in Unicode's private area while the unescaped ones are taken away."""
_ESCAPED = re.compile(f"[{chr(_PRIVATE + 0x21)}-{chr(_PRIVATE + 0x7E)}]")
_CODE = re.compile(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_IMAGE = re.compile(r"!\[([^\]]*)\]\(\s*<?([^)\s>]*)>?[^)]*\)")
_LINK = re.compile(r"\[([^\]]+)\]\(\s*<?([^)\s>]+)>?(?:\s+[\"'][^)]*[\"'])?\s*\)")
_AUTOLINK = re.compile(r"<((?:https?://|mailto:|tel:)[^>\s]+)>")
_STRONG = re.compile(r"(?<![\w*])(\*{1,3})(?=[^\s*])(.+?)(?<=[^\s*])\1(?!\*)")
_UNDERLINED = re.compile(r"(?<![\w_])(_{1,3})(?=[^\s_])(.+?)(?<=[^\s_])\1(?![\w_])")
_UNDER = re.compile(r"\s{0,3}(=+|-{3,})\s*$")
_DEFINED = re.compile(r"^\s{0,3}\[([^\]^]+)\]:\s*<?(\S+?)>?(?:\s+[\"'(].*[\"')])?\s*$", re.MULTILINE)
_REFERENCE = re.compile(r"\[([^\]]+)\]\[([^\]]*)\]")
_BREAK = re.compile(r"<(?:br|/p|/div|/li|/tr|/t[dh])\s*/?>", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:a|abbr|b|code|dd|div|dl|dt|em|h[1-6]|hr|i|img|kbd|li|mark|ol|p|small|span|strong|su[bp]|table|tbody|td|th|thead|"
    r"tr|u|ul)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8}\d{0,2});", re.IGNORECASE)
_STRUCK = re.compile(r"~~(?=\S)(.+?)(?<=\S)~~")


def blocks_of(body: str) -> Iterator[Heading | Block]:
    """Headings and blocks in reading order. Comments are left out: they are for authors. A link that names where its
    address stands gets it from there.
    """
    lines = _linked(_COMMENT.sub("", body)).split("\n")
    position = 0
    while position < len(lines):
        line = lines[position]
        if not line.strip() or _RULE.match(line):
            position += 1
        elif heading := _HEADING.match(line):
            position += 1
            if text := plain(heading[2] or ""):
                yield Heading(len(heading[1]), text)
        elif under := _underlined(lines, position):
            position += 2
            if text := plain(line):
                yield Heading(1 if under.startswith("=") else 2, text)
        else:
            table = _begins_table(lines, position)
            taken, position = _block_at(lines, position)
            if kept := tuple(text for text in taken if text.strip()):
                yield Block(kept, table)


def _linked(body: str) -> str:
    addresses = {" ".join(found[1].split()).casefold(): found[2] for found in _DEFINED.finditer(body)}
    if not addresses:
        return body

    def link(found: re.Match[str]) -> str:
        address = addresses.get(" ".join((found[2] or found[1]).split()).casefold())
        return f"[{found[1]}]({address})" if address else found[0]

    return _REFERENCE.sub(link, _DEFINED.sub("", body))


def _underlined(lines: Sequence[str], position: int) -> str:
    """What underlines the line as a heading; empty where nothing does, or it is no line of its own."""
    line, under = lines[position], _UNDER.match(lines[position + 1]) if position + 1 < len(lines) else None
    begins = position == 0 or not lines[position - 1].strip()
    if under is None or not begins or _ITEM.match(line) or _QUOTE.match(line) or _PIPE.search(line):
        return ""
    return "" if _FENCE.match(line) else under[1]


def plain(text: str) -> str:
    """One line without Markdown's marks. A link keeps its address, in brackets behind its words."""
    text = _ESCAPE.sub(lambda found: chr(_PRIVATE + ord(found[1])), text)
    text = _CODE.sub(lambda found: found[2].strip(), text)
    text = _TAG.sub("", _BREAK.sub(" ", text))
    text = _IMAGE.sub(r"\1", text)
    text = _LINK.sub(_link_text, text)
    text = _AUTOLINK.sub(lambda found: found[1].removeprefix("mailto:").removeprefix("tel:"), text)
    text = _STRUCK.sub(r"\1", text)
    for marks in (_STRONG, _UNDERLINED):
        text = marks.sub(r"\2", text)
        text = marks.sub(r"\2", text)  # emphasis inside emphasis
    text = _ENTITY.sub(lambda found: html.unescape(found[0]), text)
    text = _ESCAPED.sub(lambda found: chr(ord(found[0]) - _PRIVATE), text)
    return " ".join(text.split())


def _block_at(lines: Sequence[str], start: int) -> tuple[list[str], int]:
    """The lines of the block that begins at a line, and the position after it."""
    if fence := _FENCE.match(lines[start]):
        return _code(lines, start, fence[1])
    if _begins_table(lines, start):
        return _table(lines, start)
    texts: list[str] = []
    position = start
    while position < len(lines) and (position == start or not _ends_text(lines, position)):
        line = _QUOTE.sub("", lines[position])
        if not texts or _ITEM.match(line):
            texts.append(line.strip())
        else:
            texts[-1] += " " + line.strip()
        position += 1
    return [plain(text) for text in texts], position


def _ends_text(lines: Sequence[str], position: int) -> bool:
    line = lines[position]
    if not line.strip() or _begins_table(lines, position):
        return True
    return bool(_HEADING.match(line) or _RULE.match(line) or _FENCE.match(line))


def _code(lines: Sequence[str], start: int, fence: str) -> tuple[list[str], int]:
    end = start + 1
    while end < len(lines) and not lines[end].strip().startswith(fence):
        end += 1
    return [line.rstrip() for line in lines[start + 1 : end]], end + 1


def _begins_table(lines: Sequence[str], position: int) -> bool:
    following = lines[position + 1] if position + 1 < len(lines) else ""
    if not _PIPE.search(lines[position]):
        return False
    return _is_divider(following) or (_is_row(lines[position]) and _is_row(following))


def _is_divider(line: str) -> bool:
    return "-" in line and bool(_DIVIDER.match(line))


def _is_row(line: str) -> bool:
    """Between bars, as converters write a table that has no headings."""
    return bool(_ROW.match(line))


def _table(lines: Sequence[str], start: int) -> tuple[list[str], int]:
    """Each row as `heading: cell; heading: cell`, so that a row says all by itself; `cell; cell` without headings."""
    headed = _is_divider(lines[start + 1])
    headings = _cells(lines[start]) if headed else []
    end = start + 2
    while end < len(lines) and _PIPE.search(lines[end]):
        end += 1
    if headed and end == start + 2:
        return ["; ".join(cell for cell in headings if cell)], end
    return [_row(headings, _cells(line)) for line in lines[start + 2 * headed : end]], end


def _row(headings: Sequence[str], cells: Sequence[str]) -> str:
    width = max(len(headings), len(cells))
    padded = zip((*headings, *[""] * (width - len(headings))), (*cells, *[""] * (width - len(cells))), strict=True)
    return "; ".join(
        f"{heading}: {cell or _EMPTY_CELL}" if heading else cell for heading, cell in padded if heading or cell
    )


def _cells(line: str) -> list[str]:
    inner = line.strip().removeprefix("|")
    inner = inner[:-1] if inner.endswith("|") and not inner.endswith("\\|") else inner
    return [plain(cell) for cell in _PIPE.split(inner)]


def _link_text(found: re.Match[str]) -> str:
    words, address = found[1], found[2].removeprefix("mailto:").removeprefix("tel:")
    return words if address in (words, words.replace(" ", "")) else f"{words} ({address})"
