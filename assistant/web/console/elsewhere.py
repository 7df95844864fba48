"""Sign-in with the brand's own provider: out to it and back; what was begun stays in the browser for ten minutes."""

import base64
import binascii
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import ValidationError
from starlette.responses import RedirectResponse, Response

from assistant.desk.agents import sign_in_as
from assistant.errors import AssistantError, Infrastructure, NotAllowed, NotFound
from assistant.ports.console import Begun, SignInElsewhere
from assistant.web.console.frame import page, preferences, within
from assistant.web.deps import TheAssistant
from assistant.web.problems import status_of
from assistant.web.sessions import BACK, ELSEWHERE, LONGEST_NEXT, remember

COOKIE = "assistant_begun"
MINUTES = 10

router = APIRouter()


@router.get(ELSEWHERE)
def go(request: Request, next: Annotated[str, Query(max_length=LONGEST_NEXT)] = "/") -> Response:
    """Out to the provider."""
    provider = _provider(request)
    try:
        begun = provider.begin(back=_back(request))
    except Infrastructure as away:
        return door(request, next, away)
    answer = RedirectResponse(begun.url, status_code=303)
    kept = base64.urlsafe_b64encode(f"{begun.model_dump_json()}\n{next}".encode()).decode()
    secure = request.url.scheme == "https"
    answer.set_cookie(COOKIE, kept, max_age=60 * MINUTES, httponly=True, samesite="lax", secure=secure, path=ELSEWHERE)
    return answer


@router.get(BACK)
def back(request: Request, assistant: TheAssistant) -> Response:
    """Back from it, with a session where it named somebody of the desk."""
    provider = _provider(request)
    target = "/"
    try:
        begun, target = _kept(request.cookies.get(COOKIE, ""))
        name = provider.finish(begun, answer=request.url.query, back=_back(request))
        with assistant.require_store().begin() as tx:
            _, token = sign_in_as(tx, name=name, at=assistant.clock())
    except (NotAllowed, Infrastructure) as refusal:
        answer = door(request, target, refusal)
    else:
        answer = RedirectResponse(within(target), status_code=303)
        remember(answer, token, secure=request.url.scheme == "https")
    answer.delete_cookie(COOKIE, path=ELSEWHERE)
    return answer


def _provider(request: Request) -> SignInElsewhere:
    provider: SignInElsewhere | None = request.app.state.elsewhere
    if provider is None:
        raise NotFound("sign-in elsewhere", "set ASSISTANT_OIDC_ISSUER")
    return provider


def _back(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}{BACK}"


def _kept(cookie: str) -> tuple[Begun, str]:
    try:
        begun, _, target = base64.urlsafe_b64decode(cookie.encode()).decode().partition("\n")
        return Begun.model_validate_json(begun), target
    except (ValueError, binascii.Error, ValidationError):
        raise NotAllowed("this sign-in took too long or was not begun here; begin again") from None


def door(request: Request, target: str, refusal: AssistantError | None = None) -> Response:
    """The way in, on the way to `target`; with a refusal, why it stays closed."""
    state = request.app.state
    context = {"brand": state.assistant.pack.brand, "preferences": preferences(request), "next": target}
    context |= {"elsewhere": ELSEWHERE if state.elsewhere else "", "refusal": str(refusal) if refusal else ""}
    return page(request, "login.html", context, status_of(refusal) if refusal else 200)
