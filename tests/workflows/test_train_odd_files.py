"""Training from files as people really write them: tiny, repeated, contradictory, half broken."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import NothingUsable
from assistant.learning.card_file import read_card
from assistant.learning.card_page import render
from assistant.learning.rows import read_examples
from assistant.scoring.folder import read
from assistant.scoring.heads import INTENTS, IntentHead
from assistant.workflows.train import Tongues, Trained, train_file
from tests.builders import HashEmbedder

REFUND = ("where is my refund", "refund still missing", "waiting for my refund money")
BAG = ("my bag is lost", "bag missing since monday", "where is my bag")
PETS = ("can my dog fly", "dog in the cabin", "is a dog allowed")
Row = dict[str, object]


def quiet(steps: int, total: int) -> None:
    """Nobody watches."""


def rows(*labels: tuple[str, tuple[str, ...]]) -> list[Row]:
    return [{"text": text, "label": label} for label, texts in labels for text in texts]


THREE = rows(("refund", REFUND), ("bag", BAG), ("pets", PETS))


def write(path: Path, lines: list[Row]) -> Path:
    path.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    return path


def trained(folder: Path, lines: list[Row], *, validation: list[Row] | None = None) -> Trained:
    file = write(folder / "rows.jsonl", lines)
    checked = write(folder / "checked.jsonl", validation) if validation is not None else None
    return train_file(file, validation=checked, embedder=HashEmbedder(), out=folder / "m", progress=quiet)


def confidences(folder: Path, texts: list[str]) -> list[float]:
    head = IntentHead(read(folder / "m" / INTENTS, INTENTS))
    likely = np.exp(head.read(texts, HashEmbedder().embed(texts)).log_probabilities)
    return [float(each) for each in likely.max(axis=1)]


@pytest.mark.parametrize("each", [2, 3, 4])
def test_a_few_examples_of_each_label_do(tmp_path: Path, each: int) -> None:
    few = rows(("refund", (*REFUND, "refund when")[:each]), ("bag", (*BAG, "lost bag")[:each]))
    card = trained(tmp_path, few).card
    assert card.n_tested == 2 * each


def test_what_is_repeated_counts_once(tmp_path: Path) -> None:
    """Repeated rows were tested on themselves: 100 % right of three times as many."""
    again = [{**row, "text": f"@larkspur {row['text']}"} for row in THREE]
    card = trained(tmp_path, [*THREE, *THREE, *again]).card
    assert (card.n, card.n_tested, card.repeated) == (9, 9, 18)
    assert "18 rows repeat another" in render(card)


def test_rows_without_words_are_named_with_their_line(tmp_path: Path) -> None:
    found = trained(tmp_path, [*THREE, {"text": "😀", "label": "mood"}, {"text": "@a https://x.y", "label": "oos"}])
    assert [(bad.line, "no words" in bad.problem) for bad in found.bad] == [(10, True), (11, True)]


def test_halves_of_characters_are_replaced_in_texts_and_labels(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text('{"text": "cut off \\ud83d", "label": "half \\ud800"}\n', encoding="utf-8")
    (good,), _ = read_examples(file)
    assert (good.text, good.label) == ("cut off \ufffd", "half \ufffd")


def test_where_nothing_is_usable_each_line_says_why(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text('nonsense\n{"text": "hi"}\n{"text": "what a goal", "label": "oos"}', encoding="utf-8")
    with pytest.raises(NothingUsable, match="nothing to learn from") as nothing:
        train_file(file, validation=None, embedder=HashEmbedder(), out=tmp_path / "m", progress=quiet)
    assert [bad.line for bad in nothing.value.bad] == [1, 2]


def test_rows_that_are_all_out_of_scope_are_told_so(tmp_path: Path) -> None:
    """It said that no row held a text and a label."""
    with pytest.raises(NothingUsable, match="every usable row is labelled `oos`"):
        trained(tmp_path, rows(("oos", REFUND)))


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("1.0", "a text or a whole number"),
        ("true", "a text or a whole number"),
        ("null", "is missing"),
        ('" "', "is missing"),
        ("9" * 5_000, "not JSON"),
    ],
    ids=["fraction", "bool", "null", "blank", "long"],
)
def test_a_label_that_is_none_says_what_to_write(tmp_path: Path, label: str, said: str) -> None:
    """A number of five thousand digits ended training with a traceback."""
    file = tmp_path / "rows.jsonl"
    file.write_text(f'{{"text": "hello", "label": {label}}}\n{{"text": "hi", "label": "a"}}\n', encoding="utf-8")
    (good,), (bad,) = read_examples(file)
    assert (good.label, bad.line) == ("a", 1)
    assert said in bad.problem


def test_a_validation_file_without_a_usable_row_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NothingUsable, match="nothing to measure with"):
        trained(tmp_path, THREE, validation=[])


def test_confidence_is_no_surer_than_the_rows_it_was_tested_on(tmp_path: Path) -> None:
    """Twenty-four rows told apart without a miss made every text a certain one, a foreign one too."""
    trained(tmp_path, THREE)
    assert max(confidences(tmp_path, ["where is my refund", "who won the match"])) <= 1 - 0.5 / (9 + 1)


def test_an_example_that_is_also_out_of_scope_is_named(tmp_path: Path) -> None:
    card = trained(tmp_path, [*THREE, {"text": "can my dog fly", "label": "oos"}]).card
    assert [(pair.label, pair.other_label) for pair in card.near_duplicates] == [("pets", "oos")]


def test_lists_that_are_cut_say_of_how_many(tmp_path: Path) -> None:
    texts = tuple(f"word{n} thing{n}" for n in range(40))
    page = render(trained(tmp_path, rows(("a", texts), ("b", texts))).card)
    found = re.search(r"## Near-duplicates across labels \(the first 30 of (\d+)\)", page)
    assert found is not None
    assert int(found[1]) >= 40


def test_a_long_example_is_cut_on_the_card(tmp_path: Path) -> None:
    long = "word " * 5_000
    trained(tmp_path, [*THREE, {"text": long, "label": "pets"}, {"text": long, "label": "bag"}])
    assert (tmp_path / "m" / "card.json").stat().st_size < 20_000


def test_validation_names_labels_without_an_example_and_says_how_scope_did(tmp_path: Path) -> None:
    checked = rows(("sport", ("who won",)), ("oos", ("nothing at all",)), ("refund", ("my refund",)))
    card = trained(tmp_path, THREE, validation=checked).card
    assert card.validation is not None
    assert (card.validation.n, card.validation.n_out_of_scope) == (2, 1)
    page = render(card)
    assert "labels that no example has: sport" in page
    assert "1 out-of-scope row" in page


def test_validation_may_hold_out_of_scope_rows_alone(tmp_path: Path) -> None:
    card = trained(tmp_path, THREE, validation=rows(("oos", ("nothing at all", "lovely weather")))).card
    assert card.validation is not None
    assert card.validation.accuracy is None
    assert card.validation.turned_away is not None
    assert card.validation.turned_away.n == 2
    assert read_card(tmp_path / "m") == card
    assert "turned away" in render(card)


def test_the_one_threshold_of_the_card_has_its_intervals(tmp_path: Path) -> None:
    outside = tuple(f"sport number{n} game{n}" for n in range(32))
    card = trained(tmp_path, [*THREE, *rows(("oos", outside))]).card
    assert card.scope is not None
    kept, away = card.scope.kept, card.scope.turned_away
    assert kept is not None
    assert away is not None
    assert (kept.n, away.n) == (9, 32)
    assert f"{away.low:.1%} to {away.high:.1%}" in render(card)


class TwoLanguages:
    """Knows German by one word."""

    def identify(self, text: str) -> tuple[str, float]:
        return ("de" if "koffer" in text else "en"), 0.9


@pytest.mark.parametrize(("by_meaning", "said"), [(frozenset({"en"}), "English by meaning"), (frozenset(), "hash-64")])
def test_the_card_says_what_works_in_each_language(tmp_path: Path, by_meaning: frozenset[str], said: str) -> None:
    """It said "English by meaning" with a multilingual embedder too."""
    lines = [*THREE, *rows(("bag", ("mein koffer fehlt", "wo ist mein koffer", "koffer weg")))]
    card = train_file(
        write(tmp_path / "rows.jsonl", lines),
        validation=None,
        embedder=HashEmbedder(),
        out=tmp_path / "m",
        progress=quiet,
        tongues=Tongues(TwoLanguages(), by_meaning),
    ).card
    assert [(each.language, each.recognised.n) for each in card.by_language] == [("en", 9), ("de", 3)]
    assert said in card.languages
    page = render(card)
    assert "## Languages" in page
    assert card.languages in page


def test_labels_with_one_example_each_are_still_told_apart(tmp_path: Path) -> None:
    """Nothing could be held out, so every label was as likely as any other and the first one won."""
    trained(tmp_path, rows(("bag", ("my suitcase is lost",)), ("refund", ("where is my refund",)), ("pets", ("dogs",))))
    head = IntentHead(read(tmp_path / "m" / INTENTS, INTENTS))
    texts = ["where is my refund", "my suitcase is lost"]
    reading = head.read(texts, HashEmbedder().embed(texts))
    assert [head.labels[best] for best in reading.log_probabilities.argmax(axis=1)] == ["refund", "bag"]
