"""The same for many: first shown, then done, then taken back with one key. Nothing is ever sent this way."""

import secrets
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from assistant.compose import Assistant
from assistant.desk import bulk
from assistant.desk.bulk import Bulk
from assistant.domain.agent import Agent, Permission
from assistant.errors import InputInvalid, NotFound
from assistant.ports import Reading
from assistant.web.console.actions import act_on
from assistant.web.console.frame import card_of, page, shown_to
from assistant.web.console.places import Back, came_from
from assistant.web.deps import TheAgent, TheAssistant
from assistant.web.sessions import require

router = APIRouter()
MOST_AT_ONCE = 100


@router.post("/bulk")
def preview_or_do(
    request: Request,
    assistant: TheAssistant,
    agent: TheAgent,
    action: Annotated[str, Form(pattern=r"^(assign|tag|untag|snooze|resolve)(:.{1,100})?$")],
    chosen: Annotated[list[str] | None, Form()] = None,
    value: Annotated[str, Form(max_length=100)] = "",
    back: Back = "",
    sure: Annotated[bool, Form()] = False,
) -> Response:
    """What would happen, or with `sure` do it. An action may bring its value: `snooze:1h`."""
    require(agent, Permission.REPLY)
    word, _, brought = action.partition(":")
    what, keys = Bulk(word), (chosen or [])[:MOST_AT_ONCE]
    store, place = assistant.require_store(), came_from(back)
    if not sure:
        context = {"value": brought or value, "place": place, "refusal": "", "action": what, "cards": []}
        with store.read() as look:
            keys = _seen(look, assistant, agent, keys)
            try:
                context["value"] = bulk.fit(what, brought or value)
                context["action"], keys_left = bulk.planned(look, keys, what, brought or value)
                context["cards"] = [look.triage(key) for key in keys_left]
            except InputInvalid as refusal:
                context["refusal"] = str(refusal)
        return page(request, "part_bulk.html", context | shown_to(agent))
    value, entry, at = bulk.fit(what, brought or value), secrets.token_hex(8), assistant.clock()
    with store.begin() as tx:
        keys = _seen(tx, assistant, agent, keys)

        def step(key: str) -> None:
            named = Bulk.TAG if what is Bulk.UNTAG else what
            act_on(tx, named, key, value=value, seen=0, agent=agent.name, assistant=assistant)

        bulk.do(tx, keys, what, value, entry=entry, step=step, agent=agent.name, pack=assistant.pack, at=at)
    return RedirectResponse(place.address(done=entry, what="many"), status_code=303)


@router.post("/bulk/{entry}/undo")
def take_back(entry: str, assistant: TheAssistant, agent: TheAgent, back: Back = "") -> Response:
    """As they were, whatever nobody touched since."""
    require(agent, Permission.REPLY)
    with assistant.require_store().begin() as tx:
        keys = _seen(tx, assistant, agent, list(bulk.done_to_many(tx, entry).before))
        bulk.take_back(tx, entry, keys, agent=agent.name, pack=assistant.pack, at=assistant.clock())
    return RedirectResponse(came_from(back).address(done=entry, what="many"), status_code=303)


def _seen(look: Reading, assistant: Assistant, agent: Agent, keys: Sequence[str]) -> list[str]:
    """Those the agent may see: one that went to another queue meanwhile keeps none of the others. Raises `NotFound`
    where nothing else was chosen."""
    seen: list[str] = []
    unseen: NotFound | None = None
    for key in keys:
        try:
            card_of(look, assistant, agent, key)
            seen.append(key)
        except NotFound as gone:
            unseen = gone
    if unseen is not None and not seen:
        raise unseen
    return seen
