"""YouTube: comments under a channel's videos, looked up; answers are replies in the comment's thread."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import httpx

from assistant.adapters.channels import google
from assistant.adapters.channels.http import Api, passed_over
from assistant.adapters.channels.oauth import scopes_probe
from assistant.adapters.channels.watched import Watched, written
from assistant.domain.conversation import Reply
from assistant.domain.incoming import Batch, Incoming, Mentioned, Post, Probe, Revisited, StoredPost
from assistant.errors import ChannelUnavailable
from assistant.ports import Pace

PAGE = 100
MOST_PAGES = 10
AT_A_TIME = 50
"""Older threads one look-up asks for new replies."""
POLL_S = 120.0
"""Two or three calls of one unit each at a look take 2,160 of the 10,000 units a day; an answer takes 50."""
PACE = Pace(at_once=50, pause_s=600)
"""144 units a day."""
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
        """New comments, and in turns new replies in older threads."""
        look = _Look(self._account, cursor)
        listed = list(self._listed(look, pages=MOST_PAGES if cursor else 1))
        for thread in reversed(listed):  # the newest are watched last, so that the oldest give way
            with passed_over("YouTube"):
                look.take_thread(thread, self._thread_of)
        if not cursor:
            return Batch(cursor=look.cursor(first=True))
        for thread in self._by_id("/commentThreads", look.due_threads()).values():
            with passed_over("YouTube"):
                look.take_thread(thread, self._thread_of)
        return Batch(events=look.events(), cursor=look.cursor())

    @property
    def pace(self) -> Pace:
        """Satisfies `Revisiting`."""
        return PACE

    def revisit(self, posts: Sequence[StoredPost]) -> Revisited:
        """Satisfies `Revisiting`: first comments of threads and replies alike are found by their id."""
        asked = [post.external_id for post in posts]
        there = self._by_id("/comments", asked)
        changed = [one for one in there.values() if one["snippet"]["updatedAt"] != one["snippet"]["publishedAt"]]
        gone = tuple(one for one in asked if one not in there)
        return Revisited(gone=gone, there=tuple(_post(one, self._account) for one in changed))

    def send(self, reply: Reply, to: StoredPost) -> str:
        """Replies hang under the thread's first comment, whichever comment they answer."""
        snippet = {"parentId": _thread(to.external_id), "textOriginal": reply.text}
        answer = self._api.call("POST", "/comments", params={"part": "snippet"}, json={"snippet": snippet})
        return str(answer["id"])

    def delete(self, sent_id: str, to: StoredPost) -> None:
        """Satisfies `Deleting`."""
        self._api.forget(f"/comments?id={sent_id}")

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
        """Newest threads first, until a page that holds no new one."""
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
            known = not any(look.is_new(thread) for thread in threads)
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
        known: dict[str, Any] = json.loads(cursor) if cursor else {"since": "", "threads": {}, "counts": {}}
        self._since: str = known["since"]
        self.threads = Watched(**known["threads"])
        self._counts: dict[str, int] = known["counts"]
        self._account = account
        self._told: list[Mentioned] = []

    def due_threads(self) -> Sequence[str]:
        due, self.threads = self.threads.due(AT_A_TIME)
        return due

    def is_new(self, thread: Thread) -> bool:
        """Neither known nor older than the first look."""
        begun = thread["snippet"]["topLevelComment"]["snippet"]["publishedAt"]
        return thread["id"] not in self.threads.versions and _stamp(begun) > self._since

    def take_thread(self, thread: Thread, replies_of: Callable[[str], Sequence[Comment]]) -> None:
        """The first comment, and where their number changed the replies since the newest one told."""
        versions, total = self.threads.versions, thread["snippet"]["totalReplyCount"]
        newest = versions.get(thread["id"], "")
        if thread["id"] not in versions:
            self._take(thread["snippet"]["topLevelComment"], "")
        if total != self._counts.get(thread["id"], 0):
            given = thread.get("replies", {}).get("comments", ())
            for reply in given if len(given) == total else replies_of(thread["id"]):
                newest = max(newest, self._take(reply, newest))
        self._counts[thread["id"]] = total
        self.threads = self.threads.seen(thread["id"], newest)

    def _take(self, comment: Comment, after: str) -> str:
        """When it was written. What is older than the newest comment at the first look is no news; YouTube's clock has
        whole seconds, and what was told before changes nothing."""
        post = _post(comment, self._account)
        if written(post) >= after and written(post) > self._since:
            self._told.append(Mentioned(post=post))
        return written(post)

    def events(self) -> tuple[Incoming, ...]:
        """Oldest first."""
        return tuple(sorted(self._told, key=lambda event: written(event.post)))

    def cursor(self, *, first: bool = False) -> str:
        since = max((written(event.post) for event in self._told), default="") if first else self._since
        counts = {key: value for key, value in self._counts.items() if key in self.threads.versions}
        return json.dumps({"since": since, "threads": self.threads.kept(), "counts": counts})


def _stamp(at: str) -> str:
    """As `written` says it."""
    return datetime.fromisoformat(at).astimezone(UTC).isoformat()


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
