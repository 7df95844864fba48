"""Which adapter a kind of channel has, and what it asks for in `channels.yaml` and in the environment."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import SecretStr

from assistant.domain.beside import Place
from assistant.domain.vocabulary import Visibility
from assistant.errors import SettingInvalid
from assistant.ports import Link

if TYPE_CHECKING:
    from httpx import Auth

FASTEST_POLL_S = 5
"""X takes 300 looks in 15 minutes."""


@dataclass(frozen=True)
class Wants:
    """What one channel's adapter asks for by name, with a message that names the place where it belongs.

    `tokens` is the file for tokens that are renewed.
    """

    channel: str
    settings: Mapping[str, str | int | bool]
    secrets: Mapping[str, SecretStr]
    tokens: Path
    visibility: Visibility = Visibility.PUBLIC

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

    def seconds(self, name: str, default: float, *, least: int) -> float:
        """A pause between looks."""
        given = self.setting(name, str(int(default)))
        if not given.isdigit() or int(given) < least:
            where = f"channels.yaml: channel {self.channel}: connect.settings.{name}"
            raise SettingInvalid(f"{where} is a number of seconds, {least} at least, not {given!r}")
        return float(given)

    def auth(self, what: str, url: str, *, agent: str = "", basic: bool = True) -> "Auth":
        """A token that lasts, or one that is renewed where a refresh token is set."""
        from assistant.adapters.channels.oauth import Bearer, Renewed

        if "refresh_token" not in self.secrets:
            return Bearer(self.secret("token"))
        return Renewed(
            what,
            self.setting("token_url", url),
            client_id=self.setting("client_id"),
            client_secret=self.secret("client_secret", ""),
            refresh_token=self.secret("refresh_token"),
            kept=self.tokens,
            clock=now,
            agent=agent,
            basic=basic,
        )


def now() -> datetime:
    """The clock of connected channels."""
    return datetime.now(UTC)


def _webhook(wants: Wants) -> Link:
    from assistant.adapters.channels.webhook import WebhookLink

    return WebhookLink(url=wants.setting("url"), secret=wants.secret("secret"), visibility=wants.visibility)


def _bluesky(wants: Wants) -> Link:
    from assistant.adapters.channels.bluesky import Bluesky

    service = wants.setting("service", "https://bsky.social")
    return Bluesky(service=service, handle=wants.setting("handle"), password=wants.secret("password"), clock=now)


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
        clock=now,
        sent=wants.setting("sent_folder", "Sent"),
    )


def _meta(kind: Literal["facebook", "instagram", "messenger", "whatsapp"]) -> Callable[[Wants], Link]:
    def build(wants: Wants) -> Link:
        from assistant.adapters.channels.meta import VERSION, Meta, Template

        named = wants.setting("template", "-")
        template = Template(
            named, wants.setting("template_language", "en"), str(wants.settings.get("business_account", ""))
        )
        return Meta(
            kind,
            account=wants.setting("account"),
            token=wants.secret("token"),
            app_secret=wants.secret("app_secret"),
            verify_token=wants.secret("verify_token"),
            clock=now,
            template=template if named != "-" else None,
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
    auth = wants.auth("X", f"{server}/2/oauth2/token")
    poll_s = wants.seconds("poll_seconds", POLL_S, least=FASTEST_POLL_S)
    return X(auth=auth, consumer_secret=wants.secret("consumer_secret"), server=server, poll_s=poll_s)


def _reddit(wants: Wants) -> Link:
    from assistant.adapters.channels.reddit import AGENT, POLL_S, Reddit

    agent = wants.setting("user_agent", AGENT)
    return Reddit(
        auth=wants.auth("Reddit", "https://www.reddit.com/api/v1/access_token", agent=agent),
        agent=agent,
        server=wants.setting("server", "https://oauth.reddit.com"),
        poll_s=wants.seconds("poll_seconds", POLL_S, least=2),
    )


def _youtube(wants: Wants) -> Link:
    from assistant.adapters.channels.google import SERVER, TOKENS
    from assistant.adapters.channels.youtube import POLL_S, YouTube

    return YouTube(
        account=wants.setting("account"),
        auth=wants.auth("YouTube", TOKENS, basic=False),
        server=wants.setting("server", SERVER),
        poll_s=wants.seconds("poll_seconds", POLL_S, least=30),
    )


def _google_play(wants: Wants) -> Link:
    from assistant.adapters.channels.google import TOKENS
    from assistant.adapters.channels.google_play import POLL_S, SERVER, GooglePlay

    return GooglePlay(
        package=wants.setting("package"),
        auth=wants.auth("Google Play", TOKENS, basic=False),
        server=wants.setting("server", SERVER),
        poll_s=wants.seconds("poll_seconds", POLL_S, least=60),
    )


def _app_store(wants: Wants) -> Link:
    from assistant.adapters.channels.app_store import POLL_S, SERVER, AppStore, SignedToken

    key = wants.secret("private_key")
    auth = SignedToken(issuer=wants.setting("issuer"), key_id=wants.setting("key_id"), private_key=key, clock=now)
    poll_s = wants.seconds("poll_seconds", POLL_S, least=60)
    return AppStore(app=wants.setting("app"), auth=auth, server=wants.setting("server", SERVER), poll_s=poll_s)


def _discourse(wants: Wants) -> Link:
    from assistant.adapters.channels.discourse import POLL_S, Discourse

    return Discourse(
        server=wants.setting("server"),
        user=wants.setting("user"),
        key=wants.secret("key"),
        secret=wants.secret("secret"),
        poll_s=wants.seconds("poll_seconds", POLL_S, least=5),
    )


def _rss(wants: Wants) -> Link:
    from assistant.adapters.channels.rss import POLL_S, Rss

    return Rss(url=wants.setting("url"), poll_s=wants.seconds("poll_seconds", POLL_S, least=30))


def _threads(wants: Wants) -> Link:
    from assistant.adapters.channels.threads import SERVER, VERSION, Threads

    return Threads(
        account=wants.setting("account"),
        name=wants.setting("name"),
        token=wants.secret("token"),
        app_secret=wants.secret("app_secret"),
        verify_token=wants.secret("verify_token"),
        version=wants.setting("version", VERSION),
        server=wants.setting("server", SERVER),
    )


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
    "app_store": _app_store,
    "bluesky": _bluesky,
    "chatwoot": _chatwoot,
    "discourse": _discourse,
    "email": _email,
    "facebook": _meta("facebook"),
    "freshdesk": _freshdesk,
    "google_play": _google_play,
    "instagram": _meta("instagram"),
    "mastodon": _mastodon,
    "matrix": _matrix,
    "messenger": _meta("messenger"),
    "reddit": _reddit,
    "rss": _rss,
    "telegram": _telegram,
    "threads": _threads,
    "webhook": _webhook,
    "whatsapp": _meta("whatsapp"),
    "x": _x,
    "youtube": _youtube,
    "zammad": _zammad,
    "zendesk": _zendesk,
}
"""Which adapter a `connect.kind` builds."""
