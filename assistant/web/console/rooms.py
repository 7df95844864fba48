"""The rooms beside the queue: where colleagues called, settings, the way in."""

from functools import partial
from typing import Annotated

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import APIRouter, Form, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from assistant.compose.console import build_passwords
from assistant.desk.agents import session_id_of, sign_in
from assistant.domain.agent import LOCAL_ADMIN, Permission
from assistant.errors import NotAllowed
from assistant.web.api.charts import draw_chart
from assistant.web.console.elsewhere import door
from assistant.web.console.frame import base, page, within
from assistant.web.deps import TheAgent, TheAssistant
from assistant.web.guesses import Guesses
from assistant.web.sessions import COOKIE, LOGIN, LONGEST_NEXT, remember, require

LOGGED = 50
AT_ONCE = CapacityLimiter(2)
"""Passwords that are checked at the same time: each takes 64 MB and a core."""
FILES_AT_START = ("languages in brand.yaml", "intents.yaml", "out_of_scope.yaml", "connections in channels.yaml")

router = APIRouter()


@router.get("/calls")
def calls(request: Request, assistant: TheAssistant, agent: TheAgent) -> Response:
    """Where colleagues called you by name, with what they wrote."""
    require(agent, Permission.NOTE)
    brand_id = assistant.pack.brand.id
    with assistant.require_store().read() as look:
        context = base(look, request, assistant, agent)
        listed = look.calls(brand_id=brand_id, agent=agent.name, limit=LOGGED)
        talks = {each.conversation_id: look.conversation(each.conversation_id) for each in listed}
        if agent.only_queues is not None:
            listed = [each for each in listed if talks[each.conversation_id].queue in agent.only_queues]
        words = [
            next((note.text for note in look.notes(each.conversation_id) if note.at == each.at), "") for each in listed
        ]
    context |= {"listed": listed, "talks": talks, "words": words, "room": "calls"}
    return page(request, "calls.html", context)


@router.get("/charts/{chart_id}/picture")
def chart(chart_id: str, assistant: TheAssistant, agent: TheAgent) -> Response:
    """The chart a route passed, as SVG."""
    require(agent, Permission.READ)
    return draw_chart(chart_id, assistant)


@router.get("/settings")
def settings(request: Request, assistant: TheAssistant, agent: TheAgent) -> Response:
    """How this browser shows the console, and who is signed in."""
    with assistant.require_store().read() as look:
        context = base(look, request, assistant, agent)
        context["colleagues"] = look.agents() if agent.may(Permission.SUPERVISE) else []
    context |= {"room": "settings", "local": agent == LOCAL_ADMIN, "undo_s": assistant.settings.undo_s}
    context |= {"folder": assistant.folder, "at_start": FILES_AT_START}
    return page(request, "settings.html", context)


@router.get(LOGIN)
def login(request: Request, next: Annotated[str, Query(max_length=LONGEST_NEXT)] = "/") -> Response:
    """The way in."""
    return door(request, next)


@router.post(LOGIN)
async def enter(
    request: Request,
    assistant: TheAssistant,
    name: Annotated[str, Form(max_length=100)],
    password: Annotated[str, Form(max_length=1000)],
    next: Annotated[str, Form(max_length=LONGEST_NEXT)] = "/",
) -> Response:
    """Sign in. Who waits for a password to be checked holds no thread that others work with."""
    guesses: Guesses = request.app.state.guesses
    who, now = (name.strip(), request.client.host if request.client else ""), assistant.clock()
    checked = partial(
        sign_in, assistant.require_store(), name=name, password=password, passwords=build_passwords(), at=now
    )
    try:
        guesses.admit(who, now=now)
        guesses.wrong(who, now=now)  # before it is checked: many at once are counted, too
        _, token = await run_sync(checked, limiter=AT_ONCE)
    except NotAllowed as refusal:
        return await run_in_threadpool(door, request, next, refusal)
    guesses.right(who)
    answer = RedirectResponse(within(next), status_code=303)
    remember(answer, token, secure=request.url.scheme == "https")
    return answer


@router.post("/logout")
def leave(request: Request, assistant: TheAssistant) -> Response:
    """Sign out here."""
    if token := request.cookies.get(COOKIE):
        with assistant.require_store().begin() as tx:
            tx.drop_session(session_id_of(token))
    answer = RedirectResponse(LOGIN, status_code=303)
    answer.delete_cookie(COOKIE, path="/")
    return answer
