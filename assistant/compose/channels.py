"""Connected channels: blocks of `channels.yaml` and secrets of the environment in, links out."""

from collections.abc import Mapping
from pathlib import Path

from assistant.compose.channel_kinds import KINDS
from assistant.compose.channel_needs import Wants
from assistant.compose.clock import utc_now
from assistant.domain.brand import ChannelPolicy, Connection, Pack
from assistant.errors import SettingInvalid
from assistant.ports import Channel, Link, Store
from assistant.settings import Settings, read_channel_secrets
from assistant.workflows.hear import connect


def build_links(settings: Settings, pack: Pack) -> Mapping[str, Link]:
    """A link for every enabled channel with a `connect` block. Raises `SettingInvalid` naming what is missing."""
    return {
        channel.name: build_link(channel, channel.connect, data_dir=settings.data_dir)
        for channel in pack.channels
        if channel.enabled and channel.connect is not None
    }


def build_link(channel: ChannelPolicy, connection: Connection, *, data_dir: Path) -> Link:
    """The adapter of one channel; renewed tokens are kept in the data folder. Raises `SettingInvalid`."""
    kind = KINDS.get(connection.kind)
    if kind is None:
        known = ", ".join(sorted(KINDS))
        raise SettingInvalid(
            f"channels.yaml: channel {channel.name}: connect.kind {connection.kind!r} is unknown; one of {known}"
        )
    tokens = data_dir / "tokens" / f"{channel.name}.json"
    secrets, visibility = read_channel_secrets(channel.name), channel.default_visibility
    return kind.build(Wants(channel.name, connection.settings, secrets, tokens, visibility))


def build_channels(settings: Settings, pack: Pack, links: Mapping[str, Link], store: Store) -> Mapping[str, Channel]:
    """Connected channels send through their links; every other one delivers into a file of the data folder."""
    from assistant.adapters.channels.connected import Connected
    from assistant.adapters.channels.file_drop import FileDrop

    channels: dict[str, Channel] = {}
    for channel in pack.channels:
        if not channel.enabled:
            continue
        link = links.get(channel.name)
        if link is None or channel.connect is None:
            channels[channel.name] = FileDrop(channel.name, settings.data_dir / "sent")
            continue
        connect(
            store,
            channel=channel.name,
            kind=link.kind,
            approval=channel.connect.approval,
            brand_id=pack.brand.id,
            clock=utc_now,
        )
        channels[channel.name] = Connected(channel.name, link, store, utc_now)
    return channels


def label_as_bot(link: Link) -> bool:
    """Say on the account's profile that a machine answers; False where the network has no way to do so from here."""
    from assistant.adapters.channels.bluesky import Bluesky

    if isinstance(link, Bluesky):
        link.label_as_bot()
        return True
    return False
