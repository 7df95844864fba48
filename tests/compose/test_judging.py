"""A judge that is asked about people's labels keeps what it said until its card is made."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from assistant.adapters.scripted import ScriptedChat
from assistant.compose import judging
from assistant.errors import ModelUnavailable
from assistant.evals.judge_card import CARD_FILE, HumanLabel
from assistant.settings import Settings

VOTE = {"verdict": "pass", "quote": "up to 40 cm", "reason": "So it says."}


def test_a_card_goes_on_where_its_model_went_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 200 labels, 600 answers were paid for again."""
    folder, settings = tmp_path / "clear", Settings(openai_api_key=SecretStr("key"), data_dir=tmp_path / "data")
    folder.mkdir()
    (folder / "rubric.md").write_text("Is it clear?", encoding="utf-8")
    labels = [
        HumanLabel(id=name, message=name, reply="Up to 40 cm.", label="pass", labelled_by="qa-1") for name in ("a", "b")
    ]
    (folder / "labels.jsonl").write_text("\n".join(each.model_dump_json() for each in labels), encoding="utf-8")
    first, second = ScriptedChat([VOTE] * 3), ScriptedChat([VOTE] * 3)
    monkeypatch.setattr(judging, "build_chat", lambda settings: first)
    with pytest.raises(ModelUnavailable):
        judging.make_card(settings, folder, progress=lambda steps: None)
    monkeypatch.setattr(judging, "build_chat", lambda settings: second)
    assert judging.make_card(settings, folder, progress=lambda steps: None).agreement == 1
    assert len(second.asked) == 3
    assert sorted(path.name for path in folder.iterdir()) == [CARD_FILE, "labels.jsonl", "rubric.md"]
