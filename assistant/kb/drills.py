"""Reads a pack's fire drills; every mistake is named with its file, line and field."""

from collections.abc import Collection
from pathlib import Path

from pydantic import TypeAdapter

from assistant.domain.brand import Pack
from assistant.domain.drill import Drill
from assistant.errors import InputInvalid, PackInvalid
from assistant.kb.pack_source import Entry, Problems, Source, read_text, validated, values_of

FOLDER = "drills"
_DRILL: TypeAdapter[Drill] = TypeAdapter(Drill)


def drill_names(knowledge: Path) -> tuple[str, ...]:
    """The drills of a pack, by name; none where it has no such folder."""
    return tuple(sorted(path.stem for path in (knowledge / FOLDER).glob("*.yaml")))


def read_drills(knowledge: Path, pack: Pack) -> tuple[Drill, ...]:
    """Every drill of the pack, by name. Raises `PackInvalid`."""
    return tuple(read_drill(knowledge, name, pack) for name in drill_names(knowledge))


def read_drill(knowledge: Path, name: str, pack: Pack) -> Drill:
    """One drill of the pack. Raises `InputInvalid` where there is none of that name, `PackInvalid` for its mistakes."""
    if name not in (known := drill_names(knowledge)):
        listed = ", ".join(known) or "none"
        raise InputInvalid(f"{name}: no such drill in {knowledge / FOLDER}; there is: {listed}")
    problems = Problems()
    file = f"{FOLDER}/{name}.yaml"
    text = read_text(knowledge, file, problems)
    drill = _read(Source(file, text), pack, problems) if text is not None else None
    if problems.found or drill is None:
        raise PackInvalid(problems.in_order())
    return drill.model_copy(update={"id": name})


def _read(source: Source, pack: Pack, problems: Problems) -> Drill | None:
    values = values_of(source, problems)
    drill = validated(_DRILL, source, values, problems) if values is not None else None
    if drill is None:
        return None
    entry = Entry(drill, source)
    _known(entry, "topics", drill.topics, {intent.topic for intent in pack.intents}, problems)
    _known(entry, "tell", drill.tell, {queue.name for queue in pack.queues.queues}, problems)
    channels = {channel.name for channel in pack.channels}
    for place, post in enumerate(drill.posts):
        if post.channel not in channels:
            problems.at(entry, ("posts", place, "channel"), f"{post.channel!r} is not in channels.yaml; correct it")
    return drill


def _known(entry: Entry[Drill], field: str, named: Collection[str], known: Collection[str], problems: Problems) -> None:
    for place, name in enumerate(named):
        if name not in known:
            problems.at(entry, (field, place), f"the pack knows no {name!r}; correct it or remove it")
