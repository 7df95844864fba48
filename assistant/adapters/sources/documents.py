"""PDF by pypdf, DOCX by python-docx, Markdown and plain text: each document one article or one for each top heading."""

import re
from collections.abc import Iterator
from pathlib import Path

import docx
from docx.document import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.table import Table
from docx.text.paragraph import Paragraph
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from assistant.ports.sources import Reading, SourceArticle, Unreadable

_HEADING_STYLE = re.compile(r"(?:Heading (\d)|(Title))$")
_HYPHEN = re.compile(r"(?<=[a-zß-ÿ])-\n(?=[a-zß-ÿ])")
_MARKDOWN_TITLE = re.compile(r"^#\s+(.+?)\s*#*$", re.MULTILINE)
_LIST_GAP = re.compile(r"^(- .*)\n(?=\n- )", re.MULTILINE)
_LIST_STYLE = re.compile(r"List (?:Bullet|Number|Paragraph)")


def read_pdf(path: Path) -> Reading:
    """The document as one article; pages without text (scans) are reported, a document of only such ones too."""
    try:
        reader = PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            return _unreadable(str(path), "is protected by a password; save it without one")
        pages = [page.extract_text().strip() for page in reader.pages]
        title = str(reader.metadata.title or "").strip() if reader.metadata else ""
    except (PyPdfError, ValueError, KeyError, TypeError, RecursionError) as error:
        return _unreadable(str(path), f"is not a PDF that can be read: {error}")
    unread = Reading(
        unreadable=tuple(
            Unreadable(place=f"{path}, page {number}", reason="holds no text; a scan has to be recognised first")
            for number, text in enumerate(pages, start=1)
            if not text
        )
    )
    body = "\n\n".join(_HYPHEN.sub("", text) for text in pages if text)
    if not body:
        return unread
    return _article(path, title or _first_line(body), body) + unread


def read_docx(path: Path) -> Reading:
    """The document as one article, its headings, lists and tables kept."""
    try:
        document = docx.Document(str(path))
    except (PackageNotFoundError, KeyError, ValueError) as error:
        return _unreadable(str(path), f"is not a DOCX file that can be read: {error}")
    blocks = list(_blocks(document))
    body = _LIST_GAP.sub(r"\1", "\n\n".join(blocks))
    if not body.strip():
        return _unreadable(str(path), "holds no text")
    title = (document.core_properties.title or "").strip()
    heading = next((block.lstrip("# ") for block in blocks if block.startswith("# ")), "")
    return _article(path, heading or title or _first_line(body), body)


def read_text(path: Path) -> Reading:
    """Markdown or plain text as one article; front matter, where there is any, is left out."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        return _unreadable(str(path), f"is not UTF-8 at byte {error.start + 1}; save it as UTF-8")
    if text.startswith("---\n") and "\n---\n" in text:
        text = text.split("\n---\n", 1)[1]
    if not text.strip():
        return _unreadable(str(path), "holds no text")
    heading = _MARKDOWN_TITLE.search(text)
    return _article(path, heading[1] if heading else _first_line(text), text.strip())


def _blocks(document: Document) -> Iterator[str]:
    for item in document.iter_inner_content():
        if isinstance(item, Table):
            yield _table(item)
        elif text := item.text.strip():
            yield _marked(item, text)


def _marked(paragraph: Paragraph, text: str) -> str:
    style = (paragraph.style.name or "") if paragraph.style is not None else ""
    if found := _HEADING_STYLE.match(style):
        return f"{'#' * (1 if found[2] else int(found[1]))} {text}"
    return f"- {text}" if _LIST_STYLE.match(style) else text


def _table(table: Table) -> str:
    rows = [[" ".join(cell.text.split()).replace("|", "\\|") for cell in row.cells] for row in table.rows]
    if not rows:
        return ""
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]])


def _article(path: Path, title: str, body: str) -> Reading:
    return Reading(articles=(SourceArticle(key=path.name, title=title, body=body, origin=path.name),))


def _first_line(text: str) -> str:
    line = next(line for line in text.splitlines() if line.strip())
    return " ".join(line.lstrip("#").split())[:120]


def _unreadable(place: str, reason: str) -> Reading:
    return Reading(unreadable=(Unreadable(place=place, reason=reason),))
