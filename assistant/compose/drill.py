"""Wires a fire drill: the brand's own pipeline with every slice certified, on an empty store that is thrown away."""

import json
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

from assistant import compose
from assistant.compose.loop import outcome
from assistant.compose.triage import load_triage
from assistant.desk.intake import parse_mention
from assistant.domain.certificate import Permits
from assistant.domain.drill import Drill, DrillReport
from assistant.domain.mention import Mention
from assistant.errors import Infrastructure, InputInvalid
from assistant.kb.drills import read_drill, read_drills
from assistant.kb.remembering import Remembering
from assistant.settings import Settings
from assistant.workflows.drill import Hands, play


def drills_of(settings: Settings, *, knowledge: Path | None) -> tuple[Drill, ...]:
    """Every drill of the pack. Raises `PackInvalid`."""
    return read_drills(knowledge or settings.knowledge, compose.load_brand(settings, knowledge))


def drill_brand(
    settings: Settings, name: str, *, knowledge: Path | None, progress: Callable[[int], None]
) -> DrillReport:
    """Play one drill. Nothing of it reaches the brand's store or a channel. Raises what the parts raise.

    All slices count as certified: a drill asks what automation would do at its boldest. The ordinary mail is a few days
    of the same messages, so each is embedded once.
    """
    folder = knowledge or settings.knowledge
    pack = compose.load_brand(settings, knowledge)
    drill = read_drill(folder, name, pack)
    usual = _usual(folder / "mentions" / "sample.jsonl")
    hands, everything = Hands(drill.begins), Permits(rehearsal=True)
    embedder = compose.build_embedder(settings)
    index = compose.build_index(settings, pack, embedder)

    def parse(row: Mapping[str, object], position: str) -> Mention:
        return parse_mention(row, pack=pack, position=position)

    with compose.scratch_store() as store, closing(index):
        respond = compose.build_respond(
            settings,
            pack,
            index,
            compose.build_drafter(settings, embedder=embedder),
            store,
            triage=load_triage(folder, pack),
            permits=lambda: everything,
            clock=hands,
            asker=compose.asker_of(settings, embedder),
            reader=Remembering(compose.build_embedder(settings, wide=True)),
        )
        playing = play(
            drill, store=store, respond=respond, hands=hands, pack=pack, parse=parse, usual=usual, progress=progress
        )
        return outcome(playing)


def _usual(sample: Path) -> list[Mapping[str, object]]:
    try:
        lines = sample.read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        said = "a drill plays among ordinary mail: write some mentions there, as for `assistant run`"
        raise Infrastructure(f"{sample}: {error.strerror}; {said}") from error
    except UnicodeDecodeError as error:
        raise Infrastructure(f"{sample}: not UTF-8 at byte {error.start + 1}; save it as UTF-8") from error
    return [_row(line, f"{sample}:{number}") for number, line in enumerate(lines, start=1) if line.strip()]


def _row(line: str, place: str) -> Mapping[str, object]:
    try:
        row: object = json.loads(line)
    except ValueError:
        row = None
    if not isinstance(row, dict):
        raise InputInvalid(f"{place}: one JSON object a line is needed")
    return row
