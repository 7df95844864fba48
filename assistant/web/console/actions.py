"""What agents do: answer, take back, put off, hand over. Each is one call of the desk; refusals keep what was typed."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from pydantic import AwareDatetime
from starlette.responses import RedirectResponse, Response

import assistant.desk.automation as automation_desk
from assistant.compose import Assistant
from assistant.desk import identity, triage, undo
from assistant.desk.review import Reviewed, ReviewRequest
from assistant.domain.agent import Agent, Permission
from assistant.domain.canary import Canary
from assistant.domain.triage import Triage
from assistant.domain.vocabulary import Disposition
from assistant.errors import AssistantError, ClaimedByAnother, ConfirmFirst, InputInvalid, NotAllowed
from assistant.ports import Transaction
from assistant.web.console.audits import waits_for_verdict
from assistant.web.console.frame import (
    PREFERENCES,
    address,
    card_of,
    moment,
    page,
    preferences,
    record_of,
    within,
)
from assistant.web.console.line import following
from assistant.web.console.pages import shown
from assistant.web.console.places import Back, came_from
from assistant.web.console.telling import what_happened
from assistant.web.deps import TheAgent, TheAssistant
from assistant.web.problems import status_of
from assistant.web.sessions import require
from assistant.workflows.settle import settle

router = APIRouter()
Seen = Annotated[int, Form(ge=1)]
SNOOZES = {"1h": timedelta(hours=1), "4h": timedelta(hours=4), "1d": timedelta(days=1), "1w": timedelta(days=7)}
REASONS = ("wrong fact", "tone", "too long", "missing empathy", "policy")
"""Why an edit was made; kept as a tag of the audit entry, to learn from."""


@router.post("/conversations/{conversation_id}/review")
def review(
    request: Request,
    conversation_id: str,
    assistant: TheAssistant,
    agent: TheAgent,
    turn_id: Annotated[str, Form(max_length=100)],
    seen_version: Seen,
    disposition: Annotated[Literal["send", "ignored"], Form()],
    text: Annotated[str, Form(max_length=40_000)] = "",
    back: Back = "",
    then: Annotated[Literal["list", "next"], Form()] = "list",
    reason: Annotated[list[str] | None, Form()] = None,
    confirmed: Annotated[bool, Form()] = False,
    since: Annotated[AwareDatetime | None, Form()] = None,
) -> Response:
    """Send what stands in the editor (an unchanged draft counts as accepted), or let it be."""
    require(agent, Permission.REPLY)
    store = assistant.require_store()
    try:
        with store.read() as look:
            card = card_of(look, assistant, agent, conversation_id)
            draft = record_of(look, conversation_id, turn_id).turn.draft
        chosen = Disposition.IGNORED if disposition == "ignored" else _kind(text, has_draft=draft is not None)
        asked = ReviewRequest(
            turn_id=turn_id,
            seen_version=seen_version,
            disposition=chosen,
            text=text,
            agent=agent.name,
            reason=", ".join(each for each in reason or [] if each in REASONS),
            confirmed=confirmed,
        )
        onward = following(assistant, agent, back, conversation_id) if then == "next" else ""
        done = _settled(assistant, asked)
        if done.canary is not None:
            return _told(request, done.canary, back)
        _learn(assistant, card.conversation.id, done.record.id, reason or [], agent)
    except AssistantError as refusal:
        refused = partial(_refused, request, assistant, agent, conversation_id)
        return refused(refusal, seen_version, text, back, not_sent=disposition == "send", since=since)
    if draft is None and waits_for_verdict(assistant, done.record.id):
        return RedirectResponse(address(f"/conversations/{conversation_id}", back=back), status_code=303)
    told = {} if done.reply else {"done": conversation_id, "what": "ignored"}
    return RedirectResponse(onward or came_from(back).address(**told), status_code=303)


def _told(request: Request, canary: Canary, back: str) -> Response:
    """The draft was planted: what was wrong with it, and whether it was seen."""
    brand = request.app.state.assistant.pack.brand
    context = {"canary": canary, "home": came_from(back).address(), "brand": brand, "preferences": preferences(request)}
    return page(request, "canary.html", context)


def _settled(assistant: Assistant, asked: ReviewRequest) -> Reviewed:
    return settle(
        asked,
        store=assistant.require_store(),
        passages=assistant.passages,
        pack=assistant.pack,
        clock=assistant.clock,
        world=assistant.world(),
        undo_s=assistant.settings.undo_s,
    )


def _kind(text: str, *, has_draft: bool) -> Disposition:
    """What sending it means. Raises `InputInvalid` where nothing was written."""
    if not text.strip():
        raise InputInvalid("write the answer first, or press No reply")
    return Disposition.EDITED if has_draft else Disposition.RESPONDED


def _learn(assistant: Assistant, conversation_id: str, turn_id: str, reasons: list[str], agent: Agent) -> None:
    known = [reason for reason in reasons if reason in REASONS]
    if not known:
        return
    with assistant.require_store().begin() as tx:
        tx.append_audit(
            brand_id=assistant.pack.brand.id,
            at=assistant.clock(),
            actor=agent.name,
            event="edit_reasons",
            subject=turn_id,
            facts={"conversation": conversation_id, "reasons": known},
        )


def _refused(
    request: Request,
    assistant: Assistant,
    agent: Agent,
    conversation_id: str,
    refusal: AssistantError,
    seen: int,
    text: str,
    back: str,
    *,
    not_sent: bool = False,
    since: datetime | None = None,
) -> Response:
    """The page again with why, what happened meanwhile, and what was typed."""
    with assistant.require_store().read() as look:
        context = shown(look, request, assistant, agent, conversation_id, back=back, typed=text)
        context["story"] = what_happened(look, context["detail"], seen, since=since)
    context["refusal"] = str(refusal).replace(f"conversation {conversation_id}", "This conversation")
    context["not_sent"] = not_sent
    context["confirm"] = isinstance(refusal, ConfirmFirst)
    context["claimed"] = isinstance(refusal, ClaimedByAnother)
    return page(request, "conversation.html", context, status_of(refusal))


@router.post("/replies/{reply_id}/undo")
def take_back(reply_id: str, assistant: TheAssistant, agent: TheAgent, back: Back = "") -> Response:
    """Back to the editor with it."""
    require(agent, Permission.REPLY)
    store = assistant.require_store()
    with store.read() as look:
        conversation_id = look.reply(reply_id).conversation_id
        card_of(look, assistant, agent, conversation_id)
    what = "taken back"
    try:
        with store.begin() as tx:
            undo.undo(tx, reply_id, agent=agent.name, pack=assistant.pack, at=assistant.clock())
    except NotAllowed:
        what = "too late"
    return RedirectResponse(address(f"/conversations/{conversation_id}", back=back, what=what), status_code=303)


@router.post("/conversations/{conversation_id}/desk")
def desk(
    request: Request,
    conversation_id: str,
    assistant: TheAssistant,
    agent: TheAgent,
    action: Annotated[str, Form(max_length=20)],
    seen_version: Annotated[int, Form(ge=0)] = 0,
    value: Annotated[str, Form(max_length=10_000)] = "",
    back: Back = "",
    text: Annotated[str, Form(max_length=40_000)] = "",
) -> Response:
    """Everything that isn't an answer."""
    require(agent, Permission.NOTE if action == "note" else Permission.REPLY)
    try:
        with assistant.require_store().begin() as tx:
            card_of(tx, assistant, agent, conversation_id)
            act_on(tx, action, conversation_id, value=value, seen=seen_version, agent=agent.name, assistant=assistant)
            what = _done(action, tx.triage(conversation_id), value=value, agent=agent.name)
    except AssistantError as refusal:
        return _refused(request, assistant, agent, conversation_id, refusal, seen_version, text, back)
    if action == "take over" and text:
        return _taken_over(request, assistant, agent, conversation_id, text, back)
    if action in {"resolve", "snooze"}:
        what = {"resolve": "resolved", "snooze": "snoozed"}[action]
        return RedirectResponse(came_from(back).address(done=conversation_id, what=what), status_code=303)
    return RedirectResponse(address(f"/conversations/{conversation_id}", back=back, what=what), status_code=303)


def _done(action: str, card: Triage, *, value: str, agent: str) -> str:
    """What the page says of a step that leaves somebody where they are; empty where it shows by itself."""
    match action:
        case "wake" | "reopen":
            return "open again"
        case "assign":
            return "handed on" if card.assignee not in {"", None, agent} else "assigned" if card.assignee else "let go"
        case "tag":
            return "tagged" if triage.tag_of(value) in card.tags else "untagged"
        case "escalate":
            return "escalated" if card.escalated else "not escalated"
        case "note":
            return "noted"
        case _:
            return ""


def _taken_over(
    request: Request, assistant: Assistant, agent: Agent, conversation_id: str, text: str, back: str
) -> Response:
    """The page again, with what was typed."""
    with assistant.require_store().read() as look:
        context = shown(look, request, assistant, agent, conversation_id, back=back, typed=text)
    return page(request, "conversation.html", context)


def act_on(tx: Transaction, action: str, key: str, *, value: str, seen: int, agent: str, assistant: Assistant) -> None:
    """One step with a conversation by its name; `seen` 0 means however it stands now."""
    at, pack = assistant.clock(), assistant.pack
    steps: dict[str, Callable[[], object]] = {
        "assign": lambda: triage.assign(tx, key, to=value, agent=agent, at=at),
        "tag": lambda: triage.tag(tx, key, word=value, agent=agent, at=at),
        "note": lambda: triage.note(tx, key, text=value, agent=agent, at=at),
        "escalate": lambda: triage.escalate(tx, key, agent=agent, at=at),
        "resolve": lambda: triage.resolve(tx, key, seen=seen or _seen(tx, key), agent=agent, pack=pack, at=at),
        "reopen": lambda: triage.reopen(tx, key, agent=agent, pack=pack, at=at),
        "verify": lambda: identity.verify_own(tx, tx.conversation(key), how=value, by=agent, at=at),
        "wake": lambda: triage.wake(tx, key, agent=agent, at=at),
        "take over": lambda: triage.take_over(tx, key, agent=agent, at=at),
        "snooze": lambda: triage.snooze(
            tx,
            key,
            until=at + SNOOZES[value] if value in SNOOZES else moment(value),
            seen=seen or _seen(tx, key),
            agent=agent,
            at=at,
        ),
    }
    if action not in steps:
        raise InputInvalid(f"action: {action!r} is none of {', '.join(steps)}")
    steps[action]()


def _seen(tx: Transaction, key: str) -> int:
    return tx.conversation(key).version


@router.post("/conversations/{conversation_id}/here", status_code=204)
def here(
    conversation_id: str,
    assistant: TheAssistant,
    agent: TheAgent,
    typing: Annotated[bool, Form()] = False,
) -> Response:
    """A sign of life from an open page; typing claims the conversation."""
    if typing:
        require(agent, Permission.REPLY)
    with assistant.require_store().begin() as tx:
        card_of(tx, assistant, agent, conversation_id)
        triage.be_here(tx, conversation_id, agent=agent.name, typing=typing, at=assistant.clock())
    return Response(status_code=204)


@router.post("/automation/kill-switch")
def switch(assistant: TheAssistant, agent: TheAgent, on: Annotated[bool, Form()], back: Back = "") -> Response:
    """Stop or allow automated replies, now."""
    require(agent, Permission.SUPERVISE)
    brand_id = assistant.pack.brand.id
    with assistant.require_store().begin() as tx:
        automation_desk.set_kill_switch(tx, brand_id, on=on, by=agent.name, at=assistant.clock())
    target = within(back, otherwise="/queue/waiting")
    return RedirectResponse(address(target, what="stopped" if on else "allowed"), status_code=303)


@router.post("/preferences")
def prefer(
    agent: TheAgent,
    theme: Annotated[str, Form(max_length=10)] = "auto",
    density: Annotated[str, Form(max_length=10)] = "cozy",
    keys: Annotated[str, Form(max_length=10)] = "on",
) -> Response:
    """Kept in this browser."""
    answer = RedirectResponse("/settings", status_code=303)
    for name, value in (("theme", theme), ("density", density), ("keys", keys)):
        if value in PREFERENCES[name]:
            answer.set_cookie(name, value, max_age=31_536_000, samesite="lax", path="/")
    return answer
