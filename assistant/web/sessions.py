"""Who is asking: the agent behind a session cookie, or this machine's admin where no agent is set up."""

from typing import NamedTuple
from urllib.parse import quote, urlsplit

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from assistant.desk.agents import SESSION_HOURS, signed_in
from assistant.domain.agent import LOCAL_ADMIN, Agent, Permission
from assistant.errors import NotAllowed
from assistant.web.problems import problem
from assistant.workflows.unfold import unfold

COOKIE = "assistant_session"
LOGIN = "/login"
ELSEWHERE = "/login/elsewhere"
BACK = "/login/elsewhere/back"
"""Where a provider sends the browser to; this address has to be known there."""
LONGEST_NEXT = 1500
"""Letters of where to go on: with it a cookie of 4,096 bytes remembers a sign-in that was begun elsewhere."""
MEASURING = ("/api/suites", "/api/suite-runs")
"""Addresses of the API below which a sign-in as QA is enough."""


class Identity(NamedTuple):
    """`agent` is None for a stranger; `signed_in` where a session says so."""

    agent: Agent | None
    signed_in: bool
    agents_exist: bool


def was_unasked(request: Request) -> bool:
    """Whether nobody asked who delivers, as there is no key: it is kept only if no agent is set up by then."""
    return getattr(request.state, "unasked", False)


def identify(request: Request) -> Identity:
    """Look the cookie up. What intake accepted before is unfolded first: whoever may look finds it."""
    assistant = request.app.state.assistant
    store = assistant.require_store()
    unfold(store)
    with store.read() as look:
        if not look.agents():
            return Identity(LOCAL_ADMIN, signed_in=False, agents_exist=False)
        agent = signed_in(look, request.cookies.get(COOKIE), now=assistant.clock())
    return Identity(agent, signed_in=agent is not None, agents_exist=True)


def kept_out(request: Request, agent: Agent) -> Response | None:
    """The API has no roles of its own: a sign-in opens it for supervisors and admins alone, suites for QA, too."""
    path = str(request.scope["path"])  # which is routed by; that of the whole address hangs on what a client calls us
    needed = Permission.MEASURE if path.startswith(MEASURING) else Permission.SUPERVISE
    if path.startswith(("/api", "/docs", "/openapi")) and not agent.may(needed):
        return problem(403, "NotAllowed", "the API is for supervisors and for clients with a key")
    return None


def sign_in_first(request: Request) -> Response | None:
    """To the sign-in page and back; clients that aren't browsers are told."""
    path = str(request.scope["path"])
    if path in {LOGIN, ELSEWHERE, BACK}:
        return None
    if path.startswith("/api"):
        return problem(401, "SignInNeeded", "sign in at /login, or set ASSISTANT_API_KEY for clients of the API")
    target = f"{LOGIN}?next={quote(_page_wanted(request, path))}"
    if request.headers.get("hx-request"):
        return Response(status_code=401, headers={"HX-Redirect": target})
    return RedirectResponse(target, status_code=303)


def _page_wanted(request: Request, path: str) -> str:
    """The page to come back to: what was asked for, or where the form or the piece of a page that was asked for stands;
    one whose address is too long without what it was narrowed by.
    """
    query, headers = request.url.query, request.headers
    if request.method != "GET" or ("hx-request" in headers and "hx-boosted" not in headers):
        path, query = _stood_on(headers.get("hx-current-url") or headers.get("referer", ""), request.url.netloc)
    wanted = f"{path}?{query}" if query else path
    return next((each for each in (wanted, path) if len(each) <= LONGEST_NEXT), "/")


def _stood_on(page: str, here: str) -> tuple[str, str]:
    """Path and query of a page of this site; home where it is none."""
    try:
        parts = urlsplit(page)
    except ValueError:  # no address
        return "/", ""
    return (parts.path, parts.query) if parts.netloc == here and parts.path else ("/", "")


def remember(response: Response, token: str, *, secure: bool) -> None:
    """Put the session into the browser, out of scripts' reach."""
    response.set_cookie(
        COOKIE, token, max_age=SESSION_HOURS * 3600, httponly=True, samesite="lax", secure=secure, path="/"
    )


def require(agent: Agent, permission: Permission) -> None:
    """Raises `NotAllowed` where the role doesn't have it."""
    if not agent.may(permission):
        raise NotAllowed(f"your role ({agent.role}) may not do this; ask a supervisor")
