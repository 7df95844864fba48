"""What ships to learn the vetoes from: enough of each, hand-written, in the languages they must work in."""

import json
from importlib.resources import files

import pytest

from assistant.domain.vocabulary import Sensitivity
from assistant.scoring.text import fold

ENOUGH = 60
LANGUAGES = {"en", "de", "fr", "es", "it", "nl", "pt", "pl"}


@pytest.mark.parametrize("category", list(Sensitivity))
def test_each_veto_has_enough_examples_and_look_alikes_in_every_language(category: Sensitivity) -> None:
    path = files("assistant.learning") / "examples" / "sensitivity" / f"{category.value}.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    texts = [fold(row["text"]) for row in rows]
    assert len(set(texts)) == len(texts), "an example stands there twice"
    for label in (0, 1):
        assert sum(row["label"] == label for row in rows) >= ENOUGH
    assert {row["lang"] for row in rows} == LANGUAGES


@pytest.mark.parametrize("category", list(Sensitivity))
def test_examples_are_not_made_from_a_template(category: Sensitivity) -> None:
    """Hardly two of them share three tenths of their runs of three words."""
    path = files("assistant.learning") / "examples" / "sensitivity" / f"{category.value}.jsonl"
    words = [fold(json.loads(line)["text"]).split() for line in path.read_text(encoding="utf-8").splitlines()]
    runs = [{tuple(each[start : start + 3]) for start in range(len(each) - 2)} for each in words]
    alike = [
        (first, second)
        for place, first in enumerate(runs)
        for second in runs[:place]
        if first and second and len(first & second) > 0.3 * len(first | second)
    ]
    assert len(alike) <= 2
