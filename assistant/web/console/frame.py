"""What every page of the console shares: templates, who looks, the saved views with their counts, automation."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request
from fastapi.templating import Jinja2Templates
from starlette.responses import Response

from assistant.compose import Assistant
from assistant.desk.bulk import DoneToMany, done_to_many
from assistant.desk.labels import blinded
from assistant.domain.agent import Agent, Permission
from assistant.domain.calendars import CalendarRules, is_open, minutes_between, opens_next
from assistant.domain.conversation import TurnRecord
from assistant.domain.languages import name_of
from assistant.domain.triage import Triage, View
from assistant.domain.vocabulary import REASON_SENTENCES
from assistant.errors import NotAllowed, NotFound
from assistant.guardrails import privacy
from assistant.guardrails.fit import limit_of, measure
from assistant.ports import Reading
from assistant.web.console.certificates import scope_words, silent
from assistant.web.console.finding import PAGES, VIEW_WORDS
from assistant.web.console.places import Place

MINUTE = timedelta(minutes=1)
MOST_COUNTED = 1000
"""Counting stops here; a page shows 999+."""
HIGH_CONFIDENCE = 0.85
"""Chosen, not measured."""
VIEW_TITLES: dict[View, str] = {
    View.WAITING: "All waiting",
    View.REVIEW: "Drafts to review",
    View.HANDOFF: "For a person",
    View.MINE: "Mine",
    View.UNASSIGNED: "Unassigned",
    View.BREACHING: "Breaching",
    View.SENSITIVE: "Sensitive",
    View.LOW: "Low confidence",
    View.ESCALATED: "Escalated",
    View.SNOOZED: "Snoozed",
    View.PUT_OFF: "Answer waits",
    View.ROBOT: "Robot, last hour",
    View.QUIET: "No reply needed",
    View.DONE: "Resolved",
}
COUNTED = tuple(view for view in View if view not in {View.QUIET, View.DONE})
PREFERENCES = {"theme": ("auto", "light", "dark"), "density": ("cozy", "compact"), "keys": ("on", "off")}
"""Kept in cookies, first value is the default."""

templates = Jinja2Templates(directory=Path(__file__).parent / "templates")


def _since(now: datetime, at: datetime) -> str:
    return amount((now - at).total_seconds() / 60)


def amount(minutes: float) -> str:
    """A length of time in the two letters a list has room for."""
    minutes = abs(minutes)
    if minutes < 90:
        return f"{round(minutes)} min"
    return f"{round(minutes / 60)} h" if minutes < 2880 else f"{round(minutes / 1440)} d"


def due(now: datetime, card: Triage, rules: CalendarRules) -> dict[str, str]:
    """The promise in words: how it stands (`late`, `soon`, `calm` or empty), what to say, and what explains it.

    What is left counts while the queue's desk is open; a promise that ends while it is closed counts by the clock.
    """
    talk = card.conversation
    if talk.due_at is None or talk.state not in {"open", "snoozed"}:
        return {"tone": "", "text": "", "note": ""}
    if talk.due_at < now:
        return {"tone": "late", "text": f"{amount((now - talk.due_at) / MINUTE)} late", "note": ""}
    calendar = rules.of(talk.queue)
    counted = minutes_between(calendar, now, talk.due_at)
    left = counted or (talk.due_at - now) / MINUTE
    promised = minutes_between(calendar, talk.created_at, talk.due_at)
    note = ""
    if counted and not is_open(calendar, now):
        note = f"from {opens_next(calendar, now).astimezone(UTC):%a %H:%M} UTC"
    return {"tone": "soon" if left < max(15, promised / 4) else "calm", "text": amount(left), "note": note}


def _reach(followers: int) -> str:
    if followers < 0:
        return ""
    for size, letter in ((1_000_000, "M"), (1000, "k")):
        if followers >= size:
            return f"{followers / size:.1f}".rstrip("0").rstrip(".") + letter
    return str(followers)


def at_words(text: str) -> str:
    """The part of an address that makes a browser show the place where these words begin."""
    return ":~:text=" + quote(" ".join(text.split()[:6]), safe="").replace("-", "%2D")


def sentence(said: object) -> str:
    """What an error says, as a sentence; an address or a path at its beginning stays as it is."""
    text = str(said).strip()
    first = text.partition(" ")[0]
    begun = text if "/" in first else text[:1].upper() + text[1:]
    return begun + ("" if text.endswith((".", "!", "?", ":", "”")) else ".")


def confidence_word(value: float, *, least: float) -> str:
    """Confidence in a word; low is what is below the `least` a brand asks for."""
    return "low" if value < least else "medium" if value < HIGH_CONFIDENCE else "high"


SNOOZES = (("1h", "1 hour"), ("4h", "4 hours"), ("1d", "1 day"), ("1w", "1 week"))

templates.env.globals.update(
    snoozes=SNOOZES,
    reason_sentence=lambda reason: REASON_SENTENCES[reason],
    measure=measure,
    limit_of=limit_of,
    ago=_since,
    amount=amount,
    language_name=name_of,
    reach=_reach,
    view_titles=VIEW_TITLES,
    view_words=VIEW_WORDS,
    further_pages=PAGES,
    most=MOST_COUNTED,
)
templates.env.filters["at_words"] = at_words
templates.env.filters["sentence"] = sentence
templates.env.filters["scope_words"] = scope_words
templates.env.filters["utc"] = lambda at: f"{at:%d %b, %H:%M} UTC"
templates.env.filters["words"] = lambda text: str(text).replace("_", " ")


def preferences(request: Request) -> dict[str, str]:
    """What this browser prefers."""
    chosen = {name: request.cookies.get(name, "") for name in PREFERENCES}
    return {name: value if value in PREFERENCES[name] else PREFERENCES[name][0] for name, value in chosen.items()}


def card_of(look: Reading, assistant: Assistant, agent: Agent, conversation_id: str) -> Triage:
    """The conversation, if the agent may see it. Raises `NotFound` else, so that nothing is given away."""
    card = look.triage(conversation_id)
    talk = card.conversation
    queues = agent.only_queues
    if talk.brand_id != assistant.pack.brand.id or (queues is not None and talk.queue not in queues):
        raise NotFound("conversation", conversation_id)
    return card


def heard_of(look: Reading, agent: Agent, conversation_ids: Collection[str]) -> set[str]:
    """Those of them the agent may hear of: a vendor's own queues only."""
    queues = agent.only_queues
    known = {key for key in conversation_ids if key}
    return known if queues is None else {key for key in known if look.conversation(key).queue in queues}


def record_of(look: Reading, conversation_id: str, turn_id: str) -> TurnRecord:
    """A turn of this conversation as the agent may see it. Raises `NotFound` for one of another."""
    record = look.turn(turn_id)
    if record.conversation_id != conversation_id:
        raise NotFound("turn", turn_id)
    return blinded(record)


def base(
    look: Reading, request: Request, assistant: Assistant, agent: Agent, place: Place | None = None
) -> dict[str, Any]:
    """The context of every page; `place` is where in the queue it stands, None in the other rooms."""
    brand, state = assistant.pack.brand, look.automation(assistant.pack.brand.id)
    at = place or Place()
    query = at.query(assistant, agent)
    undo = look.undoable(brand_id=brand.id, agent=agent.name, now=query.now)
    return {
        "brand": brand,
        **shown_to(agent),
        "preferences": preferences(request),
        "drafter": assistant.drafter.name,
        "confidence_word": partial(confidence_word, least=assistant.pack.automation.min_intent_confidence),
        "renewal": assistant.renewal,
        "automation": state,
        "put_off": look.count_put_off(brand_id=brand.id, most=MOST_COUNTED),
        "certificates": assistant.certificates(),
        "silent": silent(assistant, state),
        "place": at,
        "view": place.view if place and not place.q else None,
        "counts": look.counts(query, COUNTED, most=MOST_COUNTED),
        "calls": look.count_calls(brand_id=brand.id, agent=agent.name),
        "event": look.last_event(),
        "undo": undo,
        "undo_to": look.conversation(undo.conversation_id).handle if undo else "",
        "now": query.now,
        "due": partial(due, query.now, rules=assistant.pack.calendars),
        "path": request.url.path,
        "many": _many(look, request),
        "done": request.query_params.get("done", "")[:200],
        "what": request.query_params.get("what", "")[:40],
    }


def _many(look: Reading, request: Request) -> DoneToMany | None:
    """What was done to many a moment ago."""
    if request.query_params.get("what") != "many":
        return None
    try:
        return done_to_many(look, request.query_params.get("done", "")[:200])
    except NotFound:
        return None


def shown_to(agent: Agent) -> dict[str, Any]:
    """What templates ask about whoever looks: what they may do, and how names and texts are shown to them."""
    masks = agent.sees_masked
    return {
        "agent": agent,
        "may": lambda word: agent.may(Permission(word)),
        "hide": (lambda text: privacy.mask(text).text) if masks else (lambda text: text),
        "name_of": (lambda name: "customer") if masks else (lambda name: name or "unknown author"),
    }


def page(request: Request, name: str, context: dict[str, Any], status: int = 200) -> Response:
    """A rendered template; a whole page hears of news beside the queue, too, unless somebody paused it."""
    if "event" in context and not context.get("paused"):
        context.setdefault("live", address("/live", since=context["event"], room=context.get("room", "other")))
    return templates.TemplateResponse(request, name, context, status_code=status)


def address(path: str, **parts: object) -> str:
    """A link with the parts that are set."""
    said = {name: str(value) for name, value in parts.items() if value}
    return f"{path}?{urlencode(said)}" if said else path


def within(target: str, *, otherwise: str = "/") -> str:
    """Where to go on, if it is in the console; browsers read what begins with `//` or `/\\` as another site."""
    return target if target.startswith("/") and not target.startswith(("//", "/\\")) else otherwise


def moment(text: str) -> datetime:
    """An aware moment from a form. Raises `NotAllowed` where it is none."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise NotAllowed(f"{text[:40]!r} is no date and time") from None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at


templates.env.globals.update(address=address)
