"""Reddit: comments that name the account or answer it, looked up in its inbox; answers are comments."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import httpx

from assistant.adapters.channels.http import Api, passed_over
from assistant.adapters.channels.oauth import scopes_probe
from assistant.adapters.channels.plain_markdown import escaped
from assistant.adapters.channels.watched import written
from assistant.domain.conversation import Reply
from assistant.domain.incoming import Batch, Mentioned, Post, Probe, Revisited, StoredPost
from assistant.errors import ChannelBusy, ChannelRefuses, ChannelUnavailable
from assistant.ports import Pace

AGENT = "python:assistant:v1 (customer care)"
"""Reddit turns general user agents away; `connect.settings.user_agent` names the operator."""
PAGE = 100
MOST_PAGES = 10
"""Reddit gives the newest 1,000."""
PACE = Pace(at_once=100, pause_s=60)
POLL_S = 15.0
"""One or two calls at a look, of the 100 a minute."""
GONE = frozenset({"[deleted]", "[removed]"})
SCOPES = frozenset({"identity", "privatemessages", "read", "history", "submit", "edit"})

Comment = Mapping[str, Any]


class Reddit:
    """Satisfies `Link`. `auth` acts for the account (scopes identity, privatemessages, read, history, submit, edit)."""

    kind = "reddit"

    def __init__(
        self, *, auth: httpx.Auth, agent: str = AGENT, server: str = "https://oauth.reddit.com", poll_s: float = POLL_S
    ) -> None:
        self._api = Api("Reddit", server, headers={"User-Agent": agent}, auth=auth)
        self._auth = auth
        self.poll_s = poll_s
        self._me: str | None = None

    def read(self, cursor: str, *, wait_s: float = 0) -> Batch:
        """New comments of the inbox. Reddit's clock has whole seconds: the ids of the newest one are kept beside it."""
        kept: dict[str, Any] = json.loads(cursor) if cursor else {"since": "", "told": []}
        before = kept.get("told", ())
        told: list[Post] = []
        for comment in self._inbox(kept["since"], pages=MOST_PAGES if cursor else 1):
            if comment["author"] not in {None, *GONE} and comment["name"] not in before:
                with passed_over("Reddit"):
                    told.append(_post(comment, self._account()))
        newest = max([kept["since"], *(written(post) for post in told)])
        latest = [post.external_id for post in told if written(post) == newest]
        latest += before if newest == kept["since"] else ()
        events = tuple(Mentioned(post=post) for post in reversed(told)) if cursor else ()
        return Batch(events=events, cursor=json.dumps({"since": newest, "told": latest}))

    @property
    def pace(self) -> Pace:
        """Satisfies `Revisiting`."""
        return PACE

    def revisit(self, posts: Sequence[StoredPost]) -> Revisited:
        """Satisfies `Revisiting`."""
        asked = [post.external_id for post in posts]
        there = {one["name"]: one for one in self._info(asked) if not GONE & {one["author"], one["body"]}}
        edited = [_post(one, self._account()) for one in there.values() if one.get("edited")]
        return Revisited(gone=tuple(one for one in asked if one not in there), there=tuple(edited))

    def send(self, reply: Reply, to: StoredPost) -> str:
        """Reddit lets comments hang under deleted ones, so it is asked first."""
        (there,) = self._info([to.external_id]) or ({"author": "[deleted]"},)
        if there["author"] in GONE:
            raise ChannelRefuses("the comment to answer isn't on Reddit any more; nothing was posted")
        form = {"api_type": "json", "thing_id": to.external_id, "text": escaped(reply.text)}
        told = self._api.call("POST", "/api/comment", data=form)["json"]
        _raise_errors(told)
        return str(told["data"]["things"][0]["data"]["name"])

    def delete(self, sent_id: str, to: StoredPost) -> None:
        """Satisfies `Deleting`: Reddit says yes to what is gone as well."""
        self._api.call("POST", "/api/del", data={"id": sent_id})

    def find(self, reply: Reply, to: StoredPost) -> str | None:
        for comment in _things(self._api.get(f"/user/{self._account()}/comments", limit=PAGE, sort="new", raw_json=1)):
            if comment["parent_id"] == to.external_id and comment["body"] in {escaped(reply.text), reply.text}:
                return str(comment["name"])
        return None

    def check(self) -> Sequence[Probe]:
        try:
            self._me = None
            me = self._account()
            self._api.get("/message/inbox", limit=1)
        except ChannelUnavailable as problem:
            return (Probe(what="token", ok=False, detail=str(problem)),)
        return (
            Probe(what="token", ok=True, detail=f"signed in as u/{me}"),
            scopes_probe(self._auth, SCOPES),
            *self._api.rate(),
            Probe(what="bot label", ok=None, detail="Reddit has none: say so in the profile's description"),
        )

    def close(self) -> None:
        self._api.close()

    def _account(self) -> str:
        if self._me is None:
            self._me = str(self._api.get("/api/v1/me")["name"])
        return self._me

    def _inbox(self, since: str, *, pages: int) -> Iterator[Comment]:
        """Newest first, as far back as `since`. Private messages aren't read."""
        after = None
        for _ in range(pages):
            listing = self._api.get("/message/inbox", limit=PAGE, after=after, raw_json=1, mark="false")
            comments = [comment for comment in _things(listing) if comment["name"].startswith("t1_")]
            fresh = [comment for comment in comments if _made(comment).isoformat() >= since]
            yield from fresh
            after = listing["data"].get("after")
            if after is None or len(fresh) < len(comments):
                return

    def _info(self, names: Sequence[str]) -> Sequence[Comment]:
        return list(_things(self._api.get("/api/info", id=",".join(names), raw_json=1))) if names else ()


def _things(listing: Mapping[str, Any]) -> Iterator[Comment]:
    for thing in listing["data"]["children"]:
        yield thing["data"]


def _made(comment: Comment) -> datetime:
    return datetime.fromtimestamp(comment["created_utc"], UTC)


def _raise_errors(told: Mapping[str, Any]) -> None:
    """Reddit answers 200 and names what is wrong in a list of codes."""
    codes = [str(error[0]) for error in told.get("errors") or ()]
    if "RATELIMIT" in codes:
        raise ChannelBusy("Reddit", float(told.get("ratelimit") or 600))
    if codes:
        raise ChannelRefuses(f"Reddit refuses the comment ({', '.join(codes)}); nothing was posted")


def _post(comment: Comment, me: str) -> Post:
    where = comment.get("context") or comment.get("permalink") or ""
    return Post(
        external_id=comment["name"],
        text=comment["body"],
        author_id=comment.get("author_fullname") or comment["author"],
        handle=comment["author"],
        is_bot=comment["author"] == "AutoModerator",
        ours=comment["author"].casefold() == me.casefold(),
        parent_id=comment.get("parent_id"),
        root_id=comment.get("link_id"),
        permalink=f"https://www.reddit.com{where.partition('?')[0]}" if where else "",
        created_at=_made(comment),
    )
