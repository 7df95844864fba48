"""Errors as RFC 9457 problems: the class decides the status, the message goes out, the traceback stays in."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from assistant.errors import (
    AssistantError,
    ChannelUnavailable,
    Conflict,
    Infrastructure,
    InputInvalid,
    ModelUnavailable,
    NotAllowed,
    NotFound,
    Overloaded,
    PackInvalid,
    SignatureWrong,
    SignInNeeded,
    SuiteInvalid,
)

STATUS: dict[type[AssistantError], int] = {
    InputInvalid: 422,
    SignatureWrong: 401,
    NotFound: 404,
    Conflict: 409,
    NotAllowed: 403,
    SignInNeeded: 401,
    Infrastructure: 503,
    ChannelUnavailable: 503,
    ModelUnavailable: 503,
    PackInvalid: 503,
    SuiteInvalid: 503,
    Overloaded: 503,
}
"""The nearest class in an error's ancestry decides; anything else is a 500 that says nothing."""

AsPage = Callable[[Request, int, str], Response]
"""Status and what to tell the reader in, a page out."""
MethodsAt = Callable[[str], Sequence[str]]
"""The methods an address of the API takes."""
AsCrash = Callable[[Request, str], Response]
"""The number under which the log says what happened in, a page out."""

NO_PAGE = {
    404: "there is no such page",
    405: "this address takes what a form sends, and is no page of its own",
}
"""What people are told of an address that shows nothing."""

SAID = {"extra_forbidden": "there is no such field here", "model_attributes_type": "should be an object"}
"""What a checker says in words of its own making, in ours."""

TITLES = {404: "NotFound", 405: "MethodNotAllowed", 413: "TooLarge"}

AWAY = "the store can't be used now; nothing was done, and the service's log says why"

PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
"""How the OpenAPI document shows a refusal."""

log = structlog.get_logger()


class Wrong(BaseModel):
    """One field or parameter; `body` is all of what was sent."""

    field: str
    problem: str


class Problem(BaseModel):
    """What went wrong (RFC 9457): `title` names the kind and stays the same, `detail` is for the reader."""

    type: str = Field(json_schema_extra={"const": "about:blank"})
    title: str
    status: int
    detail: str
    fields: list[Wrong] = Field(default=[], description="each place that is wrong, where what was sent has the fault")


def status_of(error: AssistantError) -> int:
    """The HTTP status of an error of ours."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


def problem(status: int, title: str, detail: str, **more: object) -> JSONResponse:
    """A problem body; `title` is stable, `detail` is for the reader."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    return JSONResponse(body, status_code=status, media_type="application/problem+json")


def problem_of(error: AssistantError, *, path: str) -> JSONResponse:
    """An error of ours as a problem; one that is the service's fault is logged with path and remedy."""
    status = status_of(error)
    if status >= 500:
        log.error("request_failed", path=path, error=type(error).__name__, problem=str(error))
    answer = problem(status, type(error).__name__, str(error))
    if isinstance(error, Overloaded):
        answer.headers["Retry-After"] = str(error.retry_after_s)
    return answer


def away(request: Request, error: Infrastructure, as_page: AsPage) -> Response:
    """Who asks can't be looked up, so it may be a stranger: the log alone says why."""
    status = problem_of(error, path=request.url.path).status_code
    return as_page(request, status, AWAY) if _by_a_person(request) else problem(status, type(error).__name__, AWAY)


def install(app: FastAPI, *, as_page: AsPage, as_crash: AsCrash, headers: Mapping[str, str], taken: MethodsAt) -> None:
    """Answer every error with a problem; where a person asked for a page, with one.

    A crash is answered outside the guard, so it is given the `headers` the guard gives everything else.
    """

    @app.exception_handler(AssistantError)
    def ours(request: Request, error: AssistantError) -> Response:
        answer = problem_of(error, path=request.url.path)
        return as_page(request, answer.status_code, str(error)) if _by_a_person(request) else answer

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> Response:
        if any(isinstance(each.get("input"), bytes) for each in error.errors()):
            return problem(415, "NotJson", "send JSON, with `content-type: application/json`")
        fields = [_wrong(each) for each in error.errors()]
        detail = "; ".join(f"{f['field']}: {f['problem']}" for f in fields)
        if _by_a_person(request):
            return as_page(request, 422, detail)
        return problem(422, "RequestInvalid", detail, fields=fields)

    @app.exception_handler(HTTPException)
    def http(request: Request, error: HTTPException) -> Response:
        if _by_a_person(request):
            answer = as_page(request, error.status_code, NO_PAGE.get(error.status_code, str(error.detail)))
            answer.headers.update(error.headers or {})
            return answer
        return _refused(request, error, taken(request.scope["path"]))

    @app.exception_handler(Exception)
    def unexpected(request: Request, error: Exception) -> Response:
        number = secrets.token_hex(4)
        log.error("request_crashed", path=request.url.path, number=number, exc_info=error)
        said = f"something went wrong here; the log of the service says what, under {number}"
        answer = as_crash(request, number) if _by_a_person(request) else problem(500, "Unexpected", said)
        answer.headers.update(headers)
        return answer


def _by_a_person(request: Request) -> bool:
    return not request.url.path.startswith(("/api", "/webhooks"))


def _wrong(error: Mapping[str, Any]) -> dict[str, str]:
    if error["type"] == "json_invalid":
        said = f"no JSON at character {error['loc'][1]}: {error['ctx']['error']}"
        return {"field": "body", "problem": said}
    return {
        "field": ".".join(map(str, error["loc"][1:])) or "body",
        "problem": SAID.get(error["type"], error["msg"]),
    }


def _refused(request: Request, error: HTTPException, taken: Sequence[str]) -> Response:
    """What the framework refuses before a handler sees it, said as ours is."""
    if error.status_code == 400:  # the only one it gives: a body that is no text, or nested too deeply
        said = "can't be read; send JSON in UTF-8"
        return problem(422, "RequestInvalid", f"body: {said}", fields=[{"field": "body", "problem": said}])
    allowed = ", ".join(taken)
    details = {
        404: "no such address; /docs lists all there are",
        405: f"{request.method} isn't taken at this address, but {allowed}",
    }
    detail = details.get(error.status_code, str(error.detail))
    answer = problem(error.status_code, TITLES.get(error.status_code, "HttpError"), detail)
    answer.headers.update(error.headers or {})
    if error.status_code == 405:
        answer.headers["allow"] = allowed
    return answer
