"""The command centre: everything a supervisor must see early, on one page, and the levers beside it."""

from collections import Counter
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

import assistant.desk.automation as automation_desk
from assistant.compose import Assistant
from assistant.domain.agent import Agent, Permission
from assistant.domain.automation import AutomationState, Step
from assistant.domain.centre import Centre
from assistant.domain.vocabulary import Decision, Disposition
from assistant.ports import Metered
from assistant.web.console.certificates import news
from assistant.web.console.frame import address, base, page
from assistant.web.console.places import Back
from assistant.web.deps import TheAgent, TheAssistant
from assistant.web.sessions import require
from assistant.workflows.watch import Watch

router = APIRouter()
Flag = Annotated[bool, Query()]
GAP_DAYS = 7
_DECISIONS = (
    (Decision.AUTO_REPLY, "to answer by itself", "good"),
    (Decision.REVIEW, "draft for review", "plain"),
    (Decision.HANDOFF, "to a person", "warm"),
    (Decision.NO_REPLY, "no reply", "faint"),
)
_DISPOSITIONS: tuple[tuple[Disposition | None, str, str], ...] = (
    (Disposition.ACCEPTED, "sent as it was", "good"),
    (Disposition.EDITED, "edited", "warm"),
    (Disposition.RESPONDED, "written anew", "bad"),
    (Disposition.IGNORED, "left", "faint"),
    (None, "still waiting", "plain"),
)


@router.get("/centre")
def centre(
    request: Request, assistant: TheAssistant, agent: TheAgent, wall: Flag = False, paused: Flag = False
) -> Response:
    """The page; `wall` for a screen nobody touches, `paused` stands still."""
    require(agent, Permission.READ)
    context = _shown(request, assistant, agent, wall=wall)
    context |= {"paused": paused, "room": "centre"}
    return page(request, "centre.html", context)


@router.get("/centre/now")
def now(request: Request, assistant: TheAssistant, agent: TheAgent, wall: Flag = False) -> Response:
    """The page's inside, as it stands now."""
    require(agent, Permission.READ)
    return page(request, "part_centre.html", _shown(request, assistant, agent, wall=wall))


@router.get("/centre/gaps")
def lacking(request: Request, assistant: TheAssistant, agent: TheAgent) -> Response:
    """What was asked and nothing answers; it takes a moment, so it comes after the page."""
    require(agent, Permission.READ)
    watch: Watch = request.app.state.watch
    found = watch.gaps(assistant.embedder, days=GAP_DAYS)
    return page(request, "part_lacking.html", {"gaps": found, "days": GAP_DAYS})


@router.post("/automation/hold")
def hold(
    assistant: TheAssistant,
    agent: TheAgent,
    scope: Annotated[str, Form(min_length=1, max_length=100)],
    on: Annotated[bool, Form()],
    reason: Annotated[str, Form(max_length=500)] = "",
    back: Back = "",
) -> Response:
    """Keep the assistant from answering about one topic or intent or on one channel, or let it again."""
    require(agent, Permission.SUPERVISE)
    at = assistant.clock()
    with assistant.require_store().begin() as tx:
        if on:
            why = reason.strip() or "held by hand"
            automation_desk.hold_named(tx, assistant.pack, scope=scope, reason=why, by=agent.name, at=at)
            what = "held"
        else:
            state = automation_desk.release_named(tx, assistant.pack, scope=scope, by=agent.name, at=at)
            what = "released to shadow" if _at_shadow(state, scope) else "released"
    target = "/robot" if back == "/robot" else "/centre"
    return RedirectResponse(address(target, what=what), status_code=303)


def _at_shadow(state: AutomationState, scope: str) -> bool:
    """Whether it is a slice that was sent back and sends nothing yet."""
    ramp = state.ramp(scope)
    return ramp is not None and ramp.step is Step.SHADOW


def _shown(request: Request, assistant: Assistant, agent: Agent, *, wall: bool) -> dict[str, Any]:
    watch: Watch = request.app.state.watch
    seen = watch.look()
    with assistant.require_store().read() as look:
        context = base(look, request, assistant, agent)
    made = Counter({each: 0 for each, _, _ in _DECISIONS})
    treated: Counter[Disposition | None] = Counter()
    for each in seen.decided:
        made[each.decision] += each.count
        if each.decision is Decision.REVIEW or each.disposition is not None:
            treated[each.disposition] += each.count
    return context | {
        "centre": seen,
        "certificate_news": news(assistant, context["now"]),
        "wall": 1 if wall else 0,
        "lines": lines(assistant, seen, context["now"]),
        "shares": [_part(name, kind, made[each]) for each, name, kind in _DECISIONS] if seen.decided else [],
        "drafts": [_part(name, kind, treated[each]) for each, name, kind in _DISPOSITIONS] if treated.total() else [],
    }


def _part(name: str, kind: str, count: int) -> dict[str, object]:
    return {"name": name, "kind": kind, "count": count}


def lines(assistant: Assistant, seen: Centre, now: datetime) -> list[dict[str, object]]:
    """Every channel of the brand, and how it does."""
    out = {each.channel: each for each in seen.outgoing}
    names = dict.fromkeys([*(each.name for each in assistant.pack.channels if each.enabled), *seen.channels, *out])
    found: list[dict[str, object]] = []
    for name in names:
        link = assistant.channels.get(name)
        budget = link.budget() if isinstance(link, Metered) else None
        found.append(
            {
                "name": name,
                "connected": name in assistant.links,
                "recent": seen.channels.get(name, (0, 0))[0],
                "heard": seen.heard.get(name),
                "waiting": out[name].waiting if name in out else 0,
                "failing": out[name].failing if name in out else 0,
                "paused_until": budget.free_at(now) if budget else None,
            }
        )
    return found
