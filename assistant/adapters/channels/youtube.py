"""YouTube: comments under a channel's videos, looked up; answers are replies in the comment's thread."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import httpx

from assistant.adapters.channels import google
from assistant.adapters.channels.http import Api
from assistant.adapters.channels.oauth import scopes_probe
from assistant.adapters.channels.watched import Watched, written
from assistant.domain.conversation import Reply
from assistant.domain.incoming import Batch, Deleted, Edited, Incoming, Mentioned, Post, Probe, StoredPost
from assistant.errors import ChannelUnavailable

PAGE = 100
MOST_PAGES = 10
AT_A_TIME = 50
"""Comments one look-up of edits and deletions asks for."""
POLL_S = 120.0
"""Three calls of one unit each at a look take 2,160 of the 10,000 units a day; an answer takes 50."""
SCOPE = "https://www.googleapis.com/auth/youtube.force-ssl"

Comment = Mapping[str, Any]
Thread = Mapping[str, Any]


class YouTube:
    """Satisfies `Link`. `account` is the channel's id; the token's account must own it (scope youtube.force-ssl)."""

    kind = "youtube"

    def __init__(self, *, account: str, auth: httpx.Auth, server: str = google.SERVER, poll_s: float = POLL_S) -> None:
        self._api = Api("YouTube", f"{server}/youtube/v3", auth=auth, status_of=google.status_of)
        self._auth = auth
        self._account = account
        self.poll_s = poll_s

    def read(self, cursor: str, *, wait_s: float = 0) -> Batch:
        """New comments and replies, and in turns edits and deletions of those told before."""
        look = _Look(self._account, cursor)
        for thread in self._listed(look, pages=MOST_PAGES if cursor else 1):
            look.take_thread(thread, self._thread_of)
        if not cursor:
            return Batch(cursor=look.cursor(first=True))
        threads = look.due_threads()
        there = self._by_id("/commentThreads", threads)
        for one in threads:
            if one in there:
                look.take_thread(there[one], self._thread_of)
            else:
                look.miss_thread(one)
        replies = look.due_replies()
        found = self._by_id("/comments", replies)
        for one in replies:
            if one in found:
                look.take(found[one])
            else:
                look.miss(one)
        return Batch(events=look.events(), cursor=look.cursor())

    def send(self, reply: Reply, to: StoredPost) -> str:
        """Replies hang under the thread's first comment, whichever comment they answer."""
        snippet = {"parentId": _thread(to.external_id), "textOriginal": reply.text}
        answer = self._api.call("POST", "/comments", params={"part": "snippet"}, json={"snippet": snippet})
        return str(answer["id"])

    def find(self, reply: Reply, to: StoredPost) -> str | None:
        for comment in self._thread_of(_thread(to.external_id)):
            if _author(comment["snippet"]) == self._account and _words(comment["snippet"]) == reply.text:
                return str(comment["id"])
        return None

    def check(self) -> Sequence[Probe]:
        try:
            own = self._api.get("/channels", part="id", mine="true").get("items", ())
        except ChannelUnavailable as problem:
            return (Probe(what="token", ok=False, detail=str(problem)),)
        ours = self._account in [one["id"] for one in own]
        return (
            Probe(what="token", ok=True, detail="signed in"),
            Probe(what="account", ok=ours, detail=self._account if ours else f"the token isn't of {self._account}"),
            scopes_probe(self._auth, {SCOPE}),
            Probe(
                what="bot label", ok=None, detail="YouTube has none: say in the channel's description that it is one"
            ),
        )

    def close(self) -> None:
        self._api.close()

    def _listed(self, look: "_Look", *, pages: int) -> Iterator[Thread]:
        """Newest threads first, until a page whose threads are all known."""
        page_token = None
        for _ in range(pages):
            page = self._api.get(
                "/commentThreads",
                part="snippet,replies",
                allThreadsRelatedToChannelId=self._account,
                order="time",
                textFormat="plainText",
                maxResults=PAGE,
                pageToken=page_token,
            )
            threads = page.get("items", ())
            known = all(thread["id"] in look.threads.versions for thread in threads)
            yield from threads
            page_token = page.get("nextPageToken")
            if page_token is None or known:
                return

    def _by_id(self, path: str, ids: Sequence[str]) -> Mapping[str, Any]:
        if not ids:
            return {}
        asked = {"part": "snippet", "id": ",".join(ids), "textFormat": "plainText"}
        return {one["id"]: one for one in self._api.call("GET", path, params=asked).get("items", ())}

    def _thread_of(self, thread: str) -> Sequence[Comment]:
        """The replies of a thread."""
        asked = {"part": "snippet", "parentId": thread, "maxResults": PAGE, "textFormat": "plainText"}
        found: Sequence[Comment] = self._api.call("GET", "/comments", params=asked).get("items", ())
        return found


class _Look:
    """What one look brings, and what is known after it."""

    def __init__(self, account: str, cursor: str) -> None:
        known: dict[str, Any] = (
            json.loads(cursor) if cursor else {"since": "", "threads": {}, "replies": {}, "counts": {}}
        )
        self._since: str = known["since"]
        self.threads = Watched(**known["threads"])
        self._replies = Watched(**known["replies"])
        self._counts: dict[str, int] = known["counts"]
        self._account = account
        self._told: list[Mentioned] = []
        self._changed: list[Incoming] = []

    def due_threads(self) -> Sequence[str]:
        due, self.threads = self.threads.due(AT_A_TIME)
        return due

    def due_replies(self) -> Sequence[str]:
        due, self._replies = self._replies.due(AT_A_TIME)
        return due

    def take_thread(self, thread: Thread, replies_of: Callable[[str], Sequence[Comment]]) -> None:
        """The first comment, and the replies where their number isn't what it was."""
        self.take(thread["snippet"]["topLevelComment"])
        total = thread["snippet"]["totalReplyCount"]
        if total != self._counts.get(thread["id"], 0):
            given = thread.get("replies", {}).get("comments", ())
            for reply in given if len(given) == total else replies_of(thread["id"]):
                self.take(reply)
            self._counts[thread["id"]] = total

    def take(self, comment: Comment) -> None:
        """New, changed or known; what is older than the newest comment at the first look is no news."""
        external_id, version = comment["id"], comment["snippet"]["updatedAt"]
        before = self._watch_of(external_id).versions.get(external_id)
        if before == version:
            return
        self._remember(external_id, version)
        post = _post(comment, self._account)
        if before is None and written(post) > self._since:
            self._told.append(Mentioned(post=post))
        elif before is not None:
            self._changed.append(Edited(post=post.model_copy(update={"version": version})))

    def miss_thread(self, thread: str) -> None:
        """A deleted comment takes its replies along."""
        for reply in [one for one in self._replies.versions if _thread(one) == thread]:
            self.miss(reply)
        self.miss(thread)
        self._counts.pop(thread, None)

    def miss(self, external_id: str) -> None:
        self.threads = self.threads.without(external_id)
        self._replies = self._replies.without(external_id)
        self._changed.append(Deleted(external_id=external_id))

    def events(self) -> tuple[Incoming, ...]:
        """New ones oldest first, then changes."""
        return (*sorted(self._told, key=lambda event: written(event.post)), *self._changed)

    def cursor(self, *, first: bool = False) -> str:
        since = max((written(event.post) for event in self._told), default="") if first else self._since
        counts = {key: value for key, value in self._counts.items() if key in self.threads.versions}
        kept = {"since": since, "threads": self.threads.kept(), "replies": self._replies.kept(), "counts": counts}
        return json.dumps(kept)

    def _watch_of(self, external_id: str) -> Watched:
        return self._replies if "." in external_id else self.threads

    def _remember(self, external_id: str, version: str) -> None:
        if "." in external_id:
            self._replies = self._replies.seen(external_id, version)
        else:
            self.threads = self.threads.seen(external_id, version)


def _thread(external_id: str) -> str:
    """The id of a comment's thread: a reply's id begins with it."""
    return external_id.partition(".")[0]


def _author(snippet: Mapping[str, Any]) -> str:
    return str((snippet.get("authorChannelId") or {}).get("value", ""))


def _words(snippet: Mapping[str, Any]) -> str:
    """`textOriginal` is shown to the author only."""
    return str(snippet.get("textOriginal") or snippet.get("textDisplay") or "")


def _post(comment: Comment, account: str) -> Post:
    snippet, thread = comment["snippet"], _thread(comment["id"])
    video = snippet.get("videoId")
    return Post(
        external_id=comment["id"],
        text=_words(snippet),
        author_id=_author(snippet),
        handle=_author(snippet) or snippet.get("authorDisplayName", ""),
        name=snippet.get("authorDisplayName", ""),
        ours=_author(snippet) == account,
        parent_id=snippet.get("parentId"),
        root_id=thread,
        permalink=f"https://www.youtube.com/watch?v={video}&lc={comment['id']}" if video else "",
        created_at=datetime.fromisoformat(snippet["publishedAt"]),
    )
