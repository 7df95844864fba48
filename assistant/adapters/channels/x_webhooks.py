"""Whether X calls us: its list of the app's webhooks and whom they tell of, which only the app's token may see."""

from assistant.adapters.channels.http import Api
from assistant.domain.incoming import Probe
from assistant.errors import ChannelUnavailable

_WHAT = "webhook"


def probe(app: Api | None, account_id: str) -> Probe:
    """A webhook that X takes for valid, and the account among its subscriptions. Never raises."""
    if app is None:
        said = "set the secret app_token (the app's own bearer token), then X is asked"
        return Probe(what=_WHAT, ok=None, detail=said)
    try:
        hooks = app.get("/2/webhooks").get("data", ())
        ours = [hook for hook in hooks if "/webhooks/" in hook["url"]]
        valid = [hook for hook in ours if hook["valid"]]
        subscribed = any(account_id in _subscribed(app, str(hook["id"])) for hook in valid)
    except ChannelUnavailable as problem:
        return Probe(what=_WHAT, ok=None, detail=f"can't be told: {problem}")
    if not ours:
        return Probe(what=_WHAT, ok=False, detail="X knows of none that calls /webhooks/; register one")
    if not valid:
        return Probe(what=_WHAT, ok=False, detail=f"{ours[0]['url']}: X calls no more; have it challenged again (PUT)")
    if not subscribed:
        return Probe(what=_WHAT, ok=False, detail=f"{valid[0]['url']}: valid, but the account isn't subscribed to it")
    return Probe(what=_WHAT, ok=True, detail=f"{valid[0]['url']}: valid, the account is subscribed")


def _subscribed(app: Api, webhook_id: str) -> frozenset[str]:
    """Numbers of the accounts this webhook is told of."""
    told = app.get(f"/2/account_activity/webhooks/{webhook_id}/subscriptions/all/list").get("data", {})
    return frozenset(str(one["user_id"]) for one in told.get("subscriptions", ()))
