"""Fit the heads of a brand pack, or the labels of any file, and say on a card how well they do."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple, assert_never

import numpy as np

from assistant.domain.brand import Pack
from assistant.errors import InputInvalid, NothingUsable, RowInvalid
from assistant.learning import versions
from assistant.learning.card import (
    change_of,
    held_verdicts,
    make_card,
    validated,
    with_languages,
)
from assistant.learning.card_file import read_card, write_card
from assistant.learning.card_page import Card, Validation
from assistant.learning.change import Change, flipped, paired, read_as_labelled, verdicts
from assistant.learning.embedded import batches, embedded
from assistant.learning.fitting import Progress as Done
from assistant.learning.fitting import one_thread_each
from assistant.learning.intents import RECIPE, FittedIntents, Material, fit_intents
from assistant.learning.rows import OOS, Example, hash_of, read_examples
from assistant.learning.states import OwnExample, fit_states, inputs_hash
from assistant.learning.states import steps as states_steps
from assistant.ports import Embedder, Languages
from assistant.scoring.folder import Facts, inputs_of, read, write
from assistant.scoring.heads import INTENTS, STATES, IntentHead
from assistant.scoring.in_use import in_use
from assistant.scoring.text import clean, has_words
from assistant.workflows.train_steps import Progress, Steps, steps_of_intents


@dataclass(frozen=True)
class Trained:
    """What training made: the card of the model in use, and the lines of the input that could not be used.

    `aside` is the card of a newer model that isn't used: it reads the same rows worse, a person rolled it back, or a
    person is to say first.
    """

    card: Card
    bad: tuple[RowInvalid, ...] = ()
    aside: Card | None = None


class Tongues(NamedTuple):
    """Who tells a text's language, and the languages the embedder reads by meaning; none named: all it knows."""

    languages: Languages
    by_meaning: frozenset[str]


class TakesOver(StrEnum):
    """When a new model takes the place of the one before it; the first one always does."""

    UNLESS_WORSE = "unless_worse"
    ALWAYS = "always"
    WHEN_ASKED = "when_asked"
    """A person puts it in place, or not."""


class Plan(NamedTuple):
    """`validation` rows are never trained on.

    `repeated`: rows left out since another says the same. Without `tongues` the card tells no languages apart.
    `own` is the least confidence in an intent that the brand asks for; `states` are other heads that go with the model.
    """

    validation: Sequence[Example] = ()
    takes_over: TakesOver = TakesOver.UNLESS_WORSE
    repeated: int = 0
    tongues: Tongues | None = None
    own: float | None = None
    states: Path | None = None


def train_pack(
    pack: Pack,
    *,
    embedder: Embedder,
    out: Path,
    progress: Progress,
    validation: Path | None = None,
    takes_over: TakesOver = TakesOver.UNLESS_WORSE,
    tongues: Tongues | None = None,
) -> Trained:
    """Fit the pack's intents and the brand-neutral heads into `out`; unchanged parts are left as they are.

    Both are in use from one moment on. Where only what the other heads learnt from changed, they are in use at once.
    """
    checked, bad = _validation(validation)
    examples = [Example(text, intent.id) for intent in pack.intents for text in intent.examples]
    examples += [Example(text, OOS) for text in pack.out_of_scope]
    names = {intent.id: intent.name for intent in pack.intents}
    plan = Plan(checked, takes_over, tongues=tongues, own=pack.automation.min_intent_confidence)
    task, steps = _task(examples, plan, names=names, embedder=embedder, out=out), Steps(progress)
    steps.add(_steps(task, embedder))
    states = _states_of(pack, embedder=embedder, out=out, steps=steps)
    task = task._replace(plan=task.plan._replace(states=states))
    trained = _train_intents(task, embedder=embedder, out=out, progress=steps.done)
    newest = versions.folder_of(out, (trained.aside or trained.card).fingerprint)
    if states is not None and inputs_of(newest / STATES, STATES) != inputs_of(states, STATES):
        versions.put_states(out, states)
    return replace(trained, bad=bad)


def _states_of(pack: Pack, *, embedder: Embedder, out: Path, steps: Steps) -> Path | None:
    """Where the other heads fitted for this pack wait for their model; None where nothing new was to be learnt."""
    inputs, waiting = _states_inputs(pack, embedder), versions.waiting_states(out)
    if inputs_of(in_use(out).states, STATES) == inputs or versions.states_aside(out, inputs):
        return None
    train_states(pack, embedder=embedder, out=waiting.parent, steps=steps)
    return waiting


def train_states(pack: Pack | None, *, embedder: Embedder, out: Path, steps: Steps) -> None:
    """Fit sentiment, urgency, stance and sensitivity into `out`/states, unless they are there already.

    They learn from shipped examples; the pack's own only teach what ordinary messages to this brand sound like. None
    fits heads for any brand. What is to be done is added to `steps`.
    """
    inputs = _states_inputs(pack, embedder)
    if inputs_of(out / STATES, STATES) == inputs:
        return
    steps.add(states_steps(embedder, _own(pack)))
    fitted = fit_states(embedder, _own(pack), steps.done)
    write(out / STATES, Facts(kind=STATES, inputs=inputs, settings=fitted.settings), fitted.arrays)


def _states_inputs(pack: Pack | None, embedder: Embedder) -> str:
    return hash_of([inputs_hash(_own(pack)), embedder.fingerprint])


def _own(pack: Pack | None) -> Sequence[OwnExample]:
    intents = pack.intents if pack else ()
    return [OwnExample(text, intent.tier) for intent in intents for text in intent.examples]


def train_file(
    examples: Path,
    *,
    validation: Path | None,
    embedder: Embedder,
    out: Path,
    progress: Progress,
    takes_over: TakesOver = TakesOver.ALWAYS,
    tongues: Tongues | None = None,
) -> Trained:
    """Fit the labels of a file (rows `text`, `label`; label `oos` marks out-of-scope examples) into `out`/intents.

    Bad lines are reported and the rest is used; a validation file's bad lines count too. The model
    takes the place of the one before it in `out`, which is kept. Raises `NothingUsable` where no usable row is left,
    `Infrastructure` where a file can't be read.
    """
    good, bad = _usable(examples)
    checked, bad_checked = _validation(validation)
    if not any(example.label != OOS for example in good):
        what = f"every usable row is labelled `{OOS}`" if good else "no usable row with `text` and `label`"
        raise NothingUsable(f"{examples}: {what}; nothing to learn from", bad)
    names = {label: label.replace("_", " ").replace("-", " ") for label in {example.label for example in good}}
    plan = Plan(checked, takes_over, tongues=tongues)
    task, steps = _task(good, plan, names=names, embedder=embedder, out=out), Steps(progress)
    steps.add(_steps(task, embedder))
    trained = _train_intents(task, embedder=embedder, out=out, progress=steps.done)
    return replace(trained, bad=(*bad, *bad_checked))


def _usable(path: Path) -> tuple[list[Example], tuple[RowInvalid, ...]]:
    """The rows that hold words, and why the others can't be used, by line."""
    good, bad = read_examples(path)
    wordless = [row for row in good if not has_words(clean(row.text))]
    named = [RowInvalid(row.line, "no words are left beside handles, links and emoji") for row in wordless]
    kept = [row for row in good if has_words(clean(row.text))]
    return kept, tuple(sorted([*bad, *named], key=lambda problem: problem.line))


def _validation(path: Path | None) -> tuple[Sequence[Example], tuple[RowInvalid, ...]]:
    if path is None:
        return (), ()
    good, bad = read_examples(path)
    if not good:
        raise NothingUsable(f"{path}: no usable row with `text` and `label`; nothing to measure with", bad)
    return good, tuple(RowInvalid(row.line, f"{path.name}: {row.problem}") for row in bad)


class _Task(NamedTuple):
    """What is to be learnt beside what was learnt before: the model in use, and one that waits for a person."""

    examples: Sequence[Example]
    plan: Plan
    names: dict[str, str]
    inputs: str
    current: Card | None
    is_current: bool
    """Whether the model in use learnt from the same."""
    aside: versions.Aside | None
    """Only where it learnt from the same."""


def _task(examples: Sequence[Example], plan: Plan, *, names: dict[str, str], embedder: Embedder, out: Path) -> _Task:
    examples, plan = _once_each(examples, plan)
    inputs = hash_of(
        [
            str(RECIPE),
            embedder.fingerprint,
            *(f"{label} {name}" for label, name in sorted(names.items())),
            *(part for row in examples for part in (row.text, row.label)),
        ]
    )
    fitted_from = inputs_of(in_use(out).intents, INTENTS)
    current = read_card(out) if fitted_from is not None else None
    aside = versions.aside_of(out) if current is not None else None
    if aside is not None and aside.inputs != inputs:
        aside = None
    return _Task(examples, plan, names, inputs, current, current is not None and fitted_from == inputs, aside)


def _steps(task: _Task, embedder: Embedder) -> int:
    """Of `_train_intents`."""
    checked = batches(len(task.plan.validation))
    if task.is_current:
        return checked
    if task.aside is not None:
        return 0
    again = task.current is not None and task.current.embedder == embedder.fingerprint
    return steps_of_intents(task.examples) + checked * (2 if again else 1)


def _train_intents(task: _Task, *, embedder: Embedder, out: Path, progress: Done) -> Trained:
    plan, current, aside = task.plan, task.current, task.aside
    if current is not None and task.is_current:
        return Trained(_measured(out, current, plan.validation, embedder, progress))
    if current is not None and aside is not None:
        if plan.takes_over is TakesOver.ALWAYS:
            return Trained(versions.use(out, aside.fingerprint))
        return Trained(current, aside=versions.card_of(out, aside.fingerprint))
    card = _fitted(task, embedder, out, progress)
    if current is None or _takes_over(card, plan.takes_over):
        return Trained(versions.use(out, card.fingerprint))
    states = inputs_of(plan.states, STATES) if plan.states else None
    versions.set_aside(out, versions.Aside(fingerprint=card.fingerprint, inputs=task.inputs, states=states or ""))
    return Trained(current, aside=card)


def _takes_over(card: Card, when: TakesOver) -> bool:
    match when:
        case TakesOver.ALWAYS:
            return True
        case TakesOver.WHEN_ASKED:
            return False
        case TakesOver.UNLESS_WORSE:
            return card.change is None or not card.change.is_worse
        case _:
            assert_never(when)


def _once_each(examples: Sequence[Example], plan: Plan) -> tuple[Sequence[Example], Plan]:
    """The examples without those that repeat another, or that are validated with: neither may be tested on itself."""
    checked = {clean(row.text) for row in plan.validation}
    left = [row for row in examples if clean(row.text) not in checked]
    if examples and not any(row.label != OOS for row in left):
        raise InputInvalid("every example is among the validation rows too; nothing is left to learn from")
    firsts: dict[tuple[str, str], Example] = {}
    for row in left:
        firsts.setdefault((clean(row.text), row.label), row)
    return tuple(firsts.values()), plan._replace(repeated=len(left) - len(firsts))


def _fitted(task: _Task, embedder: Embedder, out: Path, progress: Done) -> Card:
    """The card of a new model, which is kept but not in use yet."""
    plan, current = task.plan, task.current
    inside, outside, labels, material = _material(task.examples, task.names, embedder, progress)
    with one_thread_each():
        fitted = fit_intents(material, progress)
    settings = {"labels": list(labels), "embedder": embedder.fingerprint, **fitted.settings}
    facts = Facts(kind=INTENTS, inputs=task.inputs, settings=settings)
    fingerprint = versions.save(out, facts, fitted.arrays, states=plan.states)
    card = make_card(
        inside,
        outside,
        labels,
        material,
        fitted,
        fingerprint=fingerprint,
        embedder=embedder.fingerprint,
        repeated=plan.repeated,
        own=plan.own,
    )
    if plan.tongues is not None:
        card = _in_languages(card, plan.tongues, material, fitted)
    held = held_verdicts(material, labels, fitted)
    new = _read_again(versions.folder_of(out, fingerprint), plan.validation, embedder, progress)
    old = None
    if current is not None and current.embedder == embedder.fingerprint:
        old = _read_again(in_use(out).intents, plan.validation, embedder, progress)
    update: dict[str, object] = {"validation": new.figures if new else None}
    if current is not None:
        before = versions.held_of(out, current.fingerprint)
        old = _not_learnt(old, before) if old else None
        checked = paired(old.right, new.right) if old and new else None
        change = change_of(current, card, before=before, after=held, checked=checked)
        update["change"] = _with_rows(change, plan.validation, old, new) if old and new else change
    card = card.model_copy(update=update)
    versions.describe(out, card, held)
    return card


def _not_learnt(old: "_Checked", held: versions.Held) -> "_Checked":
    """Without the rows that the old model learnt before they were validated with: it would be tested on itself."""
    learnt = {row for rows in held.values() for row in rows}
    return old._replace(right={row: ok for row, ok in old.right.items() if row not in learnt})


def _with_rows(change: Change, validation: Sequence[Example], old: "_Checked", new: "_Checked") -> Change:
    """With the validation rows that were put right and lost, which a person can look at."""
    texts, labels = [clean(row.text) for row in validation], [row.label for row in validation]
    put_right = flipped(texts, labels, wrong=old.right, right=new.right)
    lost = flipped(texts, labels, wrong=new.right, right=old.right)
    return change.model_copy(update={"put_right": put_right, "lost": lost})


def _in_languages(card: Card, tongues: Tongues, material: Material, fitted: FittedIntents) -> Card:
    rows = fitted.tested.rows
    spoken = [tongues.languages.identify(material.texts[row])[0] for row in rows]
    right = fitted.tested.log_probabilities.argmax(axis=1) == material.labels[rows]
    return with_languages(card, spoken, right.tolist(), by_meaning=tongues.by_meaning)


def _measured(out: Path, card: Card, validation: Sequence[Example], embedder: Embedder, progress: Done) -> Card:
    """The card with the figures of these validation rows, where there are any."""
    read_again = _read_again(in_use(out).intents, validation, embedder, progress)
    if read_again is None or read_again.figures == card.validation:
        return card
    card = card.model_copy(update={"validation": read_again.figures})
    write_card(out, card)
    return card


class _Checked(NamedTuple):
    figures: Validation
    right: dict[str, bool]


def _read_again(folder: Path, validation: Sequence[Example], embedder: Embedder, progress: Done) -> _Checked | None:
    """Read the rows of the validation file with a head as it was written; unknown labels count as wrong."""
    if not validation:
        return None
    head = IntentHead(read(folder, INTENTS))
    texts = [clean(row.text) for row in validation]
    reading = head.read(texts, embedded(embedder, texts, progress))
    inside = np.array([row.label != OOS for row in validation])
    best = [head.labels[place] for place in reading.log_probabilities.argmax(axis=1)]
    right = np.array([row.label == label for row, label in zip(validation, best, strict=True)])[inside]
    kept, turned_away = reading.in_scope[inside], reading.in_scope[~inside]
    confidence = np.exp(reading.log_probabilities.max(axis=1))[inside]
    unknown = {row.label for row in validation} - {*head.labels, OOS}
    figures = validated(confidence, right, kept, turned_away, threshold=head.gate.threshold, unknown=unknown)
    labels = [row.label for row in validation]
    as_labelled = read_as_labelled(labels, best, reading.in_scope >= head.gate.threshold)
    return _Checked(figures, verdicts(texts, labels, as_labelled))


def _material(
    examples: Sequence[Example], names: dict[str, str], embedder: Embedder, progress: Done
) -> tuple[list[Example], list[Example], tuple[str, ...], Material]:
    """Rows whose words are gone after cleaning are left out; the label order is that of first appearance."""
    usable = [example for example in examples if has_words(clean(example.text))]
    inside = [example for example in usable if example.label != OOS]
    outside = [example for example in usable if example.label == OOS]
    if not inside:
        raise InputInvalid("no example has any words; nothing to learn from")
    labels = tuple(dict.fromkeys(example.label for example in inside))
    place = {label: position for position, label in enumerate(labels)}
    texts, oos_texts = [clean(row.text) for row in inside], [clean(row.text) for row in outside]
    words = [names[label] for label in labels]
    vectors = embedded(embedder, [*texts, *words, *oos_texts], progress)
    ends = np.cumsum([len(texts), len(words)])
    in_vectors, name_vectors, oos_vectors = np.split(vectors, ends)
    material = Material(
        names=words,
        texts=texts,
        labels=np.array([place[row.label] for row in inside], np.int64),
        vectors=in_vectors,
        name_vectors=name_vectors,
        oos_texts=oos_texts,
        oos_vectors=oos_vectors,
    )
    return inside, outside, labels, material
