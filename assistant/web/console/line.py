"""Down the list: which conversation stands before and after one, where somebody works at a view of the queue."""

from dataclasses import replace
from enum import StrEnum

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from assistant.compose import Assistant
from assistant.domain.agent import Agent
from assistant.domain.triage import Triage
from assistant.domain.vocabulary import ConversationState
from assistant.ports import Reading
from assistant.web.console.frame import address, card_of
from assistant.web.console.places import PAGE, BackAsked, Place, came_from
from assistant.web.deps import TheAgent, TheAssistant

router = APIRouter()


class Way(StrEnum):
    """Down the list, or up."""

    NEXT = "next"
    PREVIOUS = "previous"


@router.get("/conversations/{conversation_id}/beside")
def beside(
    conversation_id: str, assistant: TheAssistant, agent: TheAgent, way: Way = Way.NEXT, back: BackAsked = ""
) -> Response:
    """The next or previous conversation of the list; at its end, the same one and a word about it.

    Who is no longer in the list (answered, put off) goes on at its top.
    """
    place = came_from(back)
    step = 1 if way is Way.NEXT else -1
    with assistant.require_store().read() as look:
        card_of(look, assistant, agent, conversation_id)
        first, cards = _around(look, assistant, agent, place)
    keys = [card.conversation.id for card in cards]
    at = keys.index(conversation_id) + step if conversation_id in keys else place.start - first
    if not 0 <= at < len(keys):
        ends = {"what": "last of the list" if step > 0 else "first of the list"}
        return _to(conversation_id, place, **ends)
    return _to(keys[at], replace(place, start=_page_of(first + at, place)))


def following(assistant: Assistant, agent: Agent, back: str, than: str) -> str:
    """Where to go once `than` is answered: the next open conversation down the list, else the first, else the list."""
    place = came_from(back)
    top = replace(place, start=0)
    with assistant.require_store().read() as look:
        first, here = _around(look, assistant, agent, place)
        begin = here if first == 0 else top.listed(look, top.query(assistant, agent), limit=PAGE)
    keys = [card.conversation.id for card in here]
    below = here[keys.index(than) + 1 :] if than in keys else []
    for where, cards in ((place, below), (top, begin)):
        for talk in (card.conversation for card in cards):
            if talk.id != than and talk.state == ConversationState.OPEN:
                return address(f"/conversations/{talk.id}", back=where.address())
    return top.address()


def _around(look: Reading, assistant: Assistant, agent: Agent, place: Place) -> tuple[int, list[Triage]]:
    """The page somebody is on with one row more at each end, and which row of the whole list it begins with."""
    first = max(0, place.start - 1)
    more = PAGE + 1 + place.start - first
    return first, replace(place, start=first).listed(look, place.query(assistant, agent), limit=more)


def _page_of(row: int, place: Place) -> int:
    """Where the page begins that shows this row, which is the present page's or beside it."""
    if row < place.start:
        return max(0, place.start - PAGE)
    return place.start + PAGE if row >= place.start + PAGE else place.start


def _to(key: str, place: Place, **parts: str) -> Response:
    return RedirectResponse(address(f"/conversations/{key}", back=place.address(), **parts), status_code=303)
