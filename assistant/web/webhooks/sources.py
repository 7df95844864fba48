"""A help desk or site calls here when its articles changed: the source is read again soon."""

import structlog
from fastapi import APIRouter, Request, Response
from starlette.responses import PlainTextResponse

from assistant.compose.syncing import calls_with_key
from assistant.domain.sources import Asker
from assistant.errors import NotFound
from assistant.web.deps import TheAssistant
from assistant.web.problems import PROBLEM, problem
from assistant.workflows.sync_sources import ask_for

router = APIRouter()

log = structlog.get_logger()


@router.post(
    "/webhooks/knowledge/{name}",
    status_code=202,
    response_class=PlainTextResponse,
    responses={
        401: {"description": "The secret isn't the source's", "content": PROBLEM},
        404: {"description": "No such source, or none that may be called", "content": PROBLEM},
    },
)
def changed(name: str, request: Request, assistant: TheAssistant) -> Response:
    """The body is not read. 401 where `Authorization: Bearer` isn't the source's secret, 404 where it has none."""
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    known = calls_with_key(name, given)
    if known is None or name not in {source.name for source in assistant.pack.sources}:
        raise NotFound("source", name)
    if not known:
        log.warning("source_webhook_refused", source=name)
        return problem(401, "SignatureWrong", "the call doesn't carry the secret set for this source")
    ask_for(name, pack=assistant.pack, store=assistant.require_store(), clock=assistant.clock, asker=Asker.WEBHOOK)
    return PlainTextResponse("ok", status_code=202)
