"""A drill played while the service runs: in a process of its own, which writes down how far it is. One at a time."""

import multiprocessing
import os
from datetime import timedelta
from pathlib import Path

from assistant.adapters.followed_file import DrillFile
from assistant.compose import Assistant, models_dir, utc_now
from assistant.compose.drill import drill_brand
from assistant.domain.drill import Drill, DrillPlay
from assistant.errors import AssistantError, NotFound
from assistant.kb.drills import drill_names, read_drill
from assistant.settings import Settings

_SAID_EVERY = timedelta(seconds=0.5)
_NICE = 10
"""Mentions come first."""


def drills(assistant: Assistant) -> tuple[Drill, ...]:
    """Every drill of the brand's pack. Raises `PackInvalid`."""
    folder = assistant.folder
    return tuple(read_drill(folder, name, assistant.pack) for name in drill_names(folder)) if folder else ()


def newest(assistant: Assistant) -> DrillPlay | None:
    """The last play that was asked for, None where none was. One that was killed says so."""
    return _file(assistant).newest(at=assistant.clock())


def begin(assistant: Assistant, name: str, *, by: str) -> DrillPlay:
    """Start to play one drill. Raises `NotFound`, `PackInvalid`, `DrillUnderWay`."""
    folder, at, brand_id = assistant.folder, assistant.clock(), assistant.pack.brand.id
    if folder is None or name not in drill_names(folder):
        raise NotFound("drill", name)
    drill = read_drill(folder, name, assistant.pack)
    play = DrillPlay(by=by, started_at=at, drill=name, name=drill.name, total=drill.minutes)
    _file(assistant).begin(play)
    with assistant.require_store().begin() as tx:
        tx.append_audit(brand_id=brand_id, at=at, actor=by, event="drill_started", subject=f"drill:{name}", facts={})
    _start(assistant.settings, folder, models_dir(assistant.settings, assistant.pack), play)
    return play


def _file(assistant: Assistant) -> DrillFile:
    return DrillFile(models_dir(assistant.settings, assistant.pack))


def _start(settings: Settings, knowledge: Path, folder: Path, play: DrillPlay) -> None:
    """It ends with this process: a server that stops waits for nobody."""
    arguments = (settings, knowledge, folder, play)
    multiprocessing.get_context("spawn").Process(target=_play, args=arguments, daemon=True).start()


def _play(settings: Settings, knowledge: Path, folder: Path, play: DrillPlay) -> None:
    """The process's own work: play, and say how far it is and how it went."""
    os.nice(_NICE)
    file = DrillFile(folder)
    played, said_at = 0, play.started_at

    def advance(minutes: int) -> None:
        nonlocal played, said_at
        played += minutes
        if (now := utc_now()) - said_at >= _SAID_EVERY:
            said_at = now
            file.write(play.model_copy(update={"minutes": played}))

    def end(**how: object) -> None:
        file.write(play.model_copy(update={"minutes": played, "ended_at": utc_now(), **how}))

    try:
        with file.alone():
            report = drill_brand(settings, play.drill, knowledge=knowledge, progress=advance)
    except AssistantError as error:
        end(problem=str(error))
    except BaseException as error:
        end(problem=f"it broke off: {type(error).__name__}")
        raise
    else:
        end(report=report)
