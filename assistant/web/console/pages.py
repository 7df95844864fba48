"""The console's pages to read: the queue in its views, and one conversation with everything that speaks for it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from pydantic import AwareDatetime
from starlette.responses import RedirectResponse, Response

from assistant.compose import Assistant
from assistant.desk.allowed import is_deleted
from assistant.desk.identity import history
from assistant.desk.labels import blinded_detail, is_blind
from assistant.desk.tones import tones
from assistant.domain.agent import Agent
from assistant.domain.brand import Pack
from assistant.domain.conversation import Conversation, ConversationDetail, Reply, TurnRecord
from assistant.domain.triage import Presence, Sort, Triage, View
from assistant.domain.vocabulary import Disposition, Sentiment
from assistant.errors import NotFound
from assistant.guardrails import disclosure
from assistant.guardrails.fit import limit_of
from assistant.ports import Reading
from assistant.web.console.approvals import asked_for, words_asked_for
from assistant.web.console.audits import audited
from assistant.web.console.canned import fitting, suited
from assistant.web.console.editor import ledger
from assistant.web.console.frame import MOST_COUNTED, address, base, card_of, due, page, shown_to
from assistant.web.console.people import who_writes
from assistant.web.console.places import LONGEST, PAGE, BackAsked, Place, ThePlace, came_from
from assistant.web.console.serving import served_by
from assistant.web.console.telling import what_happened
from assistant.web.deps import TheAgent, TheAssistant, known_queue
from assistant.workflows.pull_back import can_retract
from assistant.workflows.wake import wake_due

HISTORY = 8
ALTERNATIVES = 6

router = APIRouter()


@router.get("/")
def home(agent: TheAgent) -> RedirectResponse:
    """The queue is home."""
    return RedirectResponse("/queue/waiting", status_code=303)


@router.get("/queue/{view}")
def queue(
    request: Request,
    view: Annotated[str, Path(max_length=LONGEST)],
    asked: ThePlace,
    assistant: TheAssistant,
    agent: TheAgent,
) -> Response:
    """One view, filtered and sorted as the address says; with `q`, what was found anywhere. A queue's own name shows
    what waits in it.
    """
    if view not in set(View):
        return RedirectResponse(Place(queue=known_queue(view, assistant).name).address(), status_code=303)
    if asked.queue:
        known_queue(asked.queue, assistant)
    place = replace(asked, view=View(view))
    query = place.query(assistant, agent)
    store = assistant.require_store()
    wake_due(store, brand_id=query.brand_id, clock=assistant.clock)
    with store.read() as look:
        context = base(look, request, assistant, agent, place)
        cards = place.listed(look, query, limit=PAGE + 1)
        present = look.present(brand_id=query.brand_id, now=query.now)
        context["colleagues"] = [each.name for each in look.agents()] or [agent.name]
        context["since"] = _since(look, cards)
    context |= {"cards": cards[:PAGE], "more": len(cards) > PAGE, "page_size": PAGE, "sorts": list(Sort)}
    context |= {"choices": _choices(assistant), "here": who_is_where(present, agent), "back": place.address()}
    context["live"] = _live(context)
    context["waits_until"] = _waits_until(assistant, cards)
    return page(request, "queue.html", context)


def _since(look: Reading, cards: Sequence[Triage]) -> dict[str, datetime]:
    """Since when these customers wait, by conversation: what agents do to one meanwhile answers nobody."""
    talks = [card.conversation for card in cards]
    clocks = [look.sla_clock(talk.id) for talk in talks]
    return {talk.id: clock.started_at if clock else talk.updated_at for talk, clock in zip(talks, clocks, strict=True)}


def _waits_until(assistant: Assistant, cards: Sequence[Triage]) -> dict[str, datetime]:
    """Until when at most the answers of these wait for the index, by conversation; the shortest wait counts."""
    shown = {card.conversation.id for card in cards}
    with assistant.require_store().read() as look:
        waiting = look.waiting_answers(brand_id=assistant.pack.brand.id, limit=MOST_COUNTED)
    return {each.conversation_id: each.until for each in reversed(waiting) if each.conversation_id in shown}


def _live(context: dict[str, Any]) -> str:
    """The stream of a page in the queue: its counts and news are narrowed as the page is."""
    place: Place = context["place"]
    return address("/live", view=place.view, since=context["event"], q=place.q, **place.filters)


def _choices(assistant: Assistant) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """What a list can be narrowed by: name in the address, title, and the values with what to call them."""
    pack = assistant.pack
    return [
        ("channel", "Channel", [(each.name, each.name.replace("_", " ")) for each in pack.channels]),
        ("queue", "Queue", [(each.name, each.name.replace("_", " ")) for each in pack.queues.queues]),
        ("intent", "Intent", sorted(((each.id, each.name) for each in pack.intents), key=lambda each: each[1])),
        ("sentiment", "Sentiment", [(each.value, each.value) for each in Sentiment]),
    ]


@router.get("/due")
def promises(
    assistant: TheAssistant, agent: TheAgent, of: Annotated[list[str] | None, Query(max_length=PAGE)] = None
) -> dict[str, dict[str, str]]:
    """How the promises of these conversations stand now, for a page that stays open."""
    now, rules = assistant.clock(), assistant.pack.calendars
    found: dict[str, dict[str, str]] = {}
    with assistant.require_store().read() as look:
        for key in of or []:
            try:
                found[key] = due(now, card_of(look, assistant, agent, key), rules)
            except NotFound:
                continue
    return found


def who_is_where(present: Sequence[Presence], agent: Agent) -> dict[str, str]:
    """What to say of others, by conversation."""
    others = [each for each in present if each.agent != agent.name]
    return {each.conversation_id: f"{each.agent} is {'typing' if each.typing else 'here'}" for each in others}


@router.get("/rows/{conversation_id}")
def row(
    request: Request, conversation_id: str, assistant: TheAssistant, agent: TheAgent, back: BackAsked = ""
) -> Response:
    """One row as it stands now, for a list that keeps its order and its place."""
    place = came_from(back)
    with assistant.require_store().read() as look:
        context = base(look, request, assistant, agent, place)
        context["card"] = card_of(look, assistant, agent, conversation_id)
        context["since"] = _since(look, [context["card"]])
        present = look.present(brand_id=assistant.pack.brand.id, now=context["now"])
    context["here"] = who_is_where(present, agent)
    context |= {"back": place.address(), "changed": True, "waits_until": _waits_until(assistant, [context["card"]])}
    return page(request, "part_row.html", context)


@router.get("/conversations/{conversation_id}")
def conversation(
    request: Request, conversation_id: str, assistant: TheAssistant, agent: TheAgent, back: BackAsked = ""
) -> Response:
    """One conversation; whoever was called to it has seen that now."""
    store = assistant.require_store()
    with store.read() as look:
        card_of(look, assistant, agent, conversation_id)
        called = look.count_calls(brand_id=assistant.pack.brand.id, agent=agent.name)
    if called:
        with store.begin() as tx:
            tx.see_calls(agent=agent.name, conversation_id=conversation_id, at=assistant.clock())
    with store.read() as look:
        context = shown(look, request, assistant, agent, conversation_id, back=back)
    if context["what"] == "redrafted" and _alike(context["detail"]):
        context["what"] = "redrafted alike"
    return page(request, "conversation.html", context)


def _alike(detail: ConversationDetail) -> bool:
    """Whether the newest draft says what the one before it said."""
    texts = [record.turn.draft.text if record.turn.draft else "" for record in detail.turns[-2:]]
    return len(texts) == 2 and texts[0] == texts[1]


@router.get("/conversations/{conversation_id}/status")
def status(
    request: Request,
    conversation_id: str,
    assistant: TheAssistant,
    agent: TheAgent,
    seen: Annotated[int, Query(ge=0)],
    since: AwareDatetime | None = None,
    back: BackAsked = "",
) -> Response:
    """What changed since the page was loaded, in words; empty where nothing did."""
    with assistant.require_store().read() as look:
        card = card_of(look, assistant, agent, conversation_id)
        detail = look.detail(conversation_id)
        story = what_happened(look, detail, seen, since=since)
    context = {"card": card, "seen": seen, "story": story, "now": assistant.clock(), "back": came_from(back).address()}
    return page(request, "part_status.html", context | shown_to(agent))


def shown(
    look: Reading,
    request: Request,
    assistant: Assistant,
    agent: Agent,
    conversation_id: str,
    *,
    back: str = "",
    typed: str | None = None,
) -> dict[str, Any]:
    """The context of the conversation page; `typed` keeps what an agent wrote through a refusal."""
    card = card_of(look, assistant, agent, conversation_id)
    detail = blinded_detail(look.detail(conversation_id))
    record = detail.turns[-1] if detail.turns else None
    text = typed if typed is not None else words_asked_for(look, record) or _text(detail, record)
    talk = card.conversation
    place = came_from(back)
    context = base(look, request, assistant, agent, place)
    context |= _thought(record) | audited(look, record) | served_by(look, record, assistant)
    context |= asked_for(look, record, assistant)
    context |= {
        "card": card,
        "talk": talk,
        "detail": detail,
        "text": text,
        "said": _timeline(detail, look, assistant),
        "notes": look.notes(conversation_id),
        "history": _history(look, card, agent),
        "present": _others_here(look, card, agent, now=context["now"]),
        "alternatives": _alternatives(detail, record, assistant),
        "limit": limit_of(assistant.pack.network_of(talk.channel)),
        "editable": talk.state == "open" and record is not None,
        "put_off_until": _put_off_until(look, talk),
        "deleted": record is not None and is_deleted(look, record),
        "colleagues": [each.name for each in look.agents()] or [agent.name],
        **who_writes(look, detail, agent, assistant.pack),
        "intents": assistant.pack.intents,
        "back": place.address(),
        "live": _live(context),
    }
    if record is not None:
        context |= ledger(assistant, record, text, agent=agent.name)
    return context


def _put_off_until(look: Reading, talk: Conversation) -> datetime | None:
    """Until when at most its answer waits for the index; None where none does."""
    waiting = look.waiting_answers(brand_id=talk.brand_id, limit=1, conversation_id=talk.id)
    return waiting[0].until if waiting else None


def _others_here(look: Reading, card: Triage, agent: Agent, *, now: datetime) -> list[Presence]:
    """Colleagues who have the conversation open."""
    talk = card.conversation
    present = look.present(brand_id=talk.brand_id, now=now)
    return [each for each in present if each.conversation_id == talk.id and each.agent != agent.name]


def _thought(record: TurnRecord | None) -> dict[str, Any]:
    """What the assistant made of the newest message."""
    turn = record.turn if record else None
    read, draft = (turn.understanding, turn.draft) if turn else (None, None)
    return {"record": record, "turn": turn, "read": read, "draft": draft}


def _text(detail: ConversationDetail, record: TurnRecord | None) -> str:
    """What stands in the editor first: a reply taken back, else the draft."""
    held = [reply for reply in detail.replies if record and reply.turn_id == record.id and reply.state == "held"]
    if held:
        return held[-1].text
    return record.turn.draft.text if record and record.turn.draft else ""


def _timeline(detail: ConversationDetail, look: Reading, assistant: Assistant) -> list[dict[str, Any]]:
    """What was said, in order: earlier messages, each mention, and the replies to it."""
    said: list[dict[str, Any]] = []
    answers: dict[str, list[Reply]] = {}
    mention_of = {record.id: record.turn.mention_id for record in detail.turns}
    for reply in detail.replies:
        answers.setdefault(mention_of.get(reply.turn_id, ""), []).append(reply)
    for number, mention in enumerate(detail.mentions):
        if number == 0 or mention.thread:
            said += [{"kind": "earlier", "role": each.role, "text": each.text} for each in mention.thread]
        said.append({"kind": "mention", "mention": mention, "newest": number == len(detail.mentions) - 1})
        said += [_answer(reply, look, assistant) for reply in answers.get(mention.id, [])]
    return said


def _answer(reply: Reply, look: Reading, assistant: Assistant) -> dict[str, Any]:
    gone = look.retraction(reply.id) if reply.state == "recalled" else None
    disposition, label = look.turn(reply.turn_id).disposition, look.label(reply.turn_id)
    as_drafted = disposition is Disposition.ACCEPTED or (reply.automated and disposition is None)
    return {
        "kind": "reply",
        "reply": reply,
        "retraction": gone,
        "deletes": can_retract(assistant.channels, reply.channel),
        "wrong": reply.state == "recalled" or disposition is Disposition.EDITED,
        "good": reply.state == "sent" and as_drafted and not (label and label.error),
    }


def _history(look: Reading, card: Triage, agent: Agent) -> list[Any]:
    talk = card.conversation
    if not talk.handle or agent.only_queues is not None:
        return []
    return list(history(look, talk, limit=HISTORY))


def _alternatives(detail: ConversationDetail, record: TurnRecord | None, assistant: Assistant) -> list[dict[str, str]]:
    """The draft, itself in other tones, earlier ones, then what suits of the wording found; six at most."""
    if record is None or is_blind(record):
        return []
    drafts = [
        {"title": f"Draft {each.number}", "text": each.turn.draft.text}
        for each in reversed(detail.turns)
        if each.turn.mention_id == record.turn.mention_id and each.turn.draft
    ]
    articles = assistant.pack.articles_by_id
    wanted = [articles[ref.article_id] for ref in record.turn.evidence if ref.article_id in articles]
    talk = detail.conversation
    canned = [
        {"title": article.title, "text": reply.text}
        for article in suited(record.turn, dict.fromkeys(wanted), pack=assistant.pack)
        for reply in fitting(article, talk=talk, turn=record.turn, pack=assistant.pack)
    ]
    toned = [{"title": tone.title, "text": tone.text} for tone in tones(record.turn, pack=assistant.pack)]
    unique: dict[str, dict[str, str]] = {}
    for each in [*drafts[:1], *toned, *drafts[1:], *canned]:
        unique.setdefault(_bare(each["text"], record, assistant.pack), each)
    return list(unique.values())[:ALTERNATIVES]


def _bare(text: str, record: TurnRecord, pack: Pack) -> str:
    """The words without the disclosure, which code adds: wording that differs in it alone is the same answer."""
    draft = record.turn.draft
    return " ".join((disclosure.without(text, draft, pack=pack) if draft else text).split())
