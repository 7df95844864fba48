"""Any label set: fitted by itself, read with heads for any brand that are fitted once."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from assistant import compose
from assistant.compose import knowledge, neutral_dir, text_reader
from assistant.compose.knowledge import train_labels
from assistant.learning import states
from assistant.learning.states import FittedStates, OwnExample
from assistant.ports import Embedder
from assistant.settings import Settings
from assistant.workflows import train
from tests.builders import HashEmbedder


def _quick(embedder: Embedder, own: Sequence[OwnExample], progress: Callable[[int], None]) -> FittedStates:
    """The real ones take a minute."""
    for _ in range(states.steps(embedder, own)):
        progress(1)
    return FittedStates(settings={}, arrays={"any": np.zeros(1, np.float32)})


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for module in (compose, knowledge):
        monkeypatch.setattr(module, "build_embedder", lambda *given, **named: HashEmbedder())
    monkeypatch.setattr(train, "fit_states", _quick)
    return Settings(data_dir=tmp_path / "data")


def test_what_holds_for_every_brand_is_fitted_by_the_first_reading_alone(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [{"text": f"{text} {each}", "label": text} for text in ("refund", "bag") for each in range(4)]
    examples = tmp_path / "examples.jsonl"
    examples.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    train_labels(settings, examples, tmp_path / "m", validation=None, progress=lambda steps, total: None)
    assert not neutral_dir(settings).exists(), "a label set waits for nothing that it doesn't need"
    monkeypatch.setattr(compose, "read_heads", lambda *given, **named: None)
    for told_again in (True, False):
        told: list[tuple[int, int]] = []
        text_reader(
            settings, knowledge=None, model=tmp_path / "m", progress=lambda *given, told=told: told.append(given)
        )
        assert bool(told) == told_again
        assert {total for _, total in told} == ({sum(steps for steps, _ in told)} if told else set())
