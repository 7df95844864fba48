"""A file or folder that can't be used is named at once by every command, before anything is loaded or written."""

import os
from pathlib import Path

import pytest

from assistant import compose
from assistant.__main__ import _run
from assistant.cli.places import FileToWrite, FolderToWrite

_CHART = "knowledge/charts/air_force.yaml"

READS = {
    "run": ["run", "IN", "--out", "OUT"],
    "understand": ["understand", "IN", "--out", "OUT"],
    "a model to understand with": ["understand", "GOOD", "--out", "OUT", "--model", "IN"],
    "models": ["models", "--model", "IN"],
    "train": ["train", "--examples", "IN", "--out", "OUT"],
    "validation": ["train", "--validation", "IN"],
    "check": ["check", "--pairs", "IN", "--out", "OUT"],
    "corpus": ["search", "--corpus", "IN", "--queries", "GOOD", "--out", "OUT"],
    "queries": ["search", "--corpus", "GOOD", "--queries", "IN", "--out", "OUT"],
    "drafts": ["eval", "score", "--drafts", "IN", "--out", "OUT"],
    "labels": ["certify", "--labels", "IN", "--alpha", ".1", "--delta", ".1"],
    "attack": ["eval", "attack", "IN"],
    "eval import": ["eval", "import", "IN", "--from", "csv", "--out", "OUT"],
    "chart": ["chart", "run", "IN", "--mention", "{}"],
    "chart draw": ["chart", "draw", "IN", "--out", "OUT"],
    "mention": ["chart", "run", _CHART, "--mention", "IN"],
    "turns": ["chart", "diff", _CHART, _CHART, "--on", "IN"],
    "demo": ["demo", "--no-serve", "--mentions", "IN"],
    "recording": ["replay-channel", "IN"],
    "pack to approve": ["approve", "--all", "--into", "IN"],
}
WRITES = {
    "run": ["run", "GOOD", "--out", "OUT"],
    "errors": ["run", "GOOD", "--out", "-", "--errors", "OUT"],
    "understand": ["understand", "GOOD", "--out", "OUT"],
    "train": ["train", "--examples", "GOOD", "--out", "OUT"],
    "check": ["check", "--pairs", "GOOD", "--out", "OUT"],
    "search": ["search", "--corpus", "GOOD", "--queries", "GOOD", "--out", "OUT"],
    "attack": ["eval", "attack", "--out", "OUT"],
    "eval run": ["eval", "run", "disclosure", "--out", "OUT"],
    "eval score": ["eval", "score", "--drafts", "GOOD", "--out", "OUT"],
    "eval export": ["eval", "export", "disclosure", "--to", "csv", "--out", "OUT"],
    "eval import": ["eval", "import", "GOOD", "--from", "csv", "--out", "OUT"],
    "harvest": ["eval", "harvest", "--out", "OUT"],
    "certify": ["certify", "--labels", "GOOD", "--alpha", ".1", "--delta", ".1", "--out", "OUT"],
    "judge again": ["certify", "--shipped", "--judge-again", "OUT"],
    "draw": ["chart", "draw", _CHART, "--out", "OUT"],
    "drill": ["drill", "--out", "OUT"],
    "replay": ["replay", "--with", f"chart={_CHART}", "--out", "OUT"],
    "page": ["replay", "--with", f"chart={_CHART}", "--html", "OUT"],
    "record": ["record", "x", "--out", "OUT"],
    "gaps": ["knowledge", "gaps", "--write", "OUT"],
    "new pack": ["pack", "new", "OUT", "--name", "Skylark"],
}


@pytest.fixture(autouse=True)
def loads_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def loaded(*args: object, **options: object) -> None:
        pytest.fail("something was loaded first")

    for name in ("open_assistant", "build_embedder", "build_store", "text_reader", "load_heads"):
        monkeypatch.setattr(compose, name, loaded)
    for name in ("train_brand", "train_labels", "index_brand", "rank_corpus"):
        monkeypatch.setattr(f"assistant.compose.knowledge.{name}", loaded)
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(tmp_path / "data"))


def _said(words: list[str], capsys: pytest.CaptureFixture[str], **places: Path) -> tuple[int, str]:
    for name, path in places.items():
        words = [word.replace(name, str(path)) if name in word.split("=") else word for word in words]
    status = _run(words)
    return status, capsys.readouterr().err


@pytest.mark.parametrize("words", READS.values(), ids=READS)
def test_what_is_not_there_to_read_is_said_first(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = tmp_path / "GOOD.jsonl"
    good.write_text('{"id": "1", "text": "hello", "label": "a"}\n', encoding="utf-8")
    place = tmp_path / ("a-long-way-down" * 8) / "nope"
    status, said = _said(words, capsys, IN=place, GOOD=good, OUT=tmp_path / "out")
    assert status == 3
    assert f"{place}" in said, "said whole, however long"
    assert "; " in said, "what to do stands behind the problem"
    assert [path.name for path in tmp_path.iterdir() if path.name != "data"] == ["GOOD.jsonl"]


@pytest.mark.parametrize("words", WRITES.values(), ids=WRITES)
def test_what_can_not_be_written_is_said_first(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, a_file = tmp_path / "GOOD.jsonl", tmp_path / "file"
    good.write_text('{"id": "1", "text": "hello", "label": "a"}\n', encoding="utf-8")
    a_file.write_text("mine", encoding="utf-8")
    status, said = _said(words, capsys, GOOD=good, OUT=a_file / "out")
    assert (status, said) == (3, f"assistant: {a_file / 'out'}: {a_file} is a file, no folder; {_remedy(said)}\n")
    assert a_file.read_text(encoding="utf-8") == "mine"


def _remedy(said: str) -> str:
    return next(each for each in (FileToWrite.remedy, FolderToWrite.remedy) if each in said)


@pytest.mark.parametrize("name", ["run", "check", "certify", "drill"])
def test_a_folder_is_no_file_to_write(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = tmp_path / "GOOD.jsonl"
    good.write_text('{"id": "1", "text": "hello"}\n', encoding="utf-8")
    status, said = _said(WRITES[name], capsys, GOOD=good, OUT=tmp_path)
    assert (status, said) == (3, f"assistant: {tmp_path}: Is a directory; {FileToWrite.remedy}\n")


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may do everything")
@pytest.mark.parametrize(("words", "place"), [(READS["run"], "IN"), (WRITES["run"], "OUT")])
def test_no_permission_is_said_first(
    words: list[str], place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, mine = tmp_path / "GOOD.jsonl", tmp_path / "mine"
    good.write_text('{"id": "1", "text": "hello"}\n', encoding="utf-8")
    mine.mkdir()
    (mine / "file").touch(mode=0o000)
    mine.chmod(0o500)
    status, said = _said(words, capsys, **{"GOOD": good, "OUT": tmp_path / "out", place: mine / "file"})
    assert status == 3
    assert "Permission denied" in said


@pytest.mark.parametrize(
    "words",
    [
        ["run", "SAME", "--out", "ALSO"],
        ["run", "GOOD", "--out", "SAME", "--errors", "ALSO"],
        ["understand", "--errors", "SAME", "ALSO", "--out", "OUT"],
        ["search", "--corpus", "GOOD", "--queries", "SAME", "--out", "ALSO"],
        ["check", "--pairs", "GOOD", "--out", "OUT", "--errors", "OUT"],
    ],
)
def test_what_is_read_or_written_already_is_not_written_over(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The rows given, or the rows made, were lost to the file of bad lines."""
    same, good, also = tmp_path / "same.jsonl", tmp_path / "good.jsonl", tmp_path / "link.jsonl"
    for path in (same, good):
        path.write_text('{"id": "1"}\n', encoding="utf-8")
    also.symlink_to(same)
    status, said = _said(words, capsys, SAME=same, ALSO=also, GOOD=good, OUT=tmp_path / "out")
    assert status == 64
    assert "two of the files named are one" in said
    assert same.read_text(encoding="utf-8") == '{"id": "1"}\n'


def test_standard_input_is_read_once(capsys: pytest.CaptureFixture[str]) -> None:
    status, said = _said(["search", "--corpus", "-", "--queries", "-", "--out", "-"], capsys)
    assert status == 64
    assert "standard input can be read once" in said


def test_what_keeps_nothing_may_be_named_twice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = tmp_path / "good.jsonl"
    good.write_text('{"id": "1"}\n', encoding="utf-8")
    words = ["check", "--pairs", "GOOD", "--out", "/dev/null", "--errors", "/dev/null"]
    assert _said(words, capsys, GOOD=good) == (1, "")
