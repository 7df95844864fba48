"""Refusals and crashes as pages, for people; the API answers with problems."""

from fastapi import Request
from starlette.responses import Response

from assistant.web.console.frame import preferences, templates


def page_of(request: Request, status: int, detail: str) -> Response:
    """Says what was refused, and offers the way back."""
    return _page(request, status, detail=detail)


def crash_of(request: Request, number: str) -> Response:
    """Says that the fault is ours, what became of the work, and what to do; `number` finds it in the log."""
    return _page(request, 500, number=number)


def _page(request: Request, status: int, **said: str) -> Response:
    looks = request.method in {"GET", "HEAD"}
    at = f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path
    context = {"brand": request.app.state.assistant.pack.brand, "preferences": preferences(request)}
    context |= {"looks": looks, "at": at if looks and status >= 500 else "", **said}
    return templates.TemplateResponse(request, "refusal.html", context, status_code=status)
