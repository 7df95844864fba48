"""A name that stands for nothing is said at once, with what there is; nothing is asked or loaded before."""

from pathlib import Path

import pytest

from assistant import compose
from assistant.__main__ import _run
from assistant.kb.import_articles import write_article
from assistant.kb.new_pack import NewBrand, new_pack
from tests.builders import an_article


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    def loaded(*args: object, **options: object) -> None:
        pytest.fail("a model was loaded first")

    monkeypatch.setattr(compose, "open_assistant", loaded)
    monkeypatch.setattr(compose, "build_embedder", loaded)
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("ASSISTANT_KNOWLEDGE", str(tmp_path / "pack"))
    new_pack(tmp_path / "pack", NewBrand(name="Skylark"))
    for name in ("bags", "bikes"):
        write_article(tmp_path / "pack" / "articles" / f"{name}.md", an_article(name))
    return tmp_path / "pack"


@pytest.mark.usefixtures("pack")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["knowledge", "forget", "bag"], "no article 'bag'; there are: bags, bikes"),
        (["knowledge", "history", "bag"], "no article 'bag'; there are: bags, bikes"),
        (["knowledge", "merge", "bag", "bikes"], "no article 'bag'; there are: bags, bikes"),
        (["approve", "bag", "--into", "PACK"], "no article 'bag'; there are: bags, bikes"),
        (["recall", "bag@1"], "no article 'bag'; there are: bags, bikes"),
        (["recall", "bags@7"], "no version 'bags@7'; there are: bags@1"),
    ],
)
def test_an_article_that_is_not_there(
    words: list[str], said: str, pack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run([str(pack) if word == "PACK" else word for word in words]) == 1
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", f"assistant: {said}\n")


@pytest.mark.usefixtures("pack")
def test_recall_without_a_version_names_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(["recall", "bag"]) == 64
    assert "Error: 'bag': give ARTICLE@VERSION; there are: bags@1, bikes@1\n" in capsys.readouterr().err


@pytest.mark.usefixtures("pack")
@pytest.mark.parametrize("query", ["", "  "])
def test_nothing_to_search_for_is_wrong_usage(query: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(["search", query]) == 64
    assert "Error: say what to search for: assistant search QUERY\n" in capsys.readouterr().err


def test_a_judge_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(["eval", "judge", "card", "nope"]) == 3
    assert "nope: no such judge; give a folder, or a name under evals/judges (answers-" in capsys.readouterr().err


def test_attacks_that_are_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(["eval", "attack", "nope"]) == 3
    said = "give a file of attacks, one a line: id, message, channel, article, fact, changed"
    assert capsys.readouterr().err == f"assistant: nope: No such file or directory; {said}\n"


@pytest.mark.usefixtures("pack")
@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "holds no attack; write one a line: id, message, channel, article, fact, changed"),
        (b"{}\n", "1: id: is missing; add it"),
        (b"\n\xe9\n", "not UTF-8 at byte 2; save it as UTF-8"),
    ],
)
def test_attacks_that_can_not_be_read(
    text: bytes, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "attacks.jsonl"
    file.write_bytes(text)
    assert _run(["eval", "attack", str(file)]) == 3
    assert f"{file}:" in (told := capsys.readouterr().err)
    assert said in told


@pytest.mark.usefixtures("pack")
@pytest.mark.parametrize("text", [b'{"event": "Mentioned"}', b"\xe9"])
def test_a_line_that_is_no_recorded_event(text: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "recording.jsonl"
    file.write_bytes(b"\n" + text)
    assert _run(["replay-channel", str(file)]) == 1
    assert capsys.readouterr().err.startswith("assistant: line 2: is no recorded event")
