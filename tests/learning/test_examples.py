"""What ships to learn the vetoes from: enough of each, hand-written, in the languages they must work in."""

import json
from importlib.resources import files
from pathlib import Path

import pytest

from assistant.compose.knowledge import validation_of
from assistant.domain.vocabulary import Sensitivity
from assistant.kb.pack import load_pack
from assistant.learning.rows import OOS, read_examples, shipped
from assistant.scoring.text import clean, fold

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
    assert {row["lang"] for row in rows} >= LANGUAGES


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


def test_the_blind_messages_are_no_copies_of_what_the_vetoes_learn() -> None:
    """Six words in a row in common would make one easy."""
    learnt: set[tuple[str, ...]] = set()
    for category in Sensitivity:
        learnt.update(*(_runs(example.text) for example in shipped(f"sensitivity/{category.value}")))
    for file in sorted((Path(__file__).parents[2] / "evals" / "vetoes").glob("*.jsonl")):
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        assert {row["category"] for row in rows} <= {category.value for category in Sensitivity}
        assert [row["id"] for row in rows if _runs(row["text"]) & learnt] == []


def _runs(text: str) -> set[tuple[str, ...]]:
    words = fold(text).split()
    return {tuple(words[start : start + 6]) for start in range(len(words) - 5)}


def test_what_is_of_no_category_stands_once_and_among_no_category() -> None:
    none = [(fold(example.text), example.label) for example in shipped("sensitivity/none")]
    assert len(dict(none)) == len(none) >= ENOUGH
    assert {label for _, label in none} == {"0"}
    truly = {
        fold(example.text)
        for category in Sensitivity
        for example in shipped(f"sensitivity/{category.value}")
        if example.label == "1"
    }
    assert truly.isdisjoint(dict(none))


def test_what_the_shipped_brands_models_are_measured_on_is_of_its_intents_and_no_example() -> None:
    folder = Path("knowledge")
    pack, checked = load_pack(folder), validation_of(folder)
    assert checked is not None
    rows, bad = read_examples(checked)
    assert not bad
    assert {row.label for row in rows} <= {OOS, *(intent.id for intent in pack.intents)}
    examples = {clean(text) for intent in pack.intents for text in intent.examples}
    assert not [row.text for row in rows if clean(row.text) in examples]
    sample = (folder / "mentions" / "sample.jsonl").read_text(encoding="utf-8").splitlines()
    shown = {clean(json.loads(line)["text"]) for line in sample}
    assert not [row.text for row in rows if clean(row.text) in shown], "what is read again there would teach nothing"
