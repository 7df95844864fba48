"""Rows in and out: another encoding, nothing at all, and places that are no plain file."""

import gzip
import json
import os
from pathlib import Path

import pytest

from assistant.__main__ import _run
from assistant.cli.rows import write_rows, write_text

PAIR = {"id": "1", "passages": ["Bags are free."], "reply": "Bags are free."}


def _checked(data: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, list[str]]:
    given, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    given.write_bytes(data)
    status = _run(["check", "--pairs", str(given), "--out", str(out)])
    rows = out.read_text(encoding="utf-8").splitlines() if out.exists() else ["none"]
    return status, capsys.readouterr().err.replace(str(given), "IN"), rows


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_a_file_in_utf_16_is_no_row_of_bad_lines(
    encoding: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mark = b"" if encoding == "utf-16" else b"\xfe\xff"
    data = mark + json.dumps(PAIR).encode(encoding)
    said = "assistant: IN: is written in UTF-16; save it as UTF-8\n"
    assert _checked(data, tmp_path, capsys) == (3, said, ["none"])


@pytest.mark.parametrize("compressed", [gzip.compress(b"{}\n"), b"PK\x03\x04 a spreadsheet"], ids=["gzip", "zip"])
def test_what_is_compressed_is_no_row_of_bad_lines(
    compressed: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, said, rows = _checked(compressed, tmp_path, capsys)
    assert (status, rows) == (3, ["none"])
    assert said == "assistant: IN: is compressed, or a spreadsheet; unpack or export it as JSONL in UTF-8\n"


@pytest.mark.parametrize("blank", [b"\n \n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\r\n\n"], ids=["blank", "mark", "both"])
def test_a_file_without_rows_says_so(blank: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _checked(blank, tmp_path, capsys) == (0, "IN: holds no row\n", [])


def test_bad_lines_alone_are_named_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, said, rows = _checked(b"{\n", tmp_path, capsys)
    assert (status, said.count("\n"), rows) == (1, 1, [])


def test_a_pipe_is_written_to_and_stays_one(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        with write_rows(pipe) as write:
            write([{"id": "1"}])
        write_text(pipe, "x\n")
        assert os.read(reader, 100) == b'{"id": "1"}\nx\n'
    finally:
        os.close(reader)
    assert pipe.is_fifo()


def test_a_pipe_is_read_once(capsys: pytest.CaptureFixture[str]) -> None:
    reader, writer = os.pipe()
    with os.fdopen(writer, "w") as file:
        file.write(f"{json.dumps(PAIR)}\n" * 3)
    try:
        status = _run(["check", "--pairs", f"/dev/fd/{reader}", "--out", "-"])
    finally:
        os.close(reader)
    told = capsys.readouterr()
    assert (status, told.out.count("\n"), told.err) == (0, 3, "")


def test_what_a_link_leads_to_is_written(tmp_path: Path) -> None:
    link, target = tmp_path / "link", tmp_path / "target"
    link.symlink_to(target)
    for place in ("rows", "text"):
        if place == "rows":
            with write_rows(link) as write:
                write([{"id": "1"}])
        else:
            write_text(link, "x\n")
        assert link.is_symlink()
    assert target.read_text(encoding="utf-8") == "x\n"


def test_bad_lines_are_written_whole_or_not_at_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given, errors = tmp_path / "in.jsonl", tmp_path / "folder" / "errors"
    given.write_text("{\n", encoding="utf-8")
    assert _run(["check", "--pairs", str(given), "--out", "-", "--errors", str(errors)]) == 1
    assert capsys.readouterr().err == ""
    assert errors.read_text(encoding="utf-8").startswith("line 1: not JSON")


def test_a_dash_is_standard_output_for_texts_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file of that name was made."""
    monkeypatch.chdir(tmp_path)
    write_text(Path("-"), "x\n")
    assert (capsys.readouterr().out, list(tmp_path.iterdir())) == ("x\n", [])


def test_a_certificate_is_printed_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    labels = tmp_path / "labels.jsonl"
    labels.write_text('{"score": 1, "error": 0}\n', encoding="utf-8")
    assert _run(["certify", "--labels", str(labels), "--alpha", ".1", "--delta", ".1", "--out", "-"]) == 2
    assert json.loads(capsys.readouterr().out)["labels"] == 1
