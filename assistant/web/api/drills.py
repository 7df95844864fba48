"""Drills: which ones the pack has, and playing one while the service runs."""

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from assistant.compose import drilling
from assistant.domain.drill import Drill, DrillPlay
from assistant.web.deps import Name, TheAssistant

router = APIRouter()


class PlayIn(BaseModel):
    """Who asks for it."""

    model_config = ConfigDict(extra="forbid")

    by: Name


@router.get("/drills")
def list_drills(assistant: TheAssistant) -> list[Drill]:
    """Every drill of the pack with its posts and what it asks for."""
    return list(drilling.drills(assistant))


@router.get("/drills/newest")
def newest_play(assistant: TheAssistant) -> DrillPlay | None:
    """The last play that was asked for; it goes on while `ended_at` is null, and `report` says how it went."""
    return drilling.newest(assistant)


@router.post("/drills/{drill_id}", status_code=202)
def play_drill(drill_id: str, play_in: PlayIn, assistant: TheAssistant) -> DrillPlay:
    """Play one drill in a store of its own; nothing is sent. 409 while another is played."""
    return drilling.begin(assistant, drill_id, by=play_in.by)


@router.post("/drills/newest/end", status_code=202)
def end_drill(end_in: PlayIn, assistant: TheAssistant) -> DrillPlay:
    """End the drill that is played, at its next step; 404 where none is."""
    return drilling.end(assistant, by=end_in.by)
