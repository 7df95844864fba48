"""New examples are measured on the same rows before they replace a model; earlier ones are kept and put back."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import InputInvalid, NotFound
from assistant.learning import versions
from assistant.learning.card_file import read_card
from assistant.learning.change import BEYOND_CHANCE, paired
from assistant.scoring.folder import Facts, read, write
from assistant.scoring.heads import INTENTS, STATES, fingerprint_of
from assistant.scoring.in_use import in_use, mark_of
from assistant.workflows.train import TakesOver, Trained, train_file
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


def train(
    folder: Path,
    lines: list[dict[str, str]],
    *,
    takes_over: TakesOver = TakesOver.UNLESS_WORSE,
    checked: object = None,
) -> Trained:
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
        progress=lambda steps, total: None,
        takes_over=takes_over,
    )


SPOILT = [*rows(GOOD), *rows(SWAPPED, copies=12)]


def model_in_use(folder: Path) -> str:
    return read(in_use(folder / "m").intents, INTENTS).fingerprint


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
    assert model_in_use(tmp_path) == more.card.fingerprint
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
    assert model_in_use(tmp_path) == good.fingerprint
    again = train(tmp_path, SPOILT)
    assert again.aside == spoilt.aside, "nothing is fitted twice to be refused twice"
    forced = train(tmp_path, SPOILT, takes_over=TakesOver.ALWAYS)
    assert forced.aside is None
    assert model_in_use(tmp_path) == forced.card.fingerprint == spoilt.aside.fingerprint
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
    assert len(worse.aside.change.lost) == pair.lost
    assert len(worse.aside.change.put_right) == pair.gained
    assert all(row.endswith((" (bag)", " (refund)", " (pets)")) for row in worse.aside.change.lost)


def test_examples_moved_to_the_validation_file_do_not_speak_for_the_model_that_learnt_them(tmp_path: Path) -> None:
    words = ("zebra", "opera", "kettle", "moss")
    moved = [{"text": f"{word} quartz {label}", "label": label} for label in GOOD for word in words]
    train(tmp_path, [*rows(GOOD), *moved])
    fresh = {"text": "is my dog allowed", "label": "pets"}
    file = tmp_path / "moved.jsonl"
    for checked, n in ((moved, None), ([*moved, fresh], 1)):
        file.write_text("\n".join(json.dumps(line) for line in checked), encoding="utf-8")
        folder = tmp_path / str(len(checked))
        shutil.copytree(tmp_path / "m", folder)
        lines = tmp_path / "rows.jsonl"
        lines.write_text("\n".join(json.dumps(line) for line in rows(GOOD)), encoding="utf-8")
        after = train_file(
            lines,
            validation=file,
            embedder=HashEmbedder(),
            out=folder,
            progress=lambda steps, total: None,
            takes_over=TakesOver.WHEN_ASKED,
        ).aside
        assert after is not None
        assert after.change is not None
        assert after.validation is not None
        assert after.validation.n == len(checked)
        pair = after.change.validation
        assert (pair.n if pair else None) == n
        assert not after.change.lost


def test_a_kept_model_without_its_card_is_not_put_back_and_nothing_is_set_aside(tmp_path: Path) -> None:
    """As a stop between the model and its card leaves it."""
    first = train(tmp_path, rows(GOOD)).card
    second = train(tmp_path, [*rows(GOOD), {"text": "dog on a lead", "label": "pets"}]).card
    (versions.folder_of(tmp_path / "m", first.fingerprint) / "card.json").unlink()
    with pytest.raises(NotFound):
        versions.restore(tmp_path / "m", first.fingerprint)
    assert versions.aside_of(tmp_path / "m") is None
    assert model_in_use(tmp_path) == second.fingerprint


def test_an_earlier_model_is_put_back_and_stays(tmp_path: Path) -> None:
    first = train(tmp_path, rows(GOOD)).card
    lines = [*rows(GOOD), {"text": "dog on a lead", "label": "pets"}]
    second = train(tmp_path, lines).card
    assert versions.restore(tmp_path / "m", first.fingerprint) == first
    assert model_in_use(tmp_path) == first.fingerprint
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


def fitted_by_another_version(folder: Path) -> None:
    """The model file says another format, as one before an upgrade does."""
    path = folder / "model.npz"
    with np.load(path) as stored:
        arrays = {name: stored[name] for name in stored.files}
    facts = json.loads(bytes(arrays["facts"]).decode()) | {"format": 1}
    arrays["facts"] = np.frombuffer(json.dumps(facts).encode(), np.uint8)
    path.unlink()
    np.savez(path, allow_pickle=False, **arrays)


def test_a_model_of_another_version_is_listed_as_such_and_not_put_back(tmp_path: Path) -> None:
    """It is kept for whoever goes back to that version."""
    first = train(tmp_path, rows(GOOD)).card
    second = train(tmp_path, [*rows(GOOD), {"text": "dog on a lead", "label": "pets"}]).card
    fitted_by_another_version(versions.folder_of(tmp_path / "m", first.fingerprint))
    standing = {each.fingerprint: each.standing for each in versions.versions(tmp_path / "m")}
    assert standing == {first.fingerprint: "of another version", second.fingerprint: "in use"}
    with pytest.raises(InputInvalid, match=f"model {first.fingerprint} was fitted by another version"):
        versions.restore(tmp_path / "m", first.fingerprint)
    assert model_in_use(tmp_path) == second.fingerprint


def test_other_heads_of_another_version_do_not_hide_the_rest(tmp_path: Path) -> None:
    first = train(tmp_path, rows(GOOD)).card
    train(tmp_path, [*rows(GOOD), {"text": "dog on a lead", "label": "pets"}])
    kept = versions.folder_of(tmp_path / "m", first.fingerprint)
    write(kept / STATES, Facts(kind=STATES, inputs="i", settings={}), {})
    fitted_by_another_version(kept / STATES)
    listed = versions.versions(tmp_path / "m")
    assert [each.standing for each in listed] == ["in use", "of another version"]


def test_a_model_from_before_models_were_kept_can_be_put_back(tmp_path: Path) -> None:
    first = train(tmp_path, rows(GOOD)).card
    shutil.rmtree(tmp_path / "m" / "versions")
    second = train(tmp_path, [*rows(GOOD), {"text": "dog on a lead", "label": "pets"}])
    assert second.card.change is not None
    assert second.card.change.intents is None, "its verdicts are gone"
    assert versions.restore(tmp_path / "m", first.fingerprint) == first
    assert model_in_use(tmp_path) == first.fingerprint


def test_a_model_of_other_labels_is_replaced_whatever_it_reads(tmp_path: Path) -> None:
    train(tmp_path, rows(GOOD))
    other = train(tmp_path, [*SPOILT, {"text": "a new matter", "label": "new"}])
    assert other.aside is None
    assert other.card.change is not None
    assert not other.card.change.comparable


def test_only_the_last_models_are_kept(tmp_path: Path) -> None:
    first = train(tmp_path, rows(GOOD)).card
    for number in range(versions.KEPT + 1):
        train(
            tmp_path,
            [*rows(GOOD), *({"text": f"dog {n}", "label": "pets"} for n in range(number + 1))],
            takes_over=TakesOver.ALWAYS,
        )
    kept = [each.fingerprint for each in versions.versions(tmp_path / "m")]
    assert len(kept) == versions.KEPT
    assert first.fingerprint not in kept
    assert kept[0] == model_in_use(tmp_path)


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


def some_states(folder: Path, number: int) -> str:
    """The other heads of a brand in that folder, fitted from examples of that number."""
    return write(folder / STATES, Facts(kind=STATES, inputs=f"of {number}", settings={}), {"a": np.ones(number)})


def states_in_use(folder: Path) -> str:
    return read(in_use(folder / "m").states, STATES).fingerprint


def a_model(folder: Path, number: int) -> str:
    """A model kept beside the one in use, with other heads of its own."""
    waiting = versions.waiting_states(folder / "m")
    some_states(waiting.parent, number)
    card = read_card(folder / "m")
    assert card is not None
    facts = Facts(kind=INTENTS, inputs=f"of {number}", settings={"embedder": HashEmbedder().fingerprint})
    made = versions.save(folder / "m", facts, {"a": np.ones(number)}, states=waiting)
    versions.describe(folder / "m", card.model_copy(update={"fingerprint": made}), {})
    return made


def test_what_reads_moods_and_dangers_comes_back_with_the_model(tmp_path: Path) -> None:
    old = some_states(tmp_path / "m", 1)
    first = train(tmp_path, rows(GOOD)).card.fingerprint
    second = a_model(tmp_path, 2)
    assert states_in_use(tmp_path) == old, "a model that isn't in use changes nothing"
    versions.use(tmp_path / "m", second)
    new = states_in_use(tmp_path)
    assert new != old
    heads = {each.fingerprint: each.heads for each in versions.versions(tmp_path / "m")}
    assert heads == {first: fingerprint_of(first, old), second: fingerprint_of(second, new)}
    versions.restore(tmp_path / "m", first)
    assert (model_in_use(tmp_path), states_in_use(tmp_path)) == (first, old)
    assert versions.states_aside(tmp_path / "m", "of 2")
    assert not versions.states_aside(tmp_path / "m", "of 3")
    versions.restore(tmp_path / "m", second)
    assert (model_in_use(tmp_path), states_in_use(tmp_path)) == (second, new)


def test_a_model_kept_without_them_leaves_those_in_use(tmp_path: Path) -> None:
    first = train(tmp_path, rows(GOOD)).card
    train(tmp_path, [*rows(GOOD), {"text": "dog on a lead", "label": "pets"}])
    late = some_states(tmp_path / "m", 1)
    versions.restore(tmp_path / "m", first.fingerprint)
    assert states_in_use(tmp_path) == late


def test_new_moods_and_dangers_alone_are_in_use_beside_the_intents_as_they_are(tmp_path: Path) -> None:
    some_states(tmp_path / "m", 1)
    first = train(tmp_path, rows(GOOD)).card.fingerprint
    mark = mark_of(tmp_path / "m")
    new = some_states(tmp_path / "other", 2)
    versions.put_states(tmp_path / "m", tmp_path / "other" / STATES)
    assert (model_in_use(tmp_path), states_in_use(tmp_path)) == (first, new)
    assert mark_of(tmp_path / "m") != mark


def test_a_model_waits_for_a_person_who_puts_it_in_place(tmp_path: Path) -> None:
    first = train(tmp_path, rows(GOOD), takes_over=TakesOver.WHEN_ASKED)
    assert first.aside is None, "nothing else could serve"
    lines = [*rows(GOOD), {"text": "dog on a lead", "label": "pets"}]
    waits = train(tmp_path, lines, takes_over=TakesOver.WHEN_ASKED)
    assert waits.card == first.card
    assert waits.aside is not None
    assert waits.aside.change is not None
    assert model_in_use(tmp_path) == first.card.fingerprint
    assert train(tmp_path, lines, takes_over=TakesOver.WHEN_ASKED).aside == waits.aside
    versions.restore(tmp_path / "m", waits.aside.fingerprint)
    assert model_in_use(tmp_path) == waits.aside.fingerprint


@pytest.mark.parametrize("step", ["_put", "write_card"])
def test_whatever_ends_in_the_middle_leaves_one_whole_model(
    tmp_path: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    some_states(tmp_path / "m", 1)
    train(tmp_path, rows(GOOD))
    second = a_model(tmp_path, 2)
    whole = {each.heads for each in versions.versions(tmp_path / "m")}
    assert len(whole) == 2
    real = getattr(versions, step)

    def killed(*arguments: object) -> None:
        real(*arguments)
        raise KeyboardInterrupt

    monkeypatch.setattr(versions, step, killed)
    with pytest.raises(KeyboardInterrupt):
        versions.use(tmp_path / "m", second)
    assert fingerprint_of(model_in_use(tmp_path), states_in_use(tmp_path)) in whole
    monkeypatch.undo()
    versions.use(tmp_path / "m", second)
    assert model_in_use(tmp_path) == second
