"""A refusal as a page, for people; the API answers with problems."""

from fastapi import Request
from starlette.responses import Response

from assistant.web.console.frame import preferences, templates


def page_of(request: Request, status: int, detail: str) -> Response:
    """Says what was refused, and offers the way back."""
    brand = request.app.state.assistant.pack.brand
    context = {"brand": brand, "preferences": preferences(request), "status": status, "detail": detail}
    return templates.TemplateResponse(request, "refusal.html", context, status_code=status)
