"""Documents made by the libraries themselves are read with their structure; what can't be read is named."""

import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement, parse_xml
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject, PdfObject

from assistant.adapters.sources import documents, pdf_text
from assistant.adapters.sources.documents import read_docx, read_pdf, read_text
from assistant.adapters.sources.tables import read_csv, read_jsonl
from assistant.adapters.sources.web import read_html
from assistant.domain.vocabulary import Audience
from assistant.ports.sources import Reading


def a_pdf(path: Path, *pages: str, password: str = "") -> Path:
    """One line of Helvetica on each page; an empty one is a scan."""
    return a_set_pdf(path, *([(12, text)] if text else [] for text in pages), password=password)


def letters(**beside: PdfObject) -> DictionaryObject:
    """Helvetica as `F1`, and what else a page draws with."""
    font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica", "/Encoding": "/WinAnsiEncoding"}
    fonts = DictionaryObject(
        {NameObject("/F1"): DictionaryObject({NameObject(k): NameObject(v) for k, v in font.items()})}
    )
    return DictionaryObject({NameObject(f"/{name}"): held for name, held in {"Font": fonts, **beside}.items()})


def drawn_by(operators: bytes, **fields: PdfObject) -> DecodedStreamObject:
    drawn = DecodedStreamObject()
    drawn.set_data(operators)
    drawn.update({NameObject(f"/{name}"): held for name, held in fields.items()})
    return drawn


def a_set_pdf(path: Path, *pages: Sequence[tuple[int, str]], password: str = "") -> Path:
    """Lines of Helvetica, each of a size in points, one below the other."""
    writer = PdfWriter()
    for lines in pages:
        page = writer.add_blank_page(600, 800)
        page[NameObject("/Resources")] = letters()
        shown = [f"BT /F1 {size} Tf 20 {780 - 30 * row} Td ({text}) Tj ET" for row, (size, text) in enumerate(lines)]
        page[NameObject("/Contents")] = writer._add_object(drawn_by("\n".join(shown).encode("cp1252")))
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    writer.write(path)
    return path


LONG = "A smart meter sends us what you use, so that bills are never guessed, whatever"


def test_a_pdf_keeps_headings_items_and_rows_and_joins_what_was_wrapped(tmp_path: Path) -> None:
    lines = [
        (24, "Smart meters"),
        (12, LONG),
        (12, "the month is. Fitting takes two hours."),
        (16, "What the lights mean"),
        (12, "Green: fine"),
        (12, "Red: call 105"),
        (12, "\u2022 Have your number at hand"),
        (12, "\u2022 and some time"),
    ]
    (article,) = read_pdf(a_set_pdf(tmp_path / "meters.pdf", lines)).articles
    assert article.title == "Smart meters"
    assert article.body == (
        f"# Smart meters\n\n{LONG}\nthe month is. Fitting takes two hours.\n\n## What the lights mean\n\n"
        "Green: fine\n\nRed: call 105\n- Have your number at hand\n- and some time"
    )


def test_what_stands_on_every_page_of_a_pdf_is_left_out(tmp_path: Path) -> None:
    pages = [
        [(12, "Harbour Energy"), (12, f"{LONG} of page {number}."), (8, f"Page {number} of 3")]
        for number in range(1, 4)
    ]
    (article,) = read_pdf(a_set_pdf(tmp_path / "terms.pdf", *pages)).articles
    assert "Harbour" not in article.body
    assert "Page 1" not in article.body
    assert [f"of page {number}." in article.body for number in range(1, 4)] == [True] * 3


def test_what_the_library_says_of_a_damaged_pdf_is_not_printed_beside_the_report(tmp_path: Path) -> None:
    cut = tmp_path / "cut.pdf"
    cut.write_bytes(a_pdf(tmp_path / "whole.pdf", "Text.").read_bytes()[:300])
    reads = "import sys, pathlib; from assistant.adapters.sources.documents import read_pdf; "
    ran = subprocess.run(  # in a process of its own, as pytest takes what is logged
        [sys.executable, "-c", f"{reads}print(read_pdf(pathlib.Path(sys.argv[1])).unreadable[0].reason)", str(cut)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "is not a PDF that can be read" in ran.stdout
    assert ran.stderr == ""


def test_a_pdf_is_read_and_its_scanned_page_named(tmp_path: Path) -> None:
    reading = read_pdf(a_pdf(tmp_path / "terms.pdf", "Parcels travel for 4 days.", "", "Returns cost nothing."))
    (article,) = reading.articles
    assert "4 days" in article.body
    assert "Returns cost nothing." in article.body
    assert article.title == "Parcels travel for 4 days."
    assert [each.place.endswith("page 2") for each in reading.unreadable] == [True]


def test_pdfs_that_can_not_be_read_say_why(tmp_path: Path) -> None:
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 and then nothing")
    secret = a_pdf(tmp_path / "secret.pdf", "For you only.", password="pass")
    scan = a_pdf(tmp_path / "scan.pdf", "")
    reasons = [read_pdf(path) for path in (tmp_path / "broken.pdf", secret, scan)]
    assert [reading.articles for reading in reasons] == [(), (), ()]
    assert "not a PDF" in reasons[0].unreadable[0].reason
    assert "password" in reasons[1].unreadable[0].reason
    assert "no text" in reasons[2].unreadable[0].reason


def test_a_docx_keeps_headings_lists_and_tables(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_heading("Returning a parcel", level=1)
    document.add_paragraph("You have 30 days.")
    document.add_heading("What you need", level=2)
    document.add_paragraph("The label", style="List Bullet")
    document.add_paragraph("The box", style="List Bullet")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(
        [*table.rows[0].cells, *table.rows[1].cells], ("Size", "Price", "Small", "EUR 4"), strict=True
    ):
        cell.text = text
    document.save(str(tmp_path / "returns.docx"))
    (article,) = read_docx(tmp_path / "returns.docx").articles
    assert article.title == "Returning a parcel"
    assert "## What you need\n\n- The label\n- The box" in article.body
    assert "| Size | Price |\n|---|---|\n| Small | EUR 4 |" in article.body


def test_a_docx_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "old.docx").write_bytes(b"not a zip at all")
    reading = read_docx(tmp_path / "old.docx")
    assert reading.articles == ()
    assert "not a DOCX" in reading.unreadable[0].reason


def test_markdown_and_plain_text(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("---\nid: x\n---\n# Opening hours\n\nDaily from 9.", encoding="utf-8")
    (tmp_path / "b.txt").write_bytes(b"caf\xe9")
    (tmp_path / "c.txt").write_text("  \n", encoding="utf-8")
    (article,) = read_text(tmp_path / "a.md").articles
    assert (article.title, "id: x" in article.body) == ("Opening hours", False)
    assert "not UTF-8 at byte 4" in read_text(tmp_path / "b.txt").unreadable[0].reason
    assert "no text" in read_text(tmp_path / "c.txt").unreadable[0].reason


def test_front_matter_says_what_holds(tmp_path: Path) -> None:
    front = (
        "title: Blocking a card\ndescription: How a card is blocked.\naudience: internal\nlang: de-AT\n"
        "questions: ['How do we block it?']\nvalid_until: 2027-01-31\nreview_by: '2026-12-01'\nowner: cards\n"
    )
    (tmp_path / "a.md").write_text(f"---\n{front}---\n# Other\n\nCall the desk.", encoding="utf-8")
    (article,) = read_text(tmp_path / "a.md").articles
    assert (article.title, article.summary, article.body) == (
        "Blocking a card",
        "How a card is blocked.",
        "# Other\n\nCall the desk.",
    )
    assert (article.audience, article.language, article.owner) == (Audience.AGENTS, "de", "cards")
    assert article.questions == ("How do we block it?",)
    assert (article.valid_from, article.valid_until) == (None, date(2027, 1, 31))
    assert article.review_by == date(2026, 12, 1)


@pytest.mark.parametrize(
    ("front", "says"),
    [
        ("draft: true\n", "a draft"),
        ("status: draft\n", "a draft"),
        ("title: [\n", "front matter"),
        ("valid_until: soon\n", "valid_until"),
        ("published: false\n", "a draft"),
        ("status: Archived\n", "archived"),
        ("audience: tier 2\n", "'tier 2'"),
    ],
)
def test_front_matter_that_forbids_an_article_or_can_not_be_read_is_named(
    tmp_path: Path, front: str, says: str
) -> None:
    (tmp_path / "a.md").write_text(f"---\n{front}---\nText.", encoding="utf-8")
    reading = read_text(tmp_path / "a.md")
    assert reading.articles == ()
    assert says in reading.unreadable[0].reason


def test_front_matter_may_be_toml(tmp_path: Path) -> None:
    """Hugo's drafts were told to customers, and its fields with them."""
    (tmp_path / "a.md").write_text("+++\ntitle = 'Fees'\nvalid_until = 2026-12-31\n+++\nText.", encoding="utf-8")
    (tmp_path / "b.md").write_text("+++\ndraft = true\n+++\nText.", encoding="utf-8")
    (tmp_path / "c.md").write_text("+++\ntitle = Fees\n+++\nText.", encoding="utf-8")
    (article,) = read_text(tmp_path / "a.md").articles
    assert (article.title, article.body, article.valid_until) == ("Fees", "Text.", date(2026, 12, 31))
    draft, odd = (read_text(tmp_path / name).unreadable[0] for name in ("b.md", "c.md"))
    assert (draft.reason, draft.withheld, "is not TOML" in odd.reason) == ("says it is a draft", True, True)


def test_a_rule_at_the_top_is_no_front_matter(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("---\nOpen daily.\n---\nFrom nine.", encoding="utf-8")
    (article,) = read_text(tmp_path / "a.md").articles
    assert "Open daily." in article.body


@pytest.mark.parametrize("damage", ["xml", "crc", "deflate", "end"])
def test_a_damaged_docx_is_named(tmp_path: Path, damage: str) -> None:
    document = docx.Document()
    for number in range(200):
        document.add_paragraph(f"Paragraph {number} says something else than the others do.")
    whole = tmp_path / "whole.docx"
    document.save(str(whole))
    broken = tmp_path / "broken.docx"
    if damage == "xml":
        with ZipFile(whole) as old, ZipFile(broken, "w") as new:
            for name in old.namelist():
                content = old.read(name)
                new.writestr(name, content[: len(content) // 2] if name == "word/document.xml" else content)
    else:
        raw = bytearray(whole.read_bytes())
        at = raw.index(b"word/document.xml") + 200
        if damage == "crc":
            with ZipFile(whole) as old:
                crc = old.getinfo("word/document.xml").CRC.to_bytes(4, "little")
            raw = bytearray(bytes(raw).replace(crc, b"\0\1\2\3"))
        elif damage == "deflate":
            raw[at : at + 60] = b"\xff" * 60
        else:
            raw = raw[:40] + raw[-600:]
        broken.write_bytes(raw)
    reading = read_docx(broken)
    assert reading.articles == ()
    assert "not a DOCX" in reading.unreadable[0].reason


def test_a_damaged_pdf_never_ends_a_reading(tmp_path: Path) -> None:
    """One byte after another is changed; each is read or named."""
    whole = a_pdf(tmp_path / "whole.pdf", "Parcels travel for 4 days.").read_bytes()
    for at in range(0, len(whole), 7):
        (tmp_path / "x.pdf").write_bytes(whole[:at] + b"/9" + whole[at + 2 :])
        reading = read_pdf(tmp_path / "x.pdf")
        assert len(reading.articles) + len(reading.unreadable) >= 1


def test_a_docx_keeps_content_controls_and_numbers_and_leaves_out_its_table_of_contents(tmp_path: Path) -> None:
    document = docx.Document()
    document.styles.add_style("TOC 1", WD_STYLE_TYPE.PARAGRAPH)
    document.add_paragraph("Fees ........ 3", style="TOC 1")
    document.add_heading("Fees", level=1)
    inside = document.add_paragraph("A card costs EUR 9.")
    control, content = OxmlElement("w:sdt"), OxmlElement("w:sdtContent")
    inside._p.addprevious(control)
    control.append(content)
    content.append(inside._p)
    document.add_paragraph("Open the app", style="List Number")
    document.add_paragraph("Tap the card", style="List Number")
    document.save(str(tmp_path / "fees.docx"))
    (article,) = read_docx(tmp_path / "fees.docx").articles
    assert article.body == "# Fees\n\nA card costs EUR 9.\n\n1. Open the app\n1. Tap the card"


def test_a_document_that_unpacks_to_far_more_than_it_is_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A few megabytes took all memory."""
    monkeypatch.setattr(documents, "MOST_UNPACKED", 1_000_000)
    document = docx.Document()
    for _ in range(20):
        document.add_paragraph("A" * 100_000)
    document.save(str(tmp_path / "bomb.docx"))
    (unread,) = read_docx(tmp_path / "bomb.docx").unreadable
    assert "unpacks to more than" in unread.reason


def test_a_pdf_that_takes_too_long_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten kilobytes, packed, kept a worker busy for hours."""
    monkeypatch.setattr(pdf_text, "LONGEST_S", 0)
    (unread,) = read_pdf(a_pdf(tmp_path / "slow.pdf", "One", "Two")).unreadable
    assert "takes longer than" in unread.reason


@pytest.mark.parametrize("limit", ["LONGEST_PAGE_S", "LARGEST_PAGE"])
def test_a_page_of_a_pdf_that_takes_too_long_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    """One page of a few kilobytes, packed, took minutes."""
    path = a_pdf(tmp_path / "slow.pdf", "One", "")
    monkeypatch.setattr(pdf_text, limit, 0)
    (unread,) = read_pdf(path).unreadable
    assert "takes too long" in unread.reason
    monkeypatch.setattr(pdf_text, limit, 1_000)
    (scan,) = read_pdf(path).unreadable
    assert (scan.place, "no text" in scan.reason) == (f"{path}, page 2", True)


def test_a_page_whose_drawings_take_too_long_is_named_and_the_others_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The library passes over what such a drawing raises: the page was cut short without a word."""
    writer = PdfWriter()
    form = drawn_by(b"BT /F1 9 Tf (x) Tj ET", Subtype=NameObject("/Form"), Resources=letters())
    drawing = writer._add_object(form)
    inside = DictionaryObject({NameObject("/X"): drawing})
    for drawn in (b"BT /F1 12 Tf 20 700 Td (One) Tj ET /X Do", b"BT /F1 12 Tf 20 700 Td (Two) Tj ET"):
        page = writer.add_blank_page(600, 800)
        page[NameObject("/Resources")] = letters(XObject=inside)
        page[NameObject("/Contents")] = writer._add_object(drawn_by(drawn))
    writer.write(tmp_path / "drawn.pdf")
    taken = iter(range(1_000))
    monkeypatch.setattr(pdf_text, "monotonic", lambda: next(taken))
    monkeypatch.setattr(pdf_text, "LONGEST_PAGE_S", 6)  # a look for each operator: `Do` is the sixth
    reading = read_pdf(tmp_path / "drawn.pdf")
    assert [article.body for article in reading.articles] == ["Two"]
    assert [(each.place[-6:], "takes too long" in each.reason) for each in reading.unreadable] == [("page 1", True)]


@pytest.mark.parametrize("read", [read_pdf, read_docx, read_text, read_html, read_csv, read_jsonl])
def test_a_file_that_is_gone_or_not_ours_to_read_is_named(tmp_path: Path, read: Callable[[Path], Reading]) -> None:
    """It ended the reading of the whole folder."""
    (unread,) = read(tmp_path / "gone").unreadable
    assert unread.place == str(tmp_path / "gone")


_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_RUN = "<w:r><w:t xml:space='preserve'>{}</w:t></w:r>"


@pytest.mark.parametrize(
    "around",
    [
        "<w:ins w:id='1' w:author='A'>{}</w:ins>",
        "<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>",
        "<w:smartTag w:element='number'>{}</w:smartTag>",
        "<w:fldSimple w:instr='DOCPROPERTY days'>{}</w:fldSimple>",
        "<w:del w:id='1' w:author='A'><w:r><w:delText>20</w:delText></w:r></w:del>{}",
        "<w:moveFrom w:id='1' w:author='A'><w:r><w:t>20</w:t></w:r></w:moveFrom>{}",
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>20</w:t></w:r>{}",
    ],
)
def test_a_docx_says_what_its_reader_sees(tmp_path: Path, around: str) -> None:
    """What was added and not accepted yet, fields and controls in a line; not what was deleted, moved or hidden."""
    document = docx.Document()
    inside = _RUN.format("Refunds take ") + around.format(_RUN.format("14")) + _RUN.format(" days.")
    document.element.body.insert(0, parse_xml(f"<w:p {_W}>{inside}</w:p>"))
    cell = document.add_table(1, 1).cell(0, 0)
    cell._tc.insert(0, parse_xml(f"<w:p {_W}>{inside}</w:p>"))
    cell.add_table(1, 1).cell(0, 0).text = "EUR 50"
    document.save(str(tmp_path / "refunds.docx"))
    (article,) = read_docx(tmp_path / "refunds.docx").articles
    assert article.body == "Refunds take 14 days.\n\n| Refunds take 14 days. EUR 50 |\n|---|"
