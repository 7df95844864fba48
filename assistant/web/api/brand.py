"""How the brand is set up: the names of channels, queues, agents, intents and slices that other calls take."""

from fastapi import APIRouter
from pydantic import BaseModel

from assistant.desk.automation import slices_of
from assistant.domain.agents import DeskAgent
from assistant.domain.brand import QueuePolicy
from assistant.domain.vocabulary import Tier, Visibility
from assistant.web.deps import TheAssistant

router = APIRouter()


class ChannelOut(BaseModel):
    """A channel of the brand; `connected`: to its network, otherwise replies go into a file."""

    name: str
    enabled: bool
    default_visibility: Visibility
    reply_window_minutes: int | None
    connected: bool


class IntentOut(BaseModel):
    """Something customers ask for; `tier` says what settles it."""

    id: str
    name: str
    topic: str
    tier: Tier


class BrandOut(BaseModel):
    """`languages` are recognised, `answers_in` are answered by the assistant. A hold's scope is one of these intents,
    their topics, channels or slices; work is given to one of the agents.
    """

    id: str
    name: str
    time_zone: str
    languages: list[str]
    answers_in: list[str]
    channels: list[ChannelOut]
    queues: list[QueuePolicy]
    agents: list[DeskAgent]
    intents: list[IntentOut]
    slices: list[str]


@router.get("/brand")
def read_brand(assistant: TheAssistant) -> BrandOut:
    """The brand this service answers for, as its pack says now."""
    pack = assistant.pack
    return BrandOut(
        id=pack.brand.id,
        name=pack.brand.name,
        time_zone=pack.brand.time_zone,
        languages=list(pack.brand.languages),
        answers_in=list(pack.brand.answers_in),
        channels=[
            ChannelOut(
                name=each.name,
                enabled=each.enabled,
                default_visibility=each.default_visibility,
                reply_window_minutes=each.reply_window_minutes,
                connected=each.name in assistant.links,
            )
            for each in pack.channels
        ],
        queues=list(pack.queues.queues),
        agents=list(pack.on_call.agents),
        intents=[IntentOut(id=each.id, name=each.name, topic=each.topic, tier=each.tier) for each in pack.intents],
        slices=sorted(slices_of(pack)),
    )
