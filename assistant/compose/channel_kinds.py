"""Which kinds of channels there are, and what each asks for in `channels.yaml` and in the environment."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from assistant.compose.channel_needs import Kind, More, Secret, Setting, Wants
from assistant.compose.clock import utc_now
from assistant.domain.beside import Place
from assistant.errors import SettingInvalid

if TYPE_CHECKING:
    from httpx import Auth

_TOKEN = Secret("token", "the access token")
_SECRET = Secret("secret", "what the network signs its calls with")
_SERVER = Setting("server", "address of the server, such as https://example.org", required=True)
_API = Setting("server", "address of the API, where it isn't the network's own")


def _poll(about: str, least: int) -> Setting:
    return Setting("poll_seconds", about, argument="poll_s", least=least)


def _clock(wants: Wants) -> Mapping[str, object]:
    return {"clock": utc_now}


# --- tokens that end

_RENEWED = (
    Setting("client_id", "with a refresh token: the app's client id", argument="auth"),
    Setting("token_url", "where tokens are renewed, if not at the network's own place", argument="auth"),
)
_TOKENS = (
    Secret("token", "the access token, where no refresh token is set", required=False),
    Secret("refresh_token", "renews the access token before it ends", required=False),
    Secret("client_secret", "with a refresh token, for apps that have one", required=False),
)


def _auth(wants: Wants, what: str, url: str, *, agent: str = "", basic: bool = True) -> "Mapping[str, Auth | None]":
    """A token that lasts, or one that is renewed where a refresh token is set; the parts of it are no arguments."""
    from assistant.adapters.channels.oauth import Bearer, Renewed

    parts = {secret.name: None for secret in _TOKENS}
    if "refresh_token" not in wants.secrets:
        return {**parts, "auth": Bearer(str(wants.secret("token")))}
    renewed = Renewed(
        what,
        wants.text("token_url", url),
        client_id=str(wants.given("client_id", required=True)),
        client_secret=wants.secret("client_secret", required=False) or "",
        refresh_token=str(wants.secret("refresh_token")),
        kept=wants.tokens,
        clock=utc_now,
        agent=agent,
        basic=basic,
    )
    return {**parts, "auth": renewed}


def _x(wants: Wants) -> Mapping[str, object]:
    return _auth(wants, "X", f"{wants.text('server', 'https://api.x.com')}/2/oauth2/token")


def _reddit(wants: Wants) -> Mapping[str, object]:
    from assistant.adapters.channels.reddit import AGENT

    agent = wants.text("user_agent", AGENT)
    return _auth(wants, "Reddit", "https://www.reddit.com/api/v1/access_token", agent=agent)


def _google(wants: Wants, what: str) -> Mapping[str, object]:
    from assistant.adapters.channels.google import TOKENS

    return _auth(wants, what, TOKENS, basic=False)


def _youtube(wants: Wants) -> Mapping[str, object]:
    return _google(wants, "YouTube")


def _google_play(wants: Wants) -> Mapping[str, object]:
    return {**_google(wants, "Google Play"), "clock": utc_now}


def _app_store(wants: Wants) -> Mapping[str, object]:
    from assistant.adapters.channels.app_store import SignedToken

    auth = SignedToken(
        issuer=str(wants.given("issuer", required=True)),
        key_id=str(wants.given("key_id", required=True)),
        private_key=str(wants.secret("private_key")),
        clock=utc_now,
    )
    return {"auth": auth, "private_key": None, "issuer": None, "key_id": None}


# --- mail

_SECURITY = ("tls", "starttls", "none")


def _mail_server(what: str, port: str) -> tuple[Setting, ...]:
    return (
        Setting(f"{what}_host", f"host of the {what.upper()} server", required=True, argument=what),
        Setting(f"{what}_port", f"its port; {port} if not given", argument=what),
        Setting(f"{what}_security", "tls if not given; none for this machine only", argument=what, choices=_SECURITY),
    )


def _email(wants: Wants) -> Mapping[str, object]:
    from assistant.adapters.channels.email import Security, Server

    secured: Mapping[str, Security] = {"tls": "tls", "starttls": "starttls", "none": "none"}

    def server(what: str, port: str) -> Server:
        security = secured[wants.text(f"{what}_security", "tls")]
        return Server(wants.text(f"{what}_host", ""), int(wants.text(f"{what}_port", port)), security)

    address = wants.text("address", "")
    named = {"user": wants.text("user", address), "name": wants.text("name", wants.channel)}
    return {"imap": server("imap", "993"), "smtp": server("smtp", "465"), "clock": utc_now, **named}


# --- Meta


def _meta(kind: Literal["facebook", "instagram", "messenger", "whatsapp"], account: str, adapter: str) -> Kind:
    comments = kind in {"facebook", "instagram"}
    private = Setting("private_replies", "true: comments are answered in private, once each", flag=True)
    template = (
        Setting("template", "approved template for a person's answers after 24 hours"),
        Setting("template_language", "its language; en if not given"),
        Setting("business_account", "the account that owns it: `check` asks whether it is approved"),
    )

    def more(wants: Wants) -> Mapping[str, object]:
        from assistant.adapters.channels.meta import Template

        parts: dict[str, object] = dict.fromkeys((setting.name for setting in template), None)
        named = wants.text("template", "")
        if named:
            language, business = wants.text("template_language", "en"), wants.text("business_account", "")
            parts["template"] = Template(named, language, business)
        return {"kind": kind, "clock": utc_now, **parts}

    return Kind(
        title=kind.capitalize() if kind != "whatsapp" else "WhatsApp",
        adapter=adapter,
        settings=(
            Setting("account", account, required=True),
            *((private,) if comments else ()),
            *(template if kind == "whatsapp" else ()),
            Setting("version", "version of the Graph API"),
            _API,
        ),
        secrets=_META_SECRETS,
        more=more,
        called=True,
        private=not comments,
    )


_META_SECRETS = (
    _TOKEN,
    Secret("app_secret", "of the Meta app: signs its calls"),
    Secret("verify_token", "a word of your own, typed into the app's dashboard too"),
)

# --- help desks

_PLACE = Setting("place", "draft if not given", choices=tuple(place.value for place in Place))
_PEOPLE = Setting("people", "number of the group that takes over; needed where the place is tier_one")


def _desk(wants: Wants) -> Mapping[str, object]:
    place = Place(wants.text("place", Place.DRAFT.value))
    return {"place": place}


def _desk_with_group(wants: Wants) -> Mapping[str, object]:
    given = _desk(wants)
    if given["place"] is Place.TIER_ONE:
        group = str(wants.given("people", required=True))
        if not group.isdigit():
            where = f"channels.yaml: channel {wants.channel}: connect.settings.people"
            raise SettingInvalid(f"{where} is the group's number, not {group!r}")
    return given


def _help_desk(
    title: str, adapter: str, *settings: Setting, signed: bool = True, more: More = _desk_with_group
) -> Kind:
    people = (_PEOPLE,) if more is _desk_with_group else ()
    secrets = (_TOKEN, _SECRET) if signed else (_TOKEN,)
    return Kind(title, adapter, (*settings, _PLACE, *people), secrets=secrets, more=more, called=signed, private=True)


KINDS: Mapping[str, Kind] = {
    "app_store": Kind(
        "App Store reviews",
        "app_store:AppStore",
        settings=(
            Setting("app", "the app's Apple ID", required=True),
            Setting("issuer", "issuer id of the App Store Connect key", required=True),
            Setting("key_id", "its key id", required=True),
            _poll("seconds between two looks", 60),
            _API,
        ),
        secrets=(Secret("private_key", "the text of the .p8 file"),),
        more=_app_store,
    ),
    "bluesky": Kind(
        "Bluesky",
        "bluesky:Bluesky",
        settings=(
            Setting("handle", "the account, such as brand.bsky.social", required=True),
            Setting("service", "its server, where it isn't https://bsky.social"),
        ),
        secrets=(Secret("password", "an app password"),),
        more=_clock,
    ),
    "chatwoot": _help_desk(
        "Chatwoot",
        "chatwoot:Chatwoot",
        Setting("account", "number of the account", required=True),
        Setting("server", "address, where it isn't https://app.chatwoot.com"),
        more=_desk,
    ),
    "discourse": Kind(
        "Discourse",
        "discourse:Discourse",
        settings=(
            _SERVER,
            Setting("user", "user name of the account", required=True),
            _poll("seconds between two looks", 5),
        ),
        secrets=(Secret("key", "an API key of that account"), _SECRET),
        called=True,
    ),
    "email": Kind(
        "E-mail",
        "email:Email",
        settings=(
            Setting("address", "the brand's address", required=True),
            *_mail_server("imap", "993"),
            *_mail_server("smtp", "465"),
            Setting("user", "what to sign in with, where it isn't the address"),
            Setting("name", "the sender's name, where it isn't the channel's"),
            Setting("sent_folder", "where answers are kept; Sent if not given", argument="sent"),
        ),
        secrets=(Secret("password", "of the mailbox"),),
        more=_email,
        private=True,
    ),
    "facebook": _meta("facebook", "number of the Page", "meta_comments:MetaComments"),
    "files": Kind(
        "Folder of files",
        "files:Files",
        settings=(
            Setting("folder", "messages are dropped into its `in`, answers appended in its `out`", required=True),
        ),
        more=lambda wants: {
            "folder": Path(wants.text("folder", "")),
            "channel": wants.channel,
            "visibility": wants.visibility,
        },
    ),
    "freshdesk": _help_desk("Freshdesk", "freshdesk:Freshdesk", _SERVER, signed=False),
    "google_play": Kind(
        "Google Play reviews",
        "google_play:GooglePlay",
        settings=(
            Setting("package", "the app's, such as org.example.app", required=True),
            *_RENEWED,
            _poll("seconds between two looks", 60),
            _API,
        ),
        secrets=_TOKENS,
        more=_google_play,
    ),
    "instagram": _meta("instagram", "number of the Instagram account", "meta_comments:MetaComments"),
    "mastodon": Kind("Mastodon", "mastodon:Mastodon", settings=(_SERVER,), secrets=(_TOKEN,)),
    "matrix": Kind("Matrix", "matrix:Matrix", settings=(_SERVER,), secrets=(_TOKEN,), private=True),
    "messenger": _meta("messenger", "number of the Page", "meta:Meta"),
    "reddit": Kind(
        "Reddit",
        "reddit:Reddit",
        settings=(
            Setting("user_agent", "names the operator, as Reddit asks", argument="agent"),
            *_RENEWED,
            _poll("seconds between two looks", 2),
            _API,
        ),
        secrets=_TOKENS,
        more=_reddit,
    ),
    "rss": Kind(
        "RSS or Atom",
        "rss:Rss",
        settings=(Setting("url", "address of the feed", required=True), _poll("seconds between two looks", 30)),
    ),
    "telegram": Kind(
        "Telegram",
        "telegram:Telegram",
        settings=(_API,),
        secrets=(
            Secret("token", "of the bot, from BotFather"),
            Secret("secret", "set: Telegram calls us and sends it along; unset: it is asked", required=False),
        ),
        called=True,
        private=True,
    ),
    "threads": Kind(
        "Threads",
        "threads:Threads",
        settings=(
            Setting("account", "number of the user", required=True),
            Setting("name", "the user's name", required=True),
            Setting("version", "version of the API"),
            _API,
        ),
        secrets=_META_SECRETS,
        called=True,
    ),
    "webhook": Kind(
        "Webhook of your own",
        "webhook:WebhookLink",
        settings=(Setting("url", "where answers are posted", required=True),),
        secrets=(Secret("secret", "begins with whsec_; signs both ways"),),
        more=lambda wants: {"visibility": wants.visibility},
        called=True,
    ),
    "whatsapp": _meta("whatsapp", "number of the phone number", "meta:Meta"),
    "x": Kind(
        "X",
        "x:X",
        settings=(
            Setting("direct_messages", "true: direct messages are read and answered, too", flag=True),
            *_RENEWED,
            _poll("seconds between two looks; X bills every post a look brings", 5),
            _API,
        ),
        secrets=(
            *_TOKENS,
            Secret("consumer_secret", "of the app: signs its calls"),
            Secret(
                "app_token", "the app's own bearer token: `channel check` asks with it for webhooks", required=False
            ),
        ),
        more=_x,
        called=True,
    ),
    "youtube": Kind(
        "YouTube comments",
        "youtube:YouTube",
        settings=(
            Setting("account", "id of the channel", required=True),
            *_RENEWED,
            _poll("seconds between two looks", 30),
            _API,
        ),
        secrets=_TOKENS,
        more=_youtube,
    ),
    "zammad": _help_desk("Zammad", "zammad:Zammad", _SERVER),
    "zendesk": _help_desk(
        "Zendesk", "zendesk:Zendesk", _SERVER, Setting("email", "of the agent the token is for", required=True)
    ),
}
"""By `connect.kind`."""
