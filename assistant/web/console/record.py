"""The record: everything that people and the assistant did, newest first, in words; and all of it as a file."""

import json
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response, StreamingResponse

from assistant.domain.agent import Permission
from assistant.domain.audit import ASSISTANT, AuditEntry
from assistant.errors import NotFound
from assistant.ports import Reading, Store
from assistant.web.console.frame import address, base, page
from assistant.web.console.places import Word
from assistant.web.console.telling import told
from assistant.web.deps import TheAgent, TheAssistant
from assistant.web.sessions import require
from assistant.workflows.verify_log import AT_ONCE, verify_log

SHOWN = 50
LONGEST = 100
"""Letters of a fact."""
UNTOLD = frozenset(
    {"conversation", "turn", "turn_sha256", "delivery_key", "mention", "correction", "scope", "sent_parts"}
)
"""Facts for programs, or said already."""
SECRET = frozenset({"canary_planted"})
"""Where a wrong draft was planted isn't said before it is found."""

router = APIRouter()


class Matter(StrEnum):
    """What an entry is about."""

    ALL = ""
    AUTOMATION = "automation"
    ANSWERS = "answers"
    QUALITY = "quality"
    PEOPLE = "people"


EVENTS: dict[Matter, tuple[str, ...]] = {
    Matter.ALL: (),
    Matter.AUTOMATION: ("kill_switch_on", "kill_switch_off", "held", "released", "ramp_moved"),
    Matter.ANSWERS: (
        "turn_reviewed",
        "reply_sent",
        "reply_held",
        "reply_undone",
        "reply_pulled_back",
        "reply_taken_off",
    ),
    Matter.QUALITY: (
        "draft_judged",
        "draft_corrected",
        "canary_planted",
        "canary_settled",
        "drill_started",
        "drill_ended",
        "suites_started",
        "suites_ended",
    ),
    Matter.PEOPLE: ("forgotten", "handles_joined", "join_undone", "identity_verified"),
}
TITLES = {
    Matter.ALL: "everything",
    Matter.AUTOMATION: "automation: stops, holds, ramp",
    Matter.ANSWERS: "answers: sent, held, taken back",
    Matter.QUALITY: "quality: judging, planted errors, drills, runs",
    Matter.PEOPLE: "customers: joined, verified, forgotten",
}


@router.get("/record")
def record(
    request: Request,
    assistant: TheAssistant,
    agent: TheAgent,
    who: Word = "",
    what: Matter = Matter.ALL,
    own: bool = False,
    before: Annotated[int | None, Query(ge=1, lt=2**63)] = None,
    check: bool = False,
) -> Response:
    """A page of it; `own` with what the assistant did by itself, `check` says whether it is whole."""
    require(agent, Permission.SUPERVISE)
    store, brand_id = assistant.require_store(), assistant.pack.brand.id
    with store.read() as look:
        context = base(look, request, assistant, agent)
        found = look.record(
            brand_id=brand_id,
            by=who.strip(),
            but="" if own or who.strip() else ASSISTANT,
            events=EVENTS[what],
            before=before,
            limit=SHOWN + 1,
        )
        context["entries"] = [_shown(look, entry) for entry in found[:SHOWN]]
    context |= {"who": who.strip(), "what": what, "own": own, "before": before, "titles": TITLES, "room": "settings"}
    asked = {"who": who.strip(), "what": what.value, "own": 1 if own else ""}
    context["older"] = address("/record", **asked, before=found[SHOWN - 1].sequence) if len(found) > SHOWN else ""
    context["checked"] = verify_log(store) if check else None
    return page(request, "record.html", context)


@router.get("/record/export")
def export(assistant: TheAssistant, agent: TheAgent) -> Response:
    """All of it, oldest first, a line of JSON each, as `GET /api/conversations/{id}/log` gives it."""
    require(agent, Permission.SUPERVISE)
    name = f"record-{assistant.pack.brand.id}-{assistant.clock():%Y%m%dT%H%M%SZ}.jsonl"
    lines = _lines(assistant.require_store(), assistant.pack.brand.id)
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return StreamingResponse(lines, media_type="application/x-ndjson", headers=headers)


def _lines(store: Store, brand_id: str) -> Iterator[str]:
    last = 0
    with store.read() as look:
        while chunk := look.audit_after(last, limit=AT_ONCE):
            last = chunk[-1].sequence
            yield "".join(_line(entry) for entry in chunk if entry.brand_id == brand_id)


def _line(entry: AuditEntry) -> str:
    said = entry.model_dump(mode="json") | {"facts": json.loads(entry.facts)}
    return json.dumps(said, ensure_ascii=False) + "\n"


def _shown(look: Reading, entry: AuditEntry) -> dict[str, Any]:
    facts = {} if entry.event in SECRET else json.loads(entry.facts)
    listed = {name: value for name, value in facts.items() if name not in UNTOLD and value not in ("", None, [], False)}
    return {
        "entry": entry,
        "said": f"{entry.actor} decided" if entry.event == "turn_decided" else told(entry),
        "facts": [(name, _short(value)) for name, value in listed.items()],
        "conversation": "" if entry.event in SECRET else _conversation_of(look, entry, facts),
    }


def _short(value: object) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else "yes" if value is True else str(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _conversation_of(look: Reading, entry: AuditEntry, facts: dict[str, Any]) -> str:
    """The conversation an entry leads to; empty where it is about none."""
    for key in (facts.get("conversation", ""), entry.subject):
        try:
            return look.conversation(key).id
        except NotFound:
            continue
    try:
        return look.turn(entry.subject).conversation_id
    except NotFound:
        return ""
