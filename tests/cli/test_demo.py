"""The main job goes on where a part of it can't."""

from pathlib import Path

import pytest

from assistant.cli.demo import _proven, afresh
from assistant.cli.table import Summary
from assistant.compose import certificates
from assistant.errors import ModelUnavailable
from assistant.settings import Settings
from tests.desk_builders import make_mention, make_turn


def test_a_model_that_is_away_does_not_stop_the_main_job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*given: object, **named: object) -> None:
        raise ModelUnavailable("the model could not be used for 5 of 5 drafts: nothing is certified")

    monkeypatch.setattr(certificates, "certify_brand", away)
    said = _proven(Settings(data_dir=tmp_path), None, lambda done, total: None)
    assert said.startswith("the model could not be used for 5 of 5 drafts: nothing is certified; all drafts wait")


def test_what_was_answered_before_is_not_counted_as_done_now(capsys: pytest.CaptureFixture[str]) -> None:
    summary = Summary.started()
    summary.add([make_turn(make_mention())] * 3, stood=3)
    summary.show()
    said = " ".join(capsys.readouterr().out.split())
    assert "No mention was new: 3 stood answered already" in said
    assert "a second" not in said


def test_what_is_new_among_them_is_counted_by_itself(capsys: pytest.CaptureFixture[str]) -> None:
    summary = Summary.started()
    summary.add([make_turn(make_mention())] * 3, stood=2)
    summary.show(bad=1)
    said = " ".join(capsys.readouterr().out.split())
    assert "1 mention in" in said
    assert "a second; 2 more stood answered already, 1 bad line(s) skipped" in said


def test_a_way_to_run_it_afresh_is_named(tmp_path: Path) -> None:
    assert "ASSISTANT_DATA_DIR=FOLDER" in afresh(Settings(data_dir=tmp_path))
    shared = Settings.model_validate({"data_dir": tmp_path, "database_url": "postgresql://a:b@127.0.0.1/c"})
    assert "ASSISTANT_DATABASE_URL" in afresh(shared)
