"""The last models of a folder: kept whole, put into use, set aside and put back."""

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from assistant.domain.value import Value
from assistant.errors import HeadsMissing, Infrastructure, InputInvalid, NotFound
from assistant.learning.card_file import read_card, write_card
from assistant.learning.card_page import Card
from assistant.scoring.folder import MODEL_FILE, Arrays, Facts, inputs_of, read, write
from assistant.scoring.heads import INTENTS, STATES, fingerprint_of
from assistant.scoring.in_use import VERSIONS, in_use
from assistant.whole_file import replace_file

KEPT = 5
"""Models of one folder, the one in use among them."""
_HELD = "held.json"
_ASIDE = "aside.json"
_NEW = "new"
_WAITING = "waiting"

Held = Mapping[str, Mapping[str, bool]]
"""By what was measured (`intents`, `scope`), whether each row was read rightly by fits that left it out; and all rows
that were `learnt`."""


Standing = Literal["in use", "kept", "set aside", "of another version"]
"""One of another version was fitted by a program or on vectors that aren't these any more: it can't be put in place."""


class Version(Value):
    """One model kept. `heads` is what turns call it; one that is set aside was so by a verdict or by a person."""

    fingerprint: str
    heads: str
    trained_at: datetime
    standing: Standing
    card: Card


class Aside(Value):
    """The newest model that isn't used, and what it was fitted from: the same examples don't bring it back.

    `states` is what its other heads were fitted from, empty where those in use are its own.
    """

    fingerprint: str
    inputs: str
    states: str = ""


def waiting_states(out: Path) -> Path:
    """Where other heads are put that are in use only together with the model fitted beside them."""
    return out / VERSIONS / _WAITING / STATES


def save(out: Path, facts: Facts, arrays: Arrays, *, states: Path | None = None) -> str:
    """Keep a model that is not in use yet; its fingerprint. The other heads go with it, else those in use."""
    folder = out / VERSIONS
    _remove(folder / _NEW)
    fingerprint = write(folder / _NEW, facts, arrays)
    others = (states or in_use(out).states) / MODEL_FILE
    if others.is_file():
        _put(others, folder / _NEW / STATES / MODEL_FILE)
    try:
        _remove(folder / fingerprint)
        (folder / _NEW).rename(folder / fingerprint)
    except OSError as error:
        raise Infrastructure(f"{folder} can't be written: {error.strerror or error}; nothing was changed") from error
    return fingerprint


def describe(out: Path, card: Card, held: Held) -> None:
    """Keep the card and the held-out verdicts of a model that was saved."""
    folder = folder_of(out, card.fingerprint)
    replace_file(folder / _HELD, json.dumps(held).encode())
    write_card(folder, card)


def held_of(out: Path, fingerprint: str) -> Held:
    """The verdicts of a model that was kept; nothing where they are gone."""
    try:
        held: Held = json.loads((folder_of(out, fingerprint) / _HELD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return held


def folder_of(out: Path, fingerprint: str) -> Path:
    """Where a kept model is."""
    return out / VERSIONS / fingerprint


def card_of(out: Path, fingerprint: str) -> Card | None:
    """The card of a kept model, or None where it is gone."""
    return read_card(folder_of(out, fingerprint))


def kept_card(out: Path, fingerprint: str) -> Card:
    """The card of a kept model. Raises `NotFound`, of names too that no model has."""
    card = card_of(out, fingerprint) if fingerprint.isalnum() else None
    if card is None:
        raise NotFound("model", fingerprint)
    return card


def use(out: Path, fingerprint: str) -> Card:
    """Put a kept model into use; its card. Raises `NotFound` where none of that name was kept."""
    folder = folder_of(out, fingerprint)
    card = read_card(folder)
    if card is None:
        raise NotFound("model", fingerprint)
    _keep_current(out)
    kept = folder / STATES / MODEL_FILE
    if not kept.is_file() and (others := in_use(out).states / MODEL_FILE).is_file():
        _put(others, kept)
    write_card(out, card)
    _put(folder / MODEL_FILE, out / INTENTS / MODEL_FILE)
    if kept.is_file():
        _put(kept, out / STATES / MODEL_FILE)
    aside = aside_of(out)
    if aside is not None and aside.fingerprint == fingerprint:
        (out / VERSIONS / _ASIDE).unlink(missing_ok=True)
    _forget_old(out)
    return card


def put_states(out: Path, states: Path) -> None:
    """Put other heads into use beside the intents as they are."""
    current = read_card(out)
    if current is not None and (kept := folder_of(out, current.fingerprint)).is_dir():
        _put(states / MODEL_FILE, kept / STATES / MODEL_FILE)
    _put(states / MODEL_FILE, out / STATES / MODEL_FILE)


def states_aside(out: Path, inputs: str) -> bool:
    """Whether the other heads fitted from these inputs were set aside by a person."""
    aside = aside_of(out)
    return aside is not None and aside.states == inputs


def restore(out: Path, fingerprint: str) -> Card:
    """Put an earlier model back, with the other heads it was used with.

    The one in use is set aside: training on the same examples doesn't bring it back.

    Raises `NotFound`, and `InputInvalid` where it is of another version.
    """
    kept_card(out, fingerprint)
    if not (folder_of(out, fingerprint) / MODEL_FILE).is_file():
        raise NotFound("model", fingerprint)
    if not _can_serve(out, out / VERSIONS / fingerprint):
        raise InputInvalid(
            f"model {fingerprint} was fitted by another version or for another embedding model; train a new one"
        )
    current = read_card(out)
    if current is not None and current.fingerprint != fingerprint:
        used = in_use(out)
        inputs = read(used.intents, INTENTS).facts.inputs
        set_aside(
            out, Aside(fingerprint=current.fingerprint, inputs=inputs, states=inputs_of(used.states, STATES) or "")
        )
    return use(out, fingerprint)


def set_aside(out: Path, aside: Aside) -> None:
    """Remember a model that isn't to be used unless a person says so."""
    replace_file(out / VERSIONS / _ASIDE, aside.model_dump_json().encode())
    _forget_old(out)


def aside_of(out: Path) -> Aside | None:
    """The model set aside last, if it is still kept."""
    try:
        found = Aside.model_validate_json((out / VERSIONS / _ASIDE).read_text(encoding="utf-8"))
    except (OSError, ValidationError):
        return None
    return found if (folder_of(out, found.fingerprint) / MODEL_FILE).is_file() else None


def versions(out: Path) -> Sequence[Version]:
    """The models kept, newest first."""
    current, aside = read_card(out), aside_of(out)
    found = []
    for folder in _folders(out):
        card = read_card(folder)
        if card is None:
            continue
        serves = current is not None and current.fingerprint == card.fingerprint
        stands: Standing = "set aside" if aside and aside.fingerprint == folder.name else "kept"
        usable = _can_serve(out, folder)
        found.append(
            Version(
                fingerprint=card.fingerprint,
                heads=_heads(in_use(out).states if serves else folder / STATES, card) if usable else "",
                trained_at=datetime.fromtimestamp((folder / MODEL_FILE).stat().st_mtime, UTC),
                standing="in use" if serves else stands if usable else "of another version",
                card=card,
            )
        )
    return found


def _can_serve(out: Path, folder: Path) -> bool:
    """Whether this program reads the kept model, and it is of the embedder that the one in use is of."""
    try:
        kept = read(folder, INTENTS)
        if (folder / STATES / MODEL_FILE).is_file():
            read(folder / STATES, STATES)
    except HeadsMissing:
        return False
    try:
        used = read(in_use(out).intents, INTENTS)
    except HeadsMissing:
        return True
    return bool(kept.facts.settings.get("embedder") == used.facts.settings.get("embedder"))


def _put(file: Path, there: Path) -> None:
    """One file in two places, where the disk can do that: models are replaced, never written into."""
    if there.is_file() and there.samefile(file):
        return
    part = there.with_name(f".{there.name}.part")
    try:
        there.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        part.hardlink_to(file)
        part.replace(there)
    except OSError:
        replace_file(there, file.read_bytes())


def _heads(states: Path, card: Card) -> str:
    """What turns call a model together with the other heads; empty where these weren't kept."""
    whole = (states / MODEL_FILE).is_file()
    return fingerprint_of(card.fingerprint, read(states, STATES).fingerprint) if whole else ""


def _keep_current(out: Path) -> None:
    """A model from before models were kept is kept too, so that it can be put back."""
    current = read_card(out)
    if current is None:
        return
    kept = folder_of(out, current.fingerprint)
    if (states := out / STATES / MODEL_FILE).is_file() and not (kept / STATES / MODEL_FILE).is_file():
        _put(states, kept / STATES / MODEL_FILE)
    if (model := out / INTENTS / MODEL_FILE).is_file() and not (kept / MODEL_FILE).is_file():
        _put(model, kept / MODEL_FILE)
        write_card(kept, current)


def _folders(out: Path) -> Iterator[Path]:
    """Newest first."""
    found = [path for path in (out / VERSIONS).glob("*") if (path / MODEL_FILE).is_file() and path.name != _NEW]
    yield from sorted(found, key=lambda path: (path / MODEL_FILE).stat().st_mtime_ns, reverse=True)


def _forget_old(out: Path) -> None:
    """Keep the newest, the one in use and the one set aside."""
    current, aside = read_card(out), aside_of(out)
    named = {card.fingerprint for card in (current, aside) if card is not None}
    for folder in list(_folders(out))[KEPT:]:
        if folder.name not in named:
            _remove(folder)


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
