"""New examples are measured on the same rows before they replace a model; earlier ones are kept and put back."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import NotFound
from assistant.learning import versions
from assistant.learning.card import read_card
from assistant.learning.change import BEYOND_CHANCE, paired
from assistant.scoring.folder import Facts, read, write
from assistant.scoring.heads import INTENTS, STATES, fingerprint_of
from assistant.workflows.train import Trained, train_file
from tests.builders import HashEmbedder

GOOD = {
    "bag": "my bag is lost|bag missing since monday|where is my bag|the bag did not arrive|lost bag again|bag gone",
    "refund": "where is my refund|refund still missing|my refund please|no refund yet|refund when|refund is late",
    "pets": "can my dog fly|a dog in the cabin|is a dog allowed|dog in a carrier|travelling with a dog|dog ticket",
}
SWAPPED = {"bag": "refund|late refund|refund me", "refund": "dog|dog food|dog bed", "pets": "bag|bag tag|red bag"}
"""Each of these words is an example of another label: what people would get by relabelling wrongly."""


def rows(examples: dict[str, str], copies: int = 1) -> list[dict[str, str]]:
    texts = [(text, label) for label, several in examples.items() for text in several.split("|")]
    return [{"text": f"{text} {'x' * n}".strip(), "label": label} for text, label in texts for n in range(copies)]


def train(folder: Path, lines: list[dict[str, str]], *, anyway: bool = False, checked: object = None) -> Trained:
    file = folder / "rows.jsonl"
    file.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    validation = folder / "checked.jsonl" if checked else None
    if validation:
        validation.write_text("\n".join(json.dumps(line) for line in rows(GOOD)), encoding="utf-8")
    return train_file(
        file,
        validation=validation,
        embedder=HashEmbedder(),
        out=folder / "m",
        progress=lambda steps: None,
        anyway=anyway,
    )


SPOILT = [*rows(GOOD), *rows(SWAPPED, copies=12)]


def in_use(folder: Path) -> str:
    return read(folder / "m" / INTENTS, INTENTS).fingerprint


def test_more_examples_are_measured_against_the_model_before(tmp_path: Path) -> None:
    first = train(tmp_path, rows(GOOD)).card
    assert first.change is None
    more = train(tmp_path, [*rows(GOOD), {"text": "dog on a lead", "label": "pets"}])
    change = more.card.change
    assert change is not None
    assert (change.before, change.examples_before, change.examples) == (first.fingerprint, 18, 19)
    assert change.intents is not None
    assert change.intents.n == 18
    assert more.aside is None
    assert in_use(tmp_path) == more.card.fingerprint
    assert [each.standing for each in versions.versions(tmp_path / "m")] == ["in use", "kept"]
    page = (tmp_path / "m" / "card.md").read_text(encoding="utf-8")
    assert f"against {first.fingerprint}: 19 examples instead of 18" in page


def test_examples_that_spoil_a_model_do_not_replace_it_unless_somebody_says_so(tmp_path: Path) -> None:
    good = train(tmp_path, rows(GOOD)).card
    spoilt = train(tmp_path, SPOILT)
    assert spoilt.card == good
    assert spoilt.aside is not None
    assert spoilt.aside.change is not None
    assert spoilt.aside.change.is_worse
    assert "worse beyond chance" in " ".join(spoilt.aside.change.lines())
    assert in_use(tmp_path) == good.fingerprint
    again = train(tmp_path, SPOILT)
    assert again.aside == spoilt.aside, "nothing is fitted twice to be refused twice"
    forced = train(tmp_path, SPOILT, anyway=True)
    assert forced.aside is None
    assert in_use(tmp_path) == forced.card.fingerprint == spoilt.aside.fingerprint
    assert read_card(tmp_path / "m") == forced.card


def test_rows_of_a_validation_file_are_read_by_both_and_learnt_by_neither(tmp_path: Path) -> None:
    lines = [{"text": f"{text['text']} please", "label": text["label"]} for text in rows(GOOD)]
    train(tmp_path, [*lines, *rows(GOOD)], checked=True)
    worse = train(tmp_path, [*lines, *rows(GOOD), *rows(SWAPPED, copies=12)], checked=True)
    assert worse.card.n == len(lines)
    assert worse.aside is not None
    assert worse.aside.change is not None
    pair = worse.aside.change.validation
    assert pair is not None
    assert pair.n == 18
    assert pair.before > pair.after


def test_an_earlier_model_is_put_back_and_stays(tmp_path: Path) -> None:
    first = train(tmp_path, rows(GOOD)).card
    lines = [*rows(GOOD), {"text": "dog on a lead", "label": "pets"}]
    second = train(tmp_path, lines).card
    assert versions.restore(tmp_path / "m", first.fingerprint) == first
    assert in_use(tmp_path) == first.fingerprint
    stays = train(tmp_path, lines)
    assert stays.card == first
    assert stays.aside is not None
    assert stays.aside.fingerprint == second.fingerprint
    standing = {each.fingerprint: each.standing for each in versions.versions(tmp_path / "m")}
    assert standing == {first.fingerprint: "in use", second.fingerprint: "set aside"}
    versions.restore(tmp_path / "m", second.fingerprint)
    assert train(tmp_path, lines).aside is None
    for name in ("none", "../m", ""):
        with pytest.raises(NotFound):
            versions.restore(tmp_path / "m", name)


def test_a_model_from_before_models_were_kept_can_be_put_back(tmp_path: Path) -> None:
    first = train(tmp_path, rows(GOOD)).card
    shutil.rmtree(tmp_path / "m" / "versions")
    second = train(tmp_path, [*rows(GOOD), {"text": "dog on a lead", "label": "pets"}])
    assert second.card.change is not None
    assert second.card.change.intents is None, "its verdicts are gone"
    assert versions.restore(tmp_path / "m", first.fingerprint) == first
    assert in_use(tmp_path) == first.fingerprint


def test_a_model_of_other_labels_is_replaced_whatever_it_reads(tmp_path: Path) -> None:
    train(tmp_path, rows(GOOD))
    other = train(tmp_path, [*SPOILT, {"text": "a new matter", "label": "new"}])
    assert other.aside is None
    assert other.card.change is not None
    assert not other.card.change.comparable


def test_only_the_last_models_are_kept(tmp_path: Path) -> None:
    first = train(tmp_path, rows(GOOD)).card
    for number in range(versions.KEPT + 1):
        train(tmp_path, [*rows(GOOD), *({"text": f"dog {n}", "label": "pets"} for n in range(number + 1))], anyway=True)
    kept = [each.fingerprint for each in versions.versions(tmp_path / "m")]
    assert len(kept) == versions.KEPT
    assert first.fingerprint not in kept
    assert kept[0] == in_use(tmp_path)


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=60))
def test_a_pair_counts_flips_and_bounds_the_change(flips: list[tuple[bool, bool]]) -> None:
    before, after = ({str(n): flip[side] for n, flip in enumerate(flips)} for side in (0, 1))
    pair, back = paired(before, after), paired(after, before)
    assert pair is not None
    assert back is not None
    assert (pair.gained, pair.lost) == (back.lost, back.gained)
    assert pair.low <= pair.after - pair.before + 1e-9
    assert pair.after - pair.before <= pair.high + 1e-9
    assert not (pair.is_worse and back.is_worse)
    assert paired(before, {}) is None


@pytest.mark.parametrize(("gained", "lost", "worse"), [(0, 4, False), (0, 5, True), (5, 5, False), (3, 12, True)])
def test_worse_is_the_exact_sign_test(gained: int, lost: int, worse: bool) -> None:  # a case
    before = {str(n): n >= gained for n in range(gained + lost)}
    pair = paired(before, {row: not right for row, right in before.items()})
    assert pair is not None
    assert (pair.gained, pair.lost) == (gained, lost)
    assert pair.is_worse is worse is (pair.chance < BEYOND_CHANCE)


def a_state(folder: Path, number: int) -> str:
    """The other heads of a brand, fitted from examples of that number."""
    return write(folder / "m" / STATES, Facts(kind=STATES, inputs=f"of {number}", settings={}), {"a": np.ones(number)})


def states_in_use(folder: Path) -> str:
    return read(folder / "m" / STATES, STATES).fingerprint


def test_what_reads_moods_and_dangers_comes_back_with_the_model(tmp_path: Path) -> None:
    old = a_state(tmp_path, 1)
    first = train(tmp_path, rows(GOOD)).card
    versions.keep_states(tmp_path / "m")
    new = a_state(tmp_path, 2)
    lines = [*rows(GOOD), {"text": "dog on a lead", "label": "pets"}]
    second = train(tmp_path, lines).card
    heads = {each.fingerprint: each.heads for each in versions.versions(tmp_path / "m")}
    assert heads == {
        first.fingerprint: fingerprint_of(first.fingerprint, old),
        second.fingerprint: fingerprint_of(second.fingerprint, new),
    }
    versions.restore(tmp_path / "m", first.fingerprint)
    assert (in_use(tmp_path), states_in_use(tmp_path)) == (first.fingerprint, old)
    assert versions.states_aside(tmp_path / "m", "of 2")
    assert not versions.states_aside(tmp_path / "m", "of 3")
    versions.restore(tmp_path / "m", second.fingerprint)
    assert (in_use(tmp_path), states_in_use(tmp_path)) == (second.fingerprint, new)


def test_a_model_kept_without_them_leaves_those_in_use(tmp_path: Path) -> None:
    first = train(tmp_path, rows(GOOD)).card
    train(tmp_path, [*rows(GOOD), {"text": "dog on a lead", "label": "pets"}])
    late = a_state(tmp_path, 1)
    versions.restore(tmp_path / "m", first.fingerprint)
    assert states_in_use(tmp_path) == late
