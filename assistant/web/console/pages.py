"""The console's pages: what waits, one conversation with its draft and evidence, and what to do about it."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from fastapi.templating import Jinja2Templates
from starlette.responses import RedirectResponse, Response

from assistant.compose import Assistant
from assistant.domain.certificate import Standing
from assistant.domain.vocabulary import REASON_SENTENCES, ConversationState, Decision, Disposition
from assistant.errors import AssistantError
from assistant.guardrails.fit import limit_of, measure
from assistant.web.api.automation import SwitchIn, set_kill_switch
from assistant.web.api.turns import ReviewIn, decide
from assistant.web.deps import TheAssistant
from assistant.web.problems import status_of

PAGE = 50
OPEN = (ConversationState.OPEN,)
View = Literal["review", "handoff", "sent", "quiet"]
VIEWS: dict[View, tuple[str, tuple[Decision, ...], tuple[ConversationState, ...]]] = {
    "review": ("To review", (Decision.REVIEW,), OPEN),
    "handoff": ("For a person", (Decision.HANDOFF,), OPEN),
    "sent": ("By the assistant", (Decision.AUTO_REPLY,), ()),
    "quiet": ("No reply", (Decision.NO_REPLY,), ()),
}
"""Saved views: what each is called, which decisions it shows, and in which states (none means any)."""

router = APIRouter()
templates = Jinja2Templates(directory=Path(__file__).parent / "templates")
templates.env.globals.update(reason_sentence=lambda reason: REASON_SENTENCES[reason], measure=measure)


def _waiting(now: datetime, due_at: datetime | None) -> str:
    if due_at is None:
        return ""
    minutes = round((due_at - now).total_seconds() / 60)
    amount = f"{abs(minutes)} min" if abs(minutes) < 120 else f"{abs(minutes) // 60} h"
    return f"{amount} late" if minutes < 0 else f"due in {amount}"


def _frame(assistant: Assistant, view: View) -> dict[str, object]:
    """What every page shows around its content."""
    brand = assistant.pack.brand
    title, decisions, states = VIEWS[view]
    with assistant.require_store().read() as look:
        items = look.conversations(brand_id=brand.id, states=states, decisions=decisions, limit=PAGE)
        counts = look.count_by_decision(brand_id=brand.id)
        automation = look.automation(brand.id)
    now = assistant.clock()
    return {
        "brand": brand,
        "drafter": assistant.drafter.name,
        "automation": automation,
        "certified": any(standing is Standing.STANDS for _, standing in assistant.certificates()),
        "view": view,
        "view_title": title,
        "views": {key: (label, counts.get(of[0]) if open_ else None) for key, (label, of, open_) in VIEWS.items()},
        "items": [(item, _waiting(now, item.due_at)) for item in items],
        "more": len(items) == PAGE,
    }


def _shown(assistant: Assistant, conversation_id: str) -> dict[str, object]:
    """One conversation with the passages its newest turn rests on."""
    with assistant.require_store().read() as look:
        detail = look.detail(conversation_id)
    record = detail.turns[-1] if detail.turns else None
    ids = [ref.passage_id for ref in record.turn.evidence] if record else []
    if record and record.turn.draft:
        ids += [cited.passage_id for claim in record.turn.draft.claims for cited in claim.citations]
    return {
        "detail": detail,
        "record": record,
        "passages": assistant.passages(list(dict.fromkeys(ids))),
        "limit": limit_of(detail.conversation.channel),
        "waiting": _waiting(assistant.clock(), detail.conversation.due_at),
    }


def _page(request: Request, name: str, context: dict[str, object], status: int = 200) -> Response:
    return templates.TemplateResponse(request, name, context, status_code=status)


@router.get("/")
def home() -> RedirectResponse:
    """The queue is home."""
    return RedirectResponse("/queue/review", status_code=303)


@router.get("/queue/{view}")
def queue(request: Request, view: View, assistant: TheAssistant) -> Response:
    """What waits in one view; the most urgent conversation is open already."""
    context = _frame(assistant, view)
    items = context["items"]
    if isinstance(items, list) and items:
        context |= _shown(assistant, items[0][0].id)
    return _page(request, "queue.html", context)


@router.get("/queue/{view}/{conversation_id}")
def conversation(request: Request, view: View, conversation_id: str, assistant: TheAssistant) -> Response:
    """One conversation beside its view."""
    return _page(request, "queue.html", _frame(assistant, view) | _shown(assistant, conversation_id))


@router.post("/queue/{view}/{conversation_id}/review")
def act(
    request: Request,
    view: View,
    conversation_id: str,
    assistant: TheAssistant,
    turn_id: Annotated[str, Form()],
    seen_version: Annotated[int, Form(ge=1)],
    disposition: Annotated[Disposition, Form()],
    agent: Annotated[str, Form(min_length=1, max_length=100)] = "console",
    text: Annotated[str, Form(max_length=40_000)] = "",
) -> Response:
    """Carry out what the agent chose; a refusal shows why and keeps what was typed."""
    words = None if disposition in {Disposition.ACCEPTED, Disposition.IGNORED} else text
    try:
        decide(
            assistant, turn_id, ReviewIn(disposition=disposition, seen_version=seen_version, agent=agent, text=words)
        )
    except AssistantError as refusal:
        context = _frame(assistant, view) | _shown(assistant, conversation_id) | {"refusal": refusal, "typed": text}
        return _page(request, "queue.html", context, status_of(refusal))
    return RedirectResponse(f"/queue/{view}", status_code=303)


@router.post("/automation/kill-switch")
def switch(assistant: TheAssistant, on: Annotated[bool, Form()], view: Annotated[View, Form()] = "review") -> Response:
    """Stop or allow automated replies, now."""
    set_kill_switch(SwitchIn(on=on, by="console"), assistant)
    return RedirectResponse(f"/queue/{view}", status_code=303)
