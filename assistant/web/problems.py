"""Errors as RFC 9457 problems: the class decides the status, the message goes out, the traceback stays in."""

import secrets
from collections.abc import Callable, Mapping

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
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
    SignatureWrong,
    SignInNeeded,
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
    Overloaded: 503,
}
"""The nearest class in an error's ancestry decides; anything else is a 500 that says nothing."""

AsPage = Callable[[Request, int, str], Response]
"""Status and what to tell the reader in, a page out."""
AsCrash = Callable[[Request, str], Response]
"""The number under which the log says what happened in, a page out."""

NO_PAGE = {
    404: "there is no such page",
    405: "this address takes what a form sends, and is no page of its own",
}
"""What people are told of an address that shows nothing."""

log = structlog.get_logger()


def status_of(error: AssistantError) -> int:
    """The HTTP status of an error of ours."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


def problem(status: int, title: str, detail: str, **more: object) -> JSONResponse:
    """A problem body; `title` is stable, `detail` is for the reader."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    return JSONResponse(body, status_code=status, media_type="application/problem+json")


def problem_of(error: AssistantError, *, path: str) -> JSONResponse:
    """An error of ours as a problem; one that is the service's fault is logged with the path it was asked for."""
    status = status_of(error)
    if status >= 500:
        log.error("request_failed", path=path, error=type(error).__name__)
    answer = problem(status, type(error).__name__, str(error))
    if isinstance(error, Overloaded):
        answer.headers["Retry-After"] = str(error.retry_after_s)
    return answer


def install(app: FastAPI, *, as_page: AsPage, as_crash: AsCrash, headers: Mapping[str, str]) -> None:
    """Answer every error with a problem; where a person asked for a page, with one.

    A crash is answered outside the guard, so it is given the `headers` the guard gives everything else.
    """

    @app.exception_handler(AssistantError)
    def ours(request: Request, error: AssistantError) -> Response:
        answer = problem_of(error, path=request.url.path)
        return as_page(request, answer.status_code, str(error)) if _by_a_person(request) else answer

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> Response:
        fields = [{"field": ".".join(map(str, e["loc"][1:])) or "body", "problem": e["msg"]} for e in error.errors()]
        detail = "; ".join(f"{f['field']}: {f['problem']}" for f in fields)
        if _by_a_person(request):
            return as_page(request, 422, detail)
        return problem(422, "RequestInvalid", detail, fields=fields)

    @app.exception_handler(HTTPException)
    def http(request: Request, error: HTTPException) -> Response:
        answer: Response = problem(error.status_code, "HttpError", str(error.detail))
        if _by_a_person(request):
            answer = as_page(request, error.status_code, NO_PAGE.get(error.status_code, str(error.detail)))
        answer.headers.update(error.headers or {})
        return answer

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
