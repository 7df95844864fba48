"""PDF by pypdf, DOCX by python-docx, Markdown and plain text: each document one article."""

import re
import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile, ZipFile

import docx
from docx.document import Document
from docx.opc.exceptions import OpcError
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.table import Table
from docx.text.paragraph import Paragraph
from pypdf import PdfReader
from pypdf.errors import DependencyError, PyPdfError

from assistant.adapters.sources.front_matter import parted, stated, why_unpublished
from assistant.adapters.sources.pdf_text import page_texts
from assistant.ports.sources import Reading, SourceArticle, Unreadable

MOST_UNPACKED = 200_000_000
"""Bytes of a DOCX file's parts, which are packed; pictures are among them."""
_SCAN = "holds no text; a scan has to be recognised first"
_SLOW = "takes too long to be read; save it with less on the page"
_HEADING_STYLE = re.compile(r"(?:Heading (\d)|(Title))$")
_MARKDOWN_TITLE = re.compile(r"^#\s+(.+?)\s*#*$", re.MULTILINE)
_LIST_GAP = re.compile(r"^((?:-|1\.) .*)\n(?=\n(?:-|1\.) )", re.MULTILINE)
_LIST_STYLE = re.compile(r"List (?:Bullet|(Number)|Paragraph)")
_CONTENTS_STYLE = re.compile(r"toc ", re.IGNORECASE)
_BLOCKS = "./w:p | ./w:tbl | ./w:sdt/w:sdtContent/w:p | ./w:sdt/w:sdtContent/w:tbl"
"""Paragraphs and tables, those in content controls, too."""
_SHOWN = (
    ".//w:r[not(ancestor::w:del or ancestor::w:moveFrom or ancestor::w:txbxContent"
    " or w:rPr/w:vanish[not(@w:val='0' or @w:val='false')])]"
)
"""What a reader sees of a paragraph: additions that nobody accepted yet, fields and content controls, too."""
_DAMAGE = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    BadZipFile,
    DependencyError,
    LookupError,
    NotImplementedError,
    OpcError,
    OSError,
    PyPdfError,
    RecursionError,
    SyntaxError,  # lxml's own for XML
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
"""What the libraries raise on damaged files, as seen when whole ones were changed at random."""


def read_pdf(path: Path) -> Reading:
    """The document as one article; pages without text (scans) are reported, a document of only such ones too."""
    try:
        content = path.read_bytes()
    except OSError as error:
        return _unreadable(str(path), f"can't be read: {error.strerror}")
    return pdf_reading(content, key=path.name, place=str(path))


def pdf_reading(content: bytes, *, key: str, place: str) -> Reading:
    """The same of a file's content, wherever it stood."""
    try:
        reader = PdfReader(BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            return _unreadable(place, "is protected by a password; save it without one")
        pages = page_texts(reader.pages)
        title = str(reader.metadata.title or "").strip() if reader.metadata else ""
    except _DAMAGE as error:
        return _unreadable(place, f"is not a PDF that can be read: {_line(error)}")
    body = "\n\n".join(text for text in pages if text)
    if not body:
        return _unreadable(place, (_SLOW if None in pages else _SCAN) if pages else "holds no pages")
    unread = Reading(
        unreadable=tuple(
            Unreadable(place=f"{place}, page {number}", reason=_SLOW if text is None else _SCAN)
            for number, text in enumerate(pages, start=1)
            if not text
        )
    )
    headed = _first_line(body) if body.startswith("# ") else ""
    return _article(key, headed or title or _first_line(body), body) + unread


def read_docx(path: Path) -> Reading:
    """The document as one article, its headings, lists and tables kept."""
    try:
        with ZipFile(path) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
        if unpacked > MOST_UNPACKED:
            return _unreadable(str(path), f"unpacks to more than {MOST_UNPACKED:,} bytes; make it smaller")
        document = docx.Document(str(path))
        blocks = list(_blocks(document))
        title = (document.core_properties.title or "").strip()
    except _DAMAGE as error:
        return _unreadable(str(path), f"is not a DOCX file that can be read: {_line(error)}")
    body = _LIST_GAP.sub(r"\1", "\n\n".join(blocks))
    if not body.strip():
        return _unreadable(str(path), "holds no text")
    heading = next((block.lstrip("# ") for block in blocks if block.startswith("# ")), "")
    return _article(path.name, heading or title or _first_line(body), body)


def read_text(path: Path) -> Reading:
    """Markdown or plain text as one article; its front matter says for whom it is and how long it holds.

    What that keeps from readers is left out, and named.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        fields, body = parted(text)
        given = stated(fields)
    except UnicodeDecodeError as error:
        return _unreadable(str(path), f"is not UTF-8 at byte {error.start + 1}; save it as UTF-8")
    except (OSError, ValueError) as error:
        return _unreadable(str(path), f"can't be read: {_line(error)}")
    if why := why_unpublished(fields):
        return Reading(unreadable=(Unreadable(place=str(path), reason=why, hides_others=False, withheld=True),))
    if not body.strip():
        return _unreadable(str(path), "holds no text")
    heading = _MARKDOWN_TITLE.search(body)
    (article,) = _article(path.name, heading[1] if heading else _first_line(body), body.strip()).articles
    return Reading(articles=(SourceArticle.model_validate({**article.model_dump(), **given}),))


def _blocks(document: Document) -> Iterator[str]:
    for element in document.element.body.xpath(_BLOCKS):
        if element.tag.endswith("}tbl"):
            yield _table(Table(element, document))
            continue
        paragraph = Paragraph(element, document)
        if (text := _text_of(element).strip()) and not _CONTENTS_STYLE.match(_style(paragraph)):
            yield _marked(paragraph, text)


def _text_of(paragraph: BaseOxmlElement) -> str:
    return "".join(run.text for run in paragraph.xpath(_SHOWN))


def _style(paragraph: Paragraph) -> str:
    return (paragraph.style.name or "") if paragraph.style is not None else ""


def _marked(paragraph: Paragraph, text: str) -> str:
    style = _style(paragraph)
    if found := _HEADING_STYLE.match(style):
        return f"{'#' * (1 if found[2] else int(found[1]))} {text}"
    if (item := _LIST_STYLE.match(style)) is None:
        return text
    return f"1. {text}" if item[1] else f"- {text}"


def _table(table: Table) -> str:
    rows = [[_cell(cell._tc).replace("|", "\\|") for cell in row.cells] for row in table.rows]
    if not rows:
        return ""
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]])


def _cell(cell: BaseOxmlElement) -> str:
    """In one line, a table inside it, too."""
    return " ".join(" ".join(map(_text_of, cell.xpath(".//w:p[not(ancestor::w:txbxContent)]"))).split())


def _article(key: str, title: str, body: str) -> Reading:
    return Reading(articles=(SourceArticle(key=key, title=title, body=body, origin=key),))


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__


def _first_line(text: str) -> str:
    line = next(line for line in text.splitlines() if line.strip())
    return " ".join(line.lstrip("#").split())[:120]


def _unreadable(place: str, reason: str) -> Reading:
    return Reading(unreadable=(Unreadable(place=place, reason=reason),))
