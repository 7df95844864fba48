"""A drill played while the service runs: in a process of its own, which writes down how far it is. One at a time."""

from pathlib import Path

from assistant.adapters.followed_file import DrillFile
from assistant.compose import Assistant, models_dir
from assistant.compose.drill import drill_brand
from assistant.compose.followed import Said, start
from assistant.domain.drill import Drill, DrillPlay
from assistant.errors import NotFound
from assistant.kb.drills import drill_names, read_drill, read_drills
from assistant.settings import Settings


def drills(assistant: Assistant) -> tuple[Drill, ...]:
    """Every drill of the brand's pack. Raises `PackInvalid`."""
    folder = assistant.folder
    return read_drills(folder, assistant.pack) if folder else ()


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
    start(_play, assistant.settings, folder, models_dir(assistant.settings, assistant.pack), play)
    return play


def end(assistant: Assistant, *, by: str) -> DrillPlay:
    """Have the play that goes on ended at its next step. Raises `NotFound` where none does."""
    play, at, brand_id = newest(assistant), assistant.clock(), assistant.pack.brand.id
    if play is None or not play.is_running:
        raise NotFound("drill is played")
    _file(assistant).ask_to_end(by)
    with assistant.require_store().begin() as tx:
        subject = f"drill:{play.drill}"
        tx.append_audit(brand_id=brand_id, at=at, actor=by, event="drill_ended", subject=subject, facts={})
    return play


def is_ending(assistant: Assistant) -> bool:
    """Whether somebody asked the play to end."""
    return bool(_file(assistant).asked_to_end())


def _file(assistant: Assistant) -> DrillFile:
    return DrillFile(models_dir(assistant.settings, assistant.pack))


def _play(settings: Settings, knowledge: Path, folder: Path, play: DrillPlay) -> None:
    """The process's own work."""
    file = DrillFile(folder)
    said = Said(file, play)
    with said.at_work(), file.alone():
        report = drill_brand(
            settings,
            play.drill,
            knowledge=knowledge,
            progress=lambda minutes: said.advance(minutes=said.kept.minutes + minutes),
        )
        said.end(report=report)
