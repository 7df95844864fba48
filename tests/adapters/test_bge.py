"""BGE from the installed wheel: both precisions agree, and what all texts have in common is taken off."""

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from assistant.adapters import bge
from assistant.adapters.bge import Bge
from assistant.errors import Infrastructure
from assistant.scoring.wide import PLAIN, plain
from tests.adapters.test_encoders import TEXTS


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def int8(cache: Path) -> Bge:
    return Bge(cache, "int8", threads=1)


def test_int8_agrees_with_fp32(cache: Path, int8: Bge) -> None:
    fp32 = Bge(cache, "fp32", threads=1)
    worded = [text for text in TEXTS if text]
    assert ((int8.embed(worded) * fp32.embed(worded)).sum(axis=1) > 0.98).all()
    assert int8.fingerprint != fp32.fingerprint


def test_what_all_texts_have_in_common_is_taken_off(cache: Path, int8: Bge) -> None:
    raw = Bge(cache, "int8", threads=1, centred=False)
    assert raw.fingerprint != int8.fingerprint
    apart = [f"{thing} is {how}" for thing in ("tea", "a kite", "the strike") for how in ("green", "refunded", "over")]
    between = {model: plain(model.embed(apart)) for model in (int8, raw)}
    means = {
        model: np.mean([rows[one] @ rows[other] for one, other in combinations(range(len(rows)), 2)])
        for model, rows in between.items()
    }
    assert means[int8] < 0.5 < means[raw]


def test_meaning_is_near(int8: Bge) -> None:
    bag, luggage, guitar = int8.embed(TEXTS[:3])[:, :PLAIN]
    assert bag @ luggage > bag @ guitar


def test_a_missing_or_changed_wheel_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tokenizer.json").write_text("{}")
    monkeypatch.setattr(bge, "_model_files", lambda: tmp_path)
    with pytest.raises(Infrastructure, match="model file"):
        Bge(tmp_path / "cache")
    monkeypatch.undo()
    monkeypatch.setattr(bge, "_WHEEL", "no_such_wheel")
    with pytest.raises(Infrastructure, match="make install"):
        Bge(tmp_path / "cache")


def test_what_its_vectors_are_called_is_known_without_the_model(int8: Bge) -> None:
    assert bge.fingerprint("int8") == int8.fingerprint
