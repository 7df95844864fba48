"""The main job goes on where a part of it can't."""

from pathlib import Path

import pytest

from assistant.cli.demo import _proven
from assistant.compose import certificates
from assistant.errors import ModelUnavailable
from assistant.settings import Settings


def test_a_model_that_is_away_does_not_stop_the_main_job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*given: object, **named: object) -> None:
        raise ModelUnavailable("the model could not be used for 5 of 5 drafts: nothing is certified")

    monkeypatch.setattr(certificates, "certify_brand", away)
    said = _proven(Settings(data_dir=tmp_path), None, lambda done, total: None)
    assert said.startswith("the model could not be used for 5 of 5 drafts: nothing is certified; all drafts wait")
