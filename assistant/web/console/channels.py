"""The channels' room: which are connected, and one form that sets one up, tries it out and writes its block."""

import asyncio
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from assistant.compose import Assistant
from assistant.compose.channel_kinds import KINDS
from assistant.compose.channel_setup import (
    block_of,
    channel_of,
    filled_in,
    kind_named,
    secrets_of,
    try_out,
    write_block,
    written,
)
from assistant.domain.agent import Agent, Permission
from assistant.domain.brand import ChannelPolicy
from assistant.domain.networks import NETWORKS
from assistant.errors import Infrastructure, InputInvalid, PackInvalid
from assistant.web.console.centre import lines
from assistant.web.console.frame import base, page
from assistant.web.deps import TheAgent, TheAssistant
from assistant.web.sessions import require
from assistant.workflows.watch import Watch

router = APIRouter()


@router.get("/channels")
def channels(request: Request, assistant: TheAssistant, agent: TheAgent) -> Response:
    """Every channel of the brand as its file stands now, and which of them this process has connected."""
    require(agent, Permission.SUPERVISE)
    context = _context(request, assistant, agent) | {"listed": _written(assistant), "links": assistant.links}
    watch: Watch = request.app.state.watch
    context["doing"] = {each["name"]: each for each in lines(assistant, watch.look(), context["now"])}
    return page(request, "channels.html", context)


@router.get("/channels/set-up")
def form(
    request: Request,
    assistant: TheAssistant,
    agent: TheAgent,
    name: Annotated[str, Query(max_length=60)],
    kind: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """What this kind asks for, with what the block says now."""
    require(agent, Permission.SUPERVISE)
    channel = channel_of(name, _written(assistant))
    connect = channel.connect
    chosen = kind or (connect.kind if connect else name if name in KINDS else "webhook")
    given = {key: _typed(value) for key, value in connect.settings.items()} if connect else {}
    return _form(request, assistant, agent, channel, chosen, given=given, approval=connect.approval if connect else "")


@router.post("/channels/set-up")
async def set_up(request: Request, assistant: TheAssistant, agent: TheAgent) -> Response:
    """Show the block and what the network says; with `write`, also put it into the file."""
    require(agent, Permission.SUPERVISE)
    sent = {key: str(value) for key, value in (await request.form()).items()}
    return await asyncio.to_thread(_tried, request, assistant, agent, sent)


def _tried(request: Request, assistant: Assistant, agent: Agent, sent: dict[str, str]) -> Response:
    channel, kind = channel_of(sent.get("name", ""), _written(assistant)), sent.get("kind", "")
    more: dict[str, Any] = {"given": sent, "approval": sent.get("approval", "")}
    try:
        made = filled_in(channel, kind, given=sent, approval=more["approval"])
        brand_id, at = assistant.pack.brand.id, assistant.clock()
        probes = try_out(made, assistant.settings, store=assistant.require_store(), brand_id=brand_id, at=at)
        more |= {"block": block_of(made), "probes": probes}
        if sent.get("action") == "write":
            write_block(made, _folder(assistant))
            more["written"] = True
    except (Infrastructure, InputInvalid, PackInvalid) as refusal:
        return _form(request, assistant, agent, channel, kind, **more, refusal=str(refusal), status=422)
    return _form(request, assistant, agent, made, kind, **more)


def _form(
    request: Request,
    assistant: Assistant,
    agent: Agent,
    channel: ChannelPolicy,
    kind: str,
    *,
    status: int = 200,
    **more: Any,  # noqa: ANN401  # what the template shows
) -> Response:
    wanted = kind_named(kind)
    context = _context(request, assistant, agent) | {
        "channel": channel,
        "kind": kind,
        "kinds": KINDS,
        "wanted": wanted,
        "secrets": secrets_of(channel.name, kind),
        "network": NETWORKS[kind],
        "hook": str(request.url_for("deliver", channel=channel.name)) if wanted.called else "",
        "file": _folder(assistant) / "channels.yaml",
    }
    return page(request, "channel_set_up.html", context | more, status)


def _context(request: Request, assistant: Assistant, agent: Agent) -> dict[str, Any]:
    with assistant.require_store().read() as look:
        return base(look, request, assistant, agent) | {"room": "settings"}


def _written(assistant: Assistant) -> tuple[ChannelPolicy, ...]:
    """A block just written counts before the next start."""
    return written(_folder(assistant))


def _folder(assistant: Assistant) -> Path:
    if assistant.folder is None:
        raise InputInvalid("this process was started without the pack's folder; write the block where it is kept")
    return assistant.folder


def _typed(value: str | int | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
