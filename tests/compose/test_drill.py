"""A drill that can't be played says so before a model is loaded."""

from pathlib import Path

import pytest

from assistant import compose
from assistant.compose.drill import drill_brand
from assistant.errors import Infrastructure, InputInvalid
from assistant.kb.new_pack import NewBrand, new_pack
from assistant.settings import Settings

DRILL = """\
name: Storm
story: It storms.
begins: 2027-01-29T20:40:00+00:00
usual_per_hour: 6
hold_within_minutes: 20
posts: [{minute: 0, channel: x, handle: "@a", text: help, decision: [HANDOFF]}]
"""


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(compose, "build_embedder", lambda *given, **named: pytest.fail("a model was loaded first"))
    new_pack(tmp_path, NewBrand(name="Skylark"))
    (tmp_path / "drills").mkdir()
    (tmp_path / "drills" / "storm.yaml").write_text(DRILL, encoding="utf-8")
    return tmp_path


def _play(pack: Path) -> None:
    drill_brand(Settings(data_dir=pack / "data"), "storm", knowledge=pack, progress=lambda steps: None)


def test_without_ordinary_mail_it_says_what_to_write(pack: Path) -> None:
    with pytest.raises(Infrastructure) as missing:
        _play(pack)
    said = "a drill plays among ordinary mail: write some mentions there, as for `assistant run`"
    assert str(missing.value) == f"{pack / 'mentions' / 'sample.jsonl'}: No such file or directory; {said}"


def test_ordinary_mail_may_begin_with_a_mark_and_hold_a_line_separator(pack: Path) -> None:
    (pack / "mentions").mkdir()
    sample = pack / "mentions" / "sample.jsonl"
    sample.write_text('\ufeff{"text": "where is\u2028my bag?"}\r\n', encoding="utf-8")
    with pytest.raises(pytest.fail.Exception, match="a model was loaded first"):
        _play(pack)


@pytest.mark.parametrize("line", ["{", "[1]"])
def test_ordinary_mail_that_can_not_be_read_is_named(pack: Path, line: str) -> None:
    (pack / "mentions").mkdir()
    sample = pack / "mentions" / "sample.jsonl"
    sample.write_text(f'{{"text": "hi"}}\n{line}\n', encoding="utf-8")
    with pytest.raises(InputInvalid, match=r"sample\.jsonl:2: one JSON object a line is needed"):
        _play(pack)
