"""Which rights a token of Meta's networks carries, as Meta's own token inspection tells (`/debug_token`)."""

from collections.abc import Collection

from assistant.adapters.channels.http import Api
from assistant.domain.incoming import Probe
from assistant.errors import ChannelUnavailable


def scopes_probe(api: Api, token: str, needed: Collection[str]) -> Probe:
    """Whether all of `needed` stand in the token. A token that may not look at itself leaves that to the dashboard."""
    wanted = ", ".join(sorted(needed))
    try:
        told = api.get("/debug_token", input_token=token)["data"]
    except ChannelUnavailable as problem:
        return Probe(what="scopes", ok=None, detail=f"can't be told ({problem}); the app's dashboard shows: {wanted}")
    missing = sorted(set(needed) - set(told.get("scopes", ())))
    return Probe(what="scopes", ok=not missing, detail=f"missing: {', '.join(missing)}" if missing else "all there")
