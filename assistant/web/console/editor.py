"""What the editor asks while somebody writes: how long, what stands on what, what changed, other words."""

import re
from collections.abc import Mapping
from datetime import date
from difflib import SequenceMatcher
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from assistant.compose import Assistant
from assistant.desk.outgoing import would_send
from assistant.desk.replies import posts_of
from assistant.desk.review import REFUSING
from assistant.domain.agent import Agent, Permission
from assistant.domain.conversation import TurnRecord
from assistant.domain.draft import Claim, Draft
from assistant.domain.knowledge import Passage
from assistant.domain.readers import anybody, readers_on
from assistant.domain.vocabulary import ClaimKind
from assistant.errors import AssistantError, InputInvalid, NotAllowed
from assistant.gate import judge_text
from assistant.guardrails.fit import fits, limit_of, measure
from assistant.guardrails.kinds import NEEDS_SOURCE
from assistant.web.api.drafts import redrafting
from assistant.web.console.canned import fitting, out_of_place
from assistant.web.console.frame import address, card_of, page, record_of, shown_to
from assistant.web.console.places import Back, Searched
from assistant.web.deps import TheAgent, TheAssistant
from assistant.web.sessions import require
from assistant.workflows.by_hand import take_by_hand
from assistant.workflows.own_language import in_another_language
from assistant.workflows.redraft import redraft

router = APIRouter()
_TOKEN = re.compile(r"\s+|\w+|[^\w\s]")
FOUND = 6
BY_SENTENCE = frozenset({"grounding", "facts"})
"""Checks whose findings stand beside each sentence."""


def ledger(assistant: Assistant, record: TurnRecord, text: str, *, agent: str) -> dict[str, Any]:
    """Each sentence of what would go out with what it stands on, its length, and what was changed in the draft."""
    turn, said = record.turn, text.strip()
    try:
        out = would_send(text, turn.draft, pack=assistant.pack, channel=turn.mention.channel, agent=agent)
    except InputInvalid:
        out = ""
    passages = dict(assistant.passages(turn.passage_ids))
    verdict = judge_text(
        out, passages=tuple(passages.values()), mention=turn.mention, pack=assistant.pack, automated=False
    )
    channel = turn.mention.channel
    claims = _sourced(verdict.claims, turn.draft) if out else []
    cited = [citation.passage_id for claim in claims for citation in claim.citations]
    passages |= assistant.passages([key for key in dict.fromkeys(cited) if key not in passages])
    refused = [each for each in verdict.findings if each.guardrail in REFUSING and each.severity == "block"]
    told = [each for each in verdict.findings if each not in refused and each.guardrail not in BY_SENTENCE]
    promises = {claim.text for claim in verdict.claims if claim.kind is ClaimKind.PROMISE}
    network = assistant.pack.network_of(channel)
    posts = posts_of(out, channel=channel, pack=assistant.pack, automated=False)
    return {
        "posts": [(post, measure(network, post)) for post in posts] if len(posts) > 1 else [],
        "claims": claims,
        "refused": refused if out else [],
        "cautions": [
            *(each for each in told if out and each.excerpt not in promises),
            *(in_another_language(said, turn, assistant.languages) if out else ()),
        ],
        "passages": passages,
        "stale": stale_articles(assistant, passages),
        "length": measure(network, out),
        "limit": limit_of(network),
        "fits": len(posts) > 1 or fits(network, out),
        "added": out.removeprefix(said).strip() if out.startswith(said) else "",
        "sent_as": "" if out.startswith(said) else out,
        "changes": word_diff(turn.draft.text, text) if turn.draft else [],
    }


def _sourced(claims: tuple[Claim, ...], draft: Draft | None) -> list[Claim]:
    """A sentence the drafter wrote keeps the citations it was written from where the gate names no others."""
    written = draft.claims if draft else ()
    kept: list[Claim] = []
    for claim in claims:
        own = next((each for each in written if claim.text in each.text), None)
        if own is not None and claim.supported is not False:
            cited = claim.citations or (own.citations if own.kind in NEEDS_SOURCE or own.text == claim.text else ())
            unique = tuple({citation.passage_id: citation for citation in cited}.values())
            claim = claim.model_copy(update={"citations": unique, "kind": own.kind})
        kept.append(claim)
    return kept


def stale_articles(assistant: Assistant, passages: Mapping[str, Passage]) -> dict[str, str]:
    """Passages whose article is past its review date or no longer holds, with why."""
    today, articles = assistant.pack.brand.day(assistant.clock()), assistant.pack.articles_by_id
    found: dict[str, str] = {}
    for passage in passages.values():
        article = articles.get(passage.article_id)
        why = _stale(article.version, article.review_by, article.is_current(today), passage, today) if article else ""
        if why:
            found[passage.id] = why
    return found


def _stale(version: int, review_by: date | None, current: bool, passage: Passage, today: date) -> str:
    if version != passage.version:
        return f"version {version} has replaced this one"
    if not current:
        return "no longer valid"
    return f"review was due {review_by:%d %b %Y}" if review_by and review_by < today else ""


def word_diff(before: str, after: str) -> list[tuple[str, str]]:
    """Pieces as (`same`, `gone` or `new`, text); one piece where nothing changed."""
    old, new = _TOKEN.findall(before.strip()), _TOKEN.findall(after.strip())
    pieces: list[tuple[str, str]] = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(("same", "".join(old[i1:i2])))
            continue
        pieces += [("gone", "".join(old[i1:i2]))] if i2 > i1 else []
        pieces += [("new", "".join(new[j1:j2]))] if j2 > j1 else []
    return pieces


@router.post("/conversations/{conversation_id}/measure")
def measured(
    request: Request,
    conversation_id: str,
    assistant: TheAssistant,
    agent: TheAgent,
    turn_id: Annotated[str, Form(max_length=100)],
    text: Annotated[str, Form(max_length=40_000)] = "",
) -> Response:
    """The ledger of what is being written."""
    with assistant.require_store().read() as look:
        card = card_of(look, assistant, agent, conversation_id)
        record = record_of(look, conversation_id, turn_id)
    context = {"record": record, "talk": card.conversation, **shown_to(agent)}
    context |= ledger(assistant, record, text, agent=agent.name)
    return page(request, "part_ledger.html", context)


def _must_see(assistant: Assistant, agent: Agent, conversation_id: str, turn_id: str = "") -> None:
    """Raises `NotFound` for what isn't theirs to see."""
    with assistant.require_store().read() as look:
        card_of(look, assistant, agent, conversation_id)
        if turn_id:
            record_of(look, conversation_id, turn_id)


@router.post("/conversations/{conversation_id}/redraft")
async def again(
    request: Request,
    conversation_id: str,
    assistant: TheAssistant,
    agent: TheAgent,
    turn_id: Annotated[str, Form(max_length=100)],
    instruction: Annotated[str, Form(max_length=500)] = "",
    back: Back = "",
) -> Response:
    """Another draft, with a wish."""
    require(agent, Permission.REPLY)
    what = "redrafted"
    await run_in_threadpool(_must_see, assistant, agent, conversation_id, turn_id)
    try:
        await redraft(
            turn_id,
            instruction=instruction,
            agent=agent.name,
            store=assistant.require_store(),
            respond=assistant.respond,
            pack=assistant.pack,
            clock=assistant.clock,
        )
    except AssistantError:
        what = "not redrafted"
    return RedirectResponse(address(f"/conversations/{conversation_id}", back=back, what=what), status_code=303)


@router.post("/conversations/{conversation_id}/by-hand")
async def by_hand(conversation_id: str, assistant: TheAssistant, agent: TheAgent, back: Back = "") -> Response:
    """What waits for the knowledge base is this agent's now, to be answered."""
    require(agent, Permission.REPLY)
    await run_in_threadpool(_must_see, assistant, agent, conversation_id)
    what = "by hand"
    try:
        await take_by_hand(
            conversation_id,
            agent=agent.name,
            store=assistant.require_store(),
            respond=assistant.respond,
            pack=assistant.pack,
            clock=assistant.clock,
        )
    except NotAllowed:
        what = "waits no longer"
    return RedirectResponse(address(f"/conversations/{conversation_id}", back=back, what=what), status_code=303)


@router.post("/conversations/{conversation_id}/redraft/live")
async def again_live(
    conversation_id: str,
    assistant: TheAssistant,
    agent: TheAgent,
    turn_id: Annotated[str, Form(max_length=100)],
    instruction: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Another draft, shown while it is written; what the page then loads is the checked one."""
    require(agent, Permission.REPLY)
    await run_in_threadpool(_must_see, assistant, agent, conversation_id, turn_id)
    return await redrafting(turn_id, assistant, instruction=instruction, agent=agent.name)


@router.get("/conversations/{conversation_id}/answers")
def answers(
    request: Request,
    conversation_id: str,
    assistant: TheAssistant,
    agent: TheAgent,
    find: Searched = "",
) -> Response:
    """Approved replies and passages to put into the editor."""
    with assistant.require_store().read() as look:
        talk = card_of(look, assistant, agent, conversation_id).conversation
        turns = look.detail(conversation_id).turns
    pack = assistant.pack
    readers = readers_on(pack, talk.channel, talk.visibility, language=anybody(pack).language)
    hits = assistant.search(find, k=FOUND, readers=readers).hits if find.strip() else ()
    articles = pack.articles_by_id
    if turns:
        cheer = {each.id for each in pack.articles if out_of_place(each, turns[-1].turn, pack=pack)}
        hits = tuple(hit for hit in hits if hit.passage.article_id not in cheer)
    wanted = dict.fromkeys(articles[hit.passage.article_id] for hit in hits if hit.passage.article_id in articles)
    canned = [
        (article, reply)
        for article in wanted
        for reply in fitting(article, talk=talk, turn=turns[-1].turn if turns else None, pack=pack)
    ]
    return page(request, "part_answers.html", {"hits": hits, "canned": canned, "find": find})
