"""Training: from a file or a pack, once per content, with a card that helps to fix the data."""

import io
import json
import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.domain.brand import Intent, Pack
from assistant.domain.vocabulary import Sensitivity, Tier
from assistant.errors import HeadsMissing, Infrastructure, InputInvalid
from assistant.learning import intents, sensitivity, states
from assistant.learning.card_file import read_card
from assistant.learning.card_page import render
from assistant.learning.rows import shipped
from assistant.learning.states import HEADS, FittedStates, OwnExample
from assistant.ports import Embedder, Vectors
from assistant.scoring.folder import read
from assistant.scoring.folder import write as write_model
from assistant.scoring.heads import INTENTS, STATES, FittedHeads, IntentHead, load
from assistant.scoring.text import clean
from assistant.scoring.wide import LAST_SHARE, PLAIN, WIDE
from assistant.workflows import train
from assistant.workflows.train import train_file, train_pack
from tests.builders import HashEmbedder
from tests.pipeline_builders import pack as a_pack

pytestmark = pytest.mark.xdist_group("train")
"""One model is fitted for all of them, by one worker."""

EXAMPLES = {
    "delayed_bag": "my bag is lost|bag missing since monday|where is my suitcase|suitcase did not arrive|lost luggage",
    "refund_status": "where is my refund|refund still missing|waiting for my money back|money not refunded|refund when",
    "pets": "can my dog fly|cat in the cabin|is a rabbit allowed on board|dog in a carrier|travelling with a cat",
    "oos": "what a goal|nice weather today|do you sell cars|lol|who won the match",
}


def rows(examples: dict[str, str] | None = None) -> list[dict[str, str]]:
    chosen = EXAMPLES if examples is None else examples
    return [{"text": text, "label": label} for label, texts in chosen.items() for text in texts.split("|")]


def write(path: Path, lines: list[dict[str, str]]) -> Path:
    path.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    return path


def silent(steps: int, total: int) -> None:
    assert 0 < steps <= total


class Told:
    """What was told of a training's progress."""

    def __init__(self) -> None:
        self.done: list[int] = []
        self.totals: set[int] = set()

    def __call__(self, steps: int, total: int) -> None:
        self.done.append(steps)
        self.totals.add(total)


@pytest.fixture(scope="module")
def told() -> Told:
    """Of the training of `model`."""
    return Told()


@pytest.fixture(scope="module")
def brand() -> Pack:
    intents = tuple(
        Intent(id=label, topic="t", name=label, tier=Tier.SELF_SERVE, examples=tuple(texts.split("|")))
        for label, texts in EXAMPLES.items()
        if label != "oos"
    )
    return a_pack().model_copy(update={"intents": intents, "out_of_scope": tuple(EXAMPLES["oos"].split("|"))})


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory, brand: Pack, told: Told) -> Path:
    """Of every shipped example; ordinary traffic is drawn small, as a detector takes the cube of its rows."""
    folder = tmp_path_factory.mktemp("model")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sensitivity, "_OTHERS", {True: 300, False: 300})
        train_pack(brand, embedder=HashEmbedder(), out=folder, progress=told)
    return folder


@pytest.fixture(scope="module")
def heads(model: Path) -> FittedHeads:
    return load(model / INTENTS, model / STATES)


def test_a_pack_gives_every_head(heads: FittedHeads) -> None:
    texts = ["where is my suitcase, it did not arrive", "I want to kill myself", "", "\ud800 \u202e 😡" * 50]
    readings = heads.read(texts, HashEmbedder().embed(texts))
    assert readings[0].intent == "delayed_bag"
    assert {found.category for found in readings[1].fired} >= {Sensitivity.SELF_HARM}
    assert "kill myself" in next(f.why for f in readings[1].fired if f.category is Sensitivity.SELF_HARM)
    for reading in readings:
        for likely in (reading.sentiment, reading.urgency, reading.stance):
            assert sum(likely.values()) == pytest.approx(1, abs=1e-4)
        assert 0 <= reading.in_scope_confidence <= 1
        assert 0 <= reading.respond_confidence <= 1


def test_reading_does_not_depend_on_the_batch(heads: FittedHeads) -> None:
    texts = ["where is my refund", "can my dog fly", "boycott them all", "thanks a lot"]
    vectors = HashEmbedder().embed(texts)
    together = heads.read(texts, vectors)
    for row, text in enumerate(texts):
        (alone,) = heads.read([text], vectors[row : row + 1])
        assert alone.intent == together[row].intent
        assert alone.intent_confidence == pytest.approx(together[row].intent_confidence, abs=1e-4)
        assert [found.category for found in alone.fired] == [found.category for found in together[row].fired]
    assert heads.read([], vectors[:0]) == ()


def test_nothing_changes_where_nothing_changed(model: Path, brand: Pack, heads: FittedHeads) -> None:
    before = {path: path.stat().st_mtime_ns for path in model.rglob("*") if path.is_file()}
    embedder = HashEmbedder()
    card = train_pack(brand, embedder=embedder, out=model, progress=silent).card
    assert embedder.embedded == []
    assert card == read_card(model)
    assert card.own is not None
    assert card.own.threshold == brand.automation.min_intent_confidence
    assert {path: path.stat().st_mtime_ns for path in model.rglob("*") if path.is_file()} == before
    assert load(model / INTENTS, model / STATES).fingerprint == heads.fingerprint


def test_a_model_of_another_embedder_is_refused(model: Path) -> None:
    assert load(model / INTENTS, model / STATES, embedder=HashEmbedder().fingerprint).labels
    with pytest.raises(HeadsMissing, match=r"fitted on vectors of .* run `assistant train`"):
        load(model / INTENTS, model / STATES, embedder="another")


def _quick_states(embedder: Embedder, own: Sequence[OwnExample], progress: Callable[[int], None]) -> FittedStates:
    """The real ones take a minute; `test_a_pack_is_told_of_as_one` counts theirs."""
    progress(states.steps(embedder, own))
    return FittedStates(settings={}, arrays={"any": np.zeros(1, np.float32)})


@pytest.mark.parametrize("outside", [0, 5, 40])
@pytest.mark.parametrize("checked", [False, True])
def test_how_many_steps_it_takes_is_known_from_the_first_one_on(
    tmp_path: Path, outside: int, checked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train, "fit_states", _quick_states)
    inside = [row for row in rows() if row["label"] != "oos"]
    validation = write(tmp_path / "checked.jsonl", [{"text": "my bag is gone", "label": "delayed_bag"}])
    for more in range(2):
        strange = [{"text": f"number {each} of nothing", "label": "oos"} for each in range(outside + more)]
        told = Told()
        train_file(
            write(tmp_path / "rows.jsonl", [*inside, *strange, {"text": "@a", "label": "pets"}]),
            validation=validation if checked else None,
            embedder=HashEmbedder(),
            out=tmp_path / "m",
            progress=told,
        )
        assert told.totals == {sum(told.done)}, f"{more + 1}. training"


def test_a_pack_is_told_of_as_one(model: Path, told: Told, tmp_path: Path, brand: Pack) -> None:
    assert told.totals == {sum(told.done)}
    assert len(told.done) > sum(len(shipped(name)) for name in HEADS) / 256, "embedding what ships moves it, too"
    shutil.copytree(model, tmp_path / "m", symlinks=True)
    fewer, again = brand.model_copy(update={"out_of_scope": brand.out_of_scope[1:]}), Told()
    train_pack(fewer, embedder=HashEmbedder(), out=tmp_path / "m", progress=again)
    assert again.totals == {sum(again.done)}
    assert sum(again.done) < sum(told.done), "the other heads are up to date"


def test_a_new_embedder_is_a_new_model(tmp_path: Path) -> None:
    file = write(tmp_path / "rows.jsonl", rows())
    first, second = (
        train_file(file, validation=None, embedder=HashEmbedder(name), out=tmp_path / "m", progress=silent).card
        for name in ("hash-a", "hash-b")
    )
    assert first.fingerprint != second.fingerprint
    assert second.embedder == "hash-b"


def test_a_file_of_any_labels(tmp_path: Path, model: Path) -> None:
    lines = [*rows(), {"text": "my bag is lost!", "label": "pets"}, {"text": "one of a kind", "label": "single"}]
    file = write(tmp_path / "rows.jsonl", lines)
    with file.open("a", encoding="utf-8") as more:
        more.write("\nnot json\n")
    checked = write(tmp_path / "checked.jsonl", [{"text": "refund missing", "label": "refund_status"}, *rows()[-2:]])
    out = tmp_path / "model"
    trained = train_file(file, validation=checked, embedder=HashEmbedder(), out=out, progress=silent)
    assert [problem.line for problem in trained.bad] == [len(lines) + 1]
    card = trained.card
    assert (card.n, card.n_out_of_scope, card.n_tested) == (17, 3, 16), "what is validated with isn't trained on"
    assert "single" in card.few_examples
    assert [(found.label, found.other_label) for found in card.near_duplicates] == [("delayed_bag", "pets")]
    assert card.validation is not None
    assert card.validation.n == 1
    page = (out / "card.md").read_text(encoding="utf-8")
    assert "# Model card" in page
    assert "Near-duplicates across labels" in page
    with pytest.raises(HeadsMissing, match="states"):
        load(out / INTENTS, out / STATES)
    together = load(out / INTENTS, model / STATES)
    assert set(together.labels) == {"delayed_bag", "refund_status", "pets", "single"}
    assert together.embedder == HashEmbedder().fingerprint


def test_standard_input_is_read_and_capitals_mark_nothing_as_out_of_scope(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`OOS` may be out of stock; that it is a label was said nowhere."""
    given = [{**row, "label": row["label"].replace("oos", "OOS")} for row in rows()]
    file = write(tmp_path / "rows.jsonl", given)
    checked = write(tmp_path / "checked.jsonl", [*rows()[:1], {"text": " "}])
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(file.read_bytes())))
    done = train_file(Path("-"), validation=checked, embedder=HashEmbedder(), out=tmp_path / "m", progress=silent)
    assert "- OOS is a label like any other; `oos` in small letters" in render(done.card)
    assert [str(row) for row in done.bad] == ["line 2: checked.jsonl: `text` must be a text that is not empty"]


@pytest.mark.parametrize("label_count", [1, 2])
def test_very_few_labels(tmp_path: Path, label_count: int) -> None:
    few = dict(list(EXAMPLES.items())[:label_count])
    file = write(tmp_path / "rows.jsonl", rows(few))
    card = train_file(file, validation=None, embedder=HashEmbedder(), out=tmp_path / "m", progress=silent).card
    assert len(card.labels) == label_count


def test_many_examples_take_the_other_recipe(tmp_path: Path) -> None:
    many = {
        label: "|".join(f"{text} {n}" for text in texts.split("|") for n in range(5))
        for label, texts in EXAMPLES.items()
    }
    file = write(tmp_path / "rows.jsonl", rows(many))
    card = train_file(file, validation=None, embedder=HashEmbedder(), out=tmp_path / "m", progress=silent).card
    assert card.accuracy is not None
    assert card.accuracy.value > 0.9


class WideEmbedder(HashEmbedder):
    """Four more parts beside the hashed words, as the local model's wide vectors have them."""

    @property
    def dimensions(self) -> int:
        return WIDE

    def embed(self, texts: Sequence[str]) -> Vectors:
        words = HashEmbedder().embed(texts)
        vectors = np.zeros((len(texts), WIDE), np.float32)
        for place in range(0, WIDE, PLAIN):
            share = LAST_SHARE if place == 0 else ((1 - LAST_SHARE**2) / (WIDE // PLAIN - 1)) ** 0.5
            vectors[:, place : place + words.shape[1]] = np.roll(words, place, axis=1) * np.float32(share)
        return vectors


@pytest.mark.parametrize(
    ("copies", "label_count", "kernel_rows"), [(1, 3, 11_000), (12, 3, 11_000), (12, 9, 11_000), (12, 9, 100)]
)
def test_wide_vectors_are_learnt_and_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, copies: int, label_count: int, kernel_rows: int
) -> None:
    monkeypatch.setattr(intents, "_KERNEL_ROWS", kernel_rows)
    given = {label: texts for label, texts in EXAMPLES.items() if label != "oos"}
    labels = {
        f"{label}_{n}": "|".join(f"{text} kind{n} kind{n}" for text in texts.split("|"))
        for n in range(label_count // 3)
        for label, texts in given.items()
    }
    many = {
        label: "|".join(f"{text} {n}" for text in texts.split("|") for n in range(copies))
        for label, texts in labels.items()
    }
    file, embedder = write(tmp_path / "rows.jsonl", rows(many)), WideEmbedder("wide")
    card = train_file(file, validation=None, embedder=embedder, out=tmp_path / "m", progress=silent).card
    assert card.accuracy is not None
    head = IntentHead(read(tmp_path / "m" / INTENTS, INTENTS))
    texts = [row["text"] for row in rows(many)]
    reading = head.read(texts, embedder.embed(texts))
    said = [head.labels[column] for column in reading.log_probabilities.argmax(axis=1)]
    assert np.mean([label == row["label"] for label, row in zip(said, rows(many), strict=True)]) > 0.9
    np.testing.assert_allclose(np.exp(reading.log_probabilities).sum(axis=1), 1, rtol=1e-3)


@pytest.mark.parametrize("lines", [[], [{"text": "what a goal", "label": "oos"}], [{"text": "😀", "label": "a"}]])
def test_nothing_to_learn_from_is_said(tmp_path: Path, lines: list[dict[str, str]]) -> None:
    file = write(tmp_path / "rows.jsonl", lines)
    with pytest.raises(InputInvalid, match="nothing to learn from"):
        train_file(file, validation=None, embedder=HashEmbedder(), out=tmp_path / "m", progress=silent)
    assert not (tmp_path / "m").exists()


def test_a_broken_model_file_says_how_to_mend_it(tmp_path: Path) -> None:
    (tmp_path / "intents").mkdir()
    (tmp_path / "intents" / "model.npz").write_bytes(b"half a file")
    with pytest.raises(HeadsMissing, match="assistant train"):
        load(tmp_path / INTENTS, tmp_path / STATES)


def test_a_model_another_version_wrote_says_how_to_mend_it(model: Path, tmp_path: Path) -> None:
    for kind in (INTENTS, STATES):
        kept = read(model / kind, kind)
        arrays = {name: array for name, array in kept.arrays.items() if name != "shift"}
        write_model(tmp_path / kind, kept.facts, arrays)
    with pytest.raises(HeadsMissing, match="no 'shift', so another version wrote it; run `assistant train`"):
        load(tmp_path / INTENTS, tmp_path / STATES)


@pytest.mark.parametrize("block", ["injection", "stance", "urgency", "sentiment"])
def test_a_model_without_a_part_is_refused_when_it_is_loaded_not_mention_by_mention(
    model: Path, tmp_path: Path, block: str
) -> None:
    """After an upgrade the service started, and every mention failed at being understood."""
    for kind in (INTENTS, STATES):
        kept = read(model / kind, kind)
        columns = {name: span for name, span in kept.facts.settings.get("columns", {}).items() if name != block}
        facts = kept.facts.model_copy(update={"settings": kept.facts.settings | {"columns": columns}})
        write_model(tmp_path / kind, facts, kept.arrays)
    with pytest.raises(HeadsMissing, match=f"no '{block}', so another version wrote it"):
        load(tmp_path / INTENTS, tmp_path / STATES)


def test_an_unwritable_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "m").write_text("a file where the folder should be")
    with pytest.raises(Infrastructure, match="m"):
        train_file(
            write(tmp_path / "rows.jsonl", rows()),
            validation=None,
            embedder=HashEmbedder(),
            out=tmp_path / "m",
            progress=silent,
        )


def test_scores_are_calibrated_numbers(heads: FittedHeads) -> None:
    (reading,) = heads.read(["dog"], HashEmbedder().embed(["dog"]))
    assert 0 < reading.intent_confidence <= 1
    assert np.isfinite(reading.in_scope_confidence)


CRITICAL = [
    example.text
    for category in (Sensitivity.SELF_HARM, Sensitivity.SAFETY_INJURY)
    for example in shipped(f"sensitivity/{category.value}")
    if example.label == "1"
]
SMALL = str.maketrans("abcdefghijklmnoprtuvwyz", "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀᴛᴜᴠᴡʏᴢ")
PASS_FOR = str.maketrans("aeopcyxisAEKMHOPCTX", "аеорсухіѕАЕКМНОРСТХ")
DISGUISES: dict[str, Callable[[str], str]] = {
    "handles": lambda text: f"@skylark @someone {text} @other",
    "link": lambda text: f"{text} https://links.example/abc123",
    "zero width": "\u200b".join,
    "letters of another script": lambda text: text.translate(PASS_FOR),
    "full width": lambda text: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text),
    "small capitals": lambda text: text.lower().translate(SMALL),
    "black squares": lambda text: "".join(chr(0x1F170 + ord(c) - 97) if "a" <= c <= "z" else c for c in text.lower()),
    "pictures inside words": lambda text: re.sub(r"(?<=[a-z])(?=[a-z])", "😂", text, count=3),
    "spaces": lambda text: text.replace(" ", "  \n "),
}


@settings(max_examples=60, deadline=None)
@given(text=st.sampled_from(CRITICAL), disguise=st.sampled_from(sorted(DISGUISES)))
def test_a_disguise_hides_nothing_from_the_detectors(heads: FittedHeads, text: str, disguise: str) -> None:
    plain, hidden = clean(text), clean(DISGUISES[disguise](text))
    before, after = heads.read([plain, hidden], HashEmbedder().embed([plain, hidden]))
    assert {found.category for found in after.fired} == {found.category for found in before.fired}
