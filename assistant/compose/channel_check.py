"""What `assistant channel check` and the form in the console look at: the network's word, and what came in here."""

from collections.abc import Sequence
from datetime import datetime

from assistant.compose.channel_kinds import KINDS
from assistant.domain.brand import ChannelPolicy
from assistant.domain.incoming import Probe
from assistant.ports import Link, Revisiting
from assistant.ports.channels import ChannelReading

WEBHOOK = "webhook"


def probes_of(
    link: Link, channel: ChannelPolicy, *, look: ChannelReading, brand_id: str, at: datetime
) -> Sequence[Probe]:
    """Everything there is to say, the network's own word first. Raises `StoreUnavailable`."""
    told = list(link.check())
    if told and told[0].ok is False:  # no token, no more to be told
        return told
    if channel.connect is not None and KINDS[channel.connect.kind].called:
        told = _with_calls(told, look.last_delivery_at(brand_id, channel.name), at)
    if isinstance(link, Revisiting):
        told.append(_held(look.count_posts_held(brand_id, channel.name), link.pace.a_day))
    return told


def _with_calls(told: Sequence[Probe], last: datetime | None, at: datetime) -> list[Probe]:
    """What calls came in settles whether the webhook works where its network can't be asked, and is said anyway."""
    asked = next((probe for probe in told if probe.what == WEBHOOK), None)
    others = [probe for probe in told if probe is not asked]
    said = f"{asked.detail}; " if asked else ""
    if last is not None:
        ok = asked is None or asked.ok is not False
        return [*others, Probe(what=WEBHOOK, ok=ok, detail=f"{said}last signed call came in {_ago(at, last)}")]
    nothing = "no signed call came in yet: write to the account from another one, then check again"
    return [*others, Probe(what=WEBHOOK, ok=asked.ok if asked else None, detail=f"{said}{nothing}")]


def _ago(at: datetime, then: datetime) -> str:
    minutes = int((at - then).total_seconds() // 60)
    if minutes < 2:
        return "just now"
    if minutes < 120:
        return f"{minutes} minutes ago"
    return f"{minutes // 60} hours ago" if minutes < 48 * 60 else f"{minutes // 1440} days ago"


def _held(held: int, a_day: int) -> Probe:
    """Whether the network's rate is enough to ask for every post we hold within the day a deletion must be honoured."""
    detail = f"{held} held here; {a_day} a day can be asked what became of them"
    return Probe(what="edits and deletions", ok=held <= a_day, detail=detail)
