"""Connected channels: blocks of `channels.yaml` and secrets of the environment in, links out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from pydantic import SecretStr

from assistant.domain.beside import Place
from assistant.domain.brand import ChannelPolicy, Connection, Pack
from assistant.errors import SettingInvalid
from assistant.ports import Channel, Link, Store
from assistant.settings import Settings, read_channel_secrets
from assistant.workflows.hear import connect

FASTEST_POLL_S = 5
"""X takes 300 looks in 15 minutes."""


@dataclass(frozen=True)
class Wants:
    """What one channel's adapter asks for by name, with a message that names the place where it belongs."""

    channel: str
    settings: Mapping[str, str | int | bool]
    secrets: Mapping[str, SecretStr]

    def setting(self, name: str, default: str | None = None) -> str:
        value = self.settings.get(name, default)
        if value is None or value == "":
            raise SettingInvalid(f"channels.yaml: channel {self.channel}: connect.settings.{name} is missing; add it")
        return str(value)

    def secret(self, name: str, default: str | None = None) -> str:
        if name in self.secrets:
            return self.secrets[name].get_secret_value()
        if default is not None:
            return default
        variable = f"ASSISTANT_CHANNEL_{self.channel.upper()}_{name.upper()}"
        raise SettingInvalid(f"channel {self.channel} needs the environment variable {variable}; set it")


def build_links(pack: Pack) -> Mapping[str, Link]:
    """A link for every enabled channel with a `connect` block. Raises `SettingInvalid` naming what is missing."""
    return {
        channel.name: build_link(channel, channel.connect)
        for channel in pack.channels
        if channel.enabled and channel.connect is not None
    }


def build_link(channel: ChannelPolicy, connection: Connection) -> Link:
    """The adapter of one channel. Raises `SettingInvalid`."""
    build = KINDS.get(connection.kind)
    if build is None:
        known = ", ".join(sorted(KINDS))
        raise SettingInvalid(
            f"channels.yaml: channel {channel.name}: connect.kind {connection.kind!r} is unknown; one of {known}"
        )
    return build(Wants(channel.name, connection.settings, read_channel_secrets(channel.name)))


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
            clock=_now,
        )
        channels[channel.name] = Connected(channel.name, link, store, _now)
    return channels


def label_as_bot(link: Link) -> bool:
    """Say on the account's profile that a machine answers; False where the network has no way to do so from here."""
    from assistant.adapters.channels.bluesky import Bluesky

    if isinstance(link, Bluesky):
        link.label_as_bot()
        return True
    return False


def _now() -> datetime:
    return datetime.now(UTC)


def _webhook(wants: Wants) -> Link:
    from assistant.adapters.channels.webhook import WebhookLink

    return WebhookLink(url=wants.setting("url"), secret=wants.secret("secret"))


def _bluesky(wants: Wants) -> Link:
    from assistant.adapters.channels.bluesky import Bluesky

    service = wants.setting("service", "https://bsky.social")
    return Bluesky(service=service, handle=wants.setting("handle"), password=wants.secret("password"), clock=_now)


def _matrix(wants: Wants) -> Link:
    from assistant.adapters.channels.matrix import Matrix

    return Matrix(server=wants.setting("server"), token=wants.secret("token"))


def _email(wants: Wants) -> Link:
    from assistant.adapters.channels.email import Email, Server

    def server(what: str, port: str) -> Server:
        security = wants.setting(f"{what}_security", "tls")
        host, number = wants.setting(f"{what}_host"), int(wants.setting(f"{what}_port", port))
        match security:
            case "tls" | "starttls" | "none":
                return Server(host, number, security)
            case _:
                where = f"channels.yaml: channel {wants.channel}: {what}_security"
                raise SettingInvalid(f"{where} is tls, starttls or none, not {security!r}")

    address = wants.setting("address")
    return Email(
        imap=server("imap", "993"),
        smtp=server("smtp", "465"),
        user=wants.setting("user", address),
        password=wants.secret("password"),
        address=address,
        name=wants.setting("name", wants.channel),
        clock=_now,
        sent=wants.setting("sent_folder", "Sent"),
    )


def _meta(kind: Literal["facebook", "instagram", "messenger", "whatsapp"]) -> Callable[[Wants], Link]:
    def build(wants: Wants) -> Link:
        from assistant.adapters.channels.meta import VERSION, Meta

        return Meta(
            kind,
            account=wants.setting("account"),
            token=wants.secret("token"),
            app_secret=wants.secret("app_secret"),
            verify_token=wants.secret("verify_token"),
            clock=_now,
            private_replies=wants.settings.get("private_replies") is True,
            version=wants.setting("version", VERSION),
            server=wants.setting("server", "https://graph.facebook.com"),
        )

    return build


def _mastodon(wants: Wants) -> Link:
    from assistant.adapters.channels.mastodon import Mastodon

    return Mastodon(server=wants.setting("server"), token=wants.secret("token"))


def _telegram(wants: Wants) -> Link:
    from assistant.adapters.channels.telegram import Telegram

    server = wants.setting("server", "https://api.telegram.org")
    return Telegram(token=wants.secret("token"), secret=wants.secret("secret", ""), server=server)


def _x(wants: Wants) -> Link:
    from assistant.adapters.channels.x import POLL_S, X

    server = wants.setting("server", "https://api.x.com")
    poll_s = wants.setting("poll_seconds", str(int(POLL_S)))
    if not poll_s.isdigit() or int(poll_s) < FASTEST_POLL_S:
        where = f"channels.yaml: channel {wants.channel}: connect.settings.poll_seconds"
        raise SettingInvalid(f"{where} is a number of seconds, {FASTEST_POLL_S} at least, not {poll_s!r}")
    token, consumer_secret = wants.secret("token"), wants.secret("consumer_secret")
    return X(token=token, consumer_secret=consumer_secret, server=server, poll_s=float(poll_s))


def _place(wants: Wants) -> Place:
    """`connect.settings.place`; without it the assistant only drafts."""
    given = wants.setting("place", Place.DRAFT.value)
    try:
        return Place(given)
    except ValueError:
        known = ", ".join(Place)
        where = f"channels.yaml: channel {wants.channel}: connect.settings.place"
        raise SettingInvalid(f"{where} is one of {known}, not {given!r}") from None


def _chatwoot(wants: Wants) -> Link:
    from assistant.adapters.channels.chatwoot import Chatwoot

    return Chatwoot(
        server=wants.setting("server", "https://app.chatwoot.com"),
        account=wants.setting("account"),
        token=wants.secret("token"),
        secret=wants.secret("secret"),
        place=_place(wants),
    )


def _zendesk(wants: Wants) -> Link:
    from assistant.adapters.channels.zendesk import Zendesk

    return Zendesk(
        server=wants.setting("server"),
        email=wants.setting("email"),
        token=wants.secret("token"),
        secret=wants.secret("secret"),
        place=_place(wants),
        people=_people(wants),
    )


def _zammad(wants: Wants) -> Link:
    from assistant.adapters.channels.zammad import Zammad

    token, secret = wants.secret("token"), wants.secret("secret")
    return Zammad(
        server=wants.setting("server"), token=token, secret=secret, place=_place(wants), people=_people(wants)
    )


def _freshdesk(wants: Wants) -> Link:
    from assistant.adapters.channels.freshdesk import Freshdesk

    token = wants.secret("token")
    return Freshdesk(server=wants.setting("server"), token=token, place=_place(wants), people=_people(wants))


def _people(wants: Wants) -> str:
    """The number of the group that takes over; needed where conversations are handed over."""
    if _place(wants) is Place.TIER_ONE:
        group = wants.setting("people")
        if not group.isdigit():
            where = f"channels.yaml: channel {wants.channel}: connect.settings.people"
            raise SettingInvalid(f"{where} is the group's number, not {group!r}")
        return group
    return str(wants.settings.get("people", ""))


KINDS: Mapping[str, Callable[[Wants], Link]] = {
    "bluesky": _bluesky,
    "chatwoot": _chatwoot,
    "email": _email,
    "facebook": _meta("facebook"),
    "freshdesk": _freshdesk,
    "instagram": _meta("instagram"),
    "mastodon": _mastodon,
    "matrix": _matrix,
    "messenger": _meta("messenger"),
    "telegram": _telegram,
    "webhook": _webhook,
    "whatsapp": _meta("whatsapp"),
    "x": _x,
    "zammad": _zammad,
    "zendesk": _zendesk,
}
"""Which adapter a `connect.kind` builds."""
