"""One customer: accounts joined with consent, undone, verified, forgotten; their history beside a conversation."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from assistant.desk import identity
from assistant.desk.identity import Forgotten
from assistant.domain.conversation import Conversation
from assistant.domain.person import Handle, Person, Suggestion
from assistant.domain.triage import Note
from assistant.web.deps import Name, TheAssistant, ours
from assistant.workflows.forget_words import forget_words
from assistant.workflows.unfold import unfold_all

router = APIRouter()


class AtPerson(BaseModel):
    """The customer of a conversation. `account_facts`: whether they may be told facts of their account here.

    `other_side` is the same account's conversation on this channel: in private where this is public.
    """

    person: Person | None
    verified: bool
    account_facts: bool
    other_side: Conversation | None
    history: list[Conversation]
    notes: list[Note]
    suggestions: list[Suggestion]


class JoinIn(BaseModel):
    """Two accounts of one customer; `consent` says when and how the customer agreed."""

    model_config = ConfigDict(extra="forbid")

    known: Handle
    other: Handle
    confidence: float = Field(ge=0, le=1)
    why: str = Field(min_length=1, max_length=500)
    consent: str = Field(max_length=500)
    by: Name


class UndoIn(BaseModel):
    """The account to take out again."""

    model_config = ConfigDict(extra="forbid")

    handle: Handle
    by: Name


class VerifyIn(BaseModel):
    """The account that was proved to be the customer's, and how."""

    model_config = ConfigDict(extra="forbid")

    handle: Handle
    how: str = Field(min_length=1, max_length=500)
    by: Name


class ForgetIn(BaseModel):
    """Any account of the customer."""

    model_config = ConfigDict(extra="forbid")

    handle: Handle
    by: Name


@router.get("/conversations/{conversation_id}/person")
def read_person(
    conversation_id: str, assistant: TheAssistant, limit: Annotated[int, Query(ge=1, le=200)] = 20
) -> AtPerson:
    """Who writes, whether that is verified, their other conversations with notes, and accounts that may be theirs."""
    with assistant.require_store().read() as look:
        conversation = ours(look, conversation_id, assistant)
        own = identity.own_handle(conversation)
        person = look.person_of(own, brand_id=conversation.brand_id) if own else None
        verified = own is not None and person is not None and person.is_verified(own)
        history = identity.history(look, conversation, limit=limit)
        return AtPerson(
            person=person,
            verified=verified,
            account_facts=verified and conversation.visibility.value == "private",
            other_side=identity.other_side(look, conversation),
            history=list(history),
            notes=[note for each in (conversation, *history) for note in look.notes(each.id)],
            suggestions=list(identity.suggestions(look, conversation, pack=assistant.pack)),
        )


@router.post("/persons/join")
def join(given: JoinIn, assistant: TheAssistant) -> Person:
    """Say that two accounts are one customer's; 403 without consent."""
    with assistant.require_store().begin() as tx:
        return identity.join(tx, **dict(given), brand_id=assistant.pack.brand.id, at=assistant.clock())


@router.post("/persons/{person_id}/undo")
def undo(person_id: str, given: UndoIn, assistant: TheAssistant) -> Person:
    """Take an account out of a person again."""
    brand_id = assistant.pack.brand.id
    with assistant.require_store().begin() as tx:
        return identity.undo_join(tx, person_id, given.handle, by=given.by, brand_id=brand_id, at=assistant.clock())


@router.post("/persons/{person_id}/verify")
def verify(person_id: str, given: VerifyIn, assistant: TheAssistant) -> Person:
    """Note that the customer proved an account to be theirs; account facts may be told there in private from now on."""
    brand_id, at = assistant.pack.brand.id, assistant.clock()
    with assistant.require_store().begin() as tx:
        return identity.verify(tx, person_id, given.handle, how=given.how, by=given.by, brand_id=brand_id, at=at)


@router.post("/persons/forget")
def forget(given: ForgetIn, assistant: TheAssistant) -> Forgotten:
    """Forget a customer in every copy, this process's memory included; what the networks hold is theirs to delete."""
    store = assistant.require_store()
    unfold_all(store)
    with store.begin() as tx:
        gone = identity.forget(tx, given.handle, by=given.by, pack=assistant.pack, at=assistant.clock())
    forget_words(store)
    return gone
