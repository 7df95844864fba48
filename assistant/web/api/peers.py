"""Customers who help customers: who agreed to be asked, and what came of each invitation."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from assistant.desk import advocates
from assistant.domain.peer import Advocate, PeerInvite
from assistant.domain.person import Handle
from assistant.web.deps import Name, TheAssistant

router = APIRouter()
Word = Annotated[str, Field(min_length=1, max_length=100)]


class AdvocateIn(BaseModel):
    """A customer who agreed to be invited by name; `consent` says when and how, `topics` are topics or intents."""

    model_config = ConfigDict(extra="forbid")

    handles: list[Handle] = Field(min_length=1, max_length=20)
    topics: list[Word] = Field(min_length=1, max_length=100)
    languages: list[Word] = Field(min_length=1, max_length=20)
    consent: str = Field(min_length=1, max_length=500)
    by: Name


class LeaveIn(BaseModel):
    """Who notes it."""

    model_config = ConfigDict(extra="forbid")

    by: Name


@router.get("/advocates")
def list_advocates(assistant: TheAssistant) -> list[Advocate]:
    """Everybody who agreed to be asked and didn't take it back, newest first."""
    with assistant.require_store().read() as look:
        return list(look.advocates(brand_id=assistant.pack.brand.id))


@router.post("/advocates")
def add_advocate(given: AdvocateIn, assistant: TheAssistant) -> Advocate:
    """Note that a customer agreed to be invited; 403 without consent, 422 for topics the pack doesn't know."""
    with assistant.require_store().begin() as tx:
        return advocates.take_up(tx, **dict(given), pack=assistant.pack, at=assistant.clock())


@router.post("/advocates/{advocate_id}/leave")
def leave(advocate_id: str, given: LeaveIn, assistant: TheAssistant) -> Advocate:
    """They are never invited again, and their name goes from invitations."""
    brand_id, at = assistant.pack.brand.id, assistant.clock()
    with assistant.require_store().begin() as tx:
        return advocates.let_go(tx, advocate_id, by=given.by, brand_id=brand_id, at=at)


@router.get("/peer-invites")
def list_invites(
    assistant: TheAssistant, limit: Annotated[int, Query(ge=1, le=500)] = 100, only_open: bool = False
) -> list[PeerInvite]:
    """Invitations, newest first: why this customer, until when, how it ended."""
    with assistant.require_store().read() as look:
        return list(look.all_peer_invites(brand_id=assistant.pack.brand.id, limit=limit, only_open=only_open))
