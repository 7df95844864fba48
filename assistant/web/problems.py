"""Errors as RFC 9457 problems: the class decides the status, the message goes out, the traceback stays in."""

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from assistant.errors import (
    AssistantError,
    Conflict,
    Infrastructure,
    InputInvalid,
    ModelUnavailable,
    NotAllowed,
    NotFound,
    SignatureWrong,
)

STATUS: dict[type[AssistantError], int] = {
    InputInvalid: 422,
    SignatureWrong: 401,
    NotFound: 404,
    Conflict: 409,
    NotAllowed: 403,
    Infrastructure: 503,
    ModelUnavailable: 503,
}
"""The nearest class in an error's ancestry decides; anything else is a 500 that says nothing."""

log = structlog.get_logger()


def status_of(error: AssistantError) -> int:
    """The HTTP status of an error of ours."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


def problem(status: int, title: str, detail: str, **more: object) -> JSONResponse:
    """A problem body; `title` is stable, `detail` is for the reader."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    return JSONResponse(body, status_code=status, media_type="application/problem+json")


def install(app: FastAPI) -> None:
    """Answer every error with a problem."""

    @app.exception_handler(AssistantError)
    def ours(request: Request, error: AssistantError) -> JSONResponse:
        status = status_of(error)
        if status >= 500:
            log.error("request_failed", path=request.url.path, error=type(error).__name__)
        return problem(status, type(error).__name__, str(error))

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        fields = [{"field": ".".join(map(str, e["loc"][1:])) or "body", "problem": e["msg"]} for e in error.errors()]
        detail = "; ".join(f"{f['field']}: {f['problem']}" for f in fields)
        return problem(422, "RequestInvalid", detail, fields=fields)

    @app.exception_handler(HTTPException)
    def http(request: Request, error: HTTPException) -> JSONResponse:
        answer = problem(error.status_code, "HttpError", str(error.detail))
        answer.headers.update(error.headers or {})
        return answer

    @app.exception_handler(Exception)
    def unexpected(request: Request, error: Exception) -> JSONResponse:
        log.error("request_crashed", path=request.url.path, exc_info=error)
        return problem(500, "Unexpected", "something went wrong here; the log of the service says what")
