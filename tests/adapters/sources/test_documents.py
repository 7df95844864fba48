"""Documents made by the libraries themselves are read with their structure; what can't be read is named."""

from pathlib import Path

import docx
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from assistant.adapters.sources.documents import read_docx, read_pdf, read_text


def a_pdf(path: Path, *pages: str, password: str = "") -> Path:
    """One line of Helvetica on each page; an empty one is a scan."""
    writer = PdfWriter()
    for text in pages:
        page = writer.add_blank_page(300, 300)
        font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
        fonts = DictionaryObject(
            {NameObject("/F1"): DictionaryObject({NameObject(k): NameObject(v) for k, v in font.items()})}
        )
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        drawn = DecodedStreamObject()
        drawn.set_data(f"BT /F1 12 Tf 20 200 Td ({text}) Tj ET".encode() if text else b"")
        page[NameObject("/Contents")] = writer._add_object(drawn)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    writer.write(path)
    return path


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
