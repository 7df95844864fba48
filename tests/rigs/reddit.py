"""A stand-in for Reddit's API: the inbox, things by name, comments.

Checked 2026-11-28 against public notes on the API (Pyprohly/reddit-api-doc-notes: fields of a comment, `edited`, what
stands where author and words were) and praw's documentation of the inbox. From memory: paths, the shape of an answer to
`/api/comment` with its list of errors, `after`, refresh of tokens.
"""

from collections.abc import Sequence
from typing import Any

from assistant.adapters.channels.oauth import Bearer
from assistant.adapters.channels.reddit import Reddit
from assistant.compose import utc_now
from tests.rigs.http_server import Answer, Asked, HttpServer, ServedRig
from tests.rigs.rig import Delivery

ME, ANN = "skylark", "ann"


class RedditRig(ServedRig):
    can = ServedRig.can | {"edit", "delete", "see_parent", "find"}

    def __init__(self) -> None:
        self.server = HttpServer(
            {
                "GET /api/v1/me": lambda asked: Answer({"name": ME, "id": "m"}),
                "GET /message/inbox": self._inbox,
                "GET /api/info": self._info,
                f"GET /user/{ME}/comments": lambda asked: self._listing([*self._by(ME)][::-1]),
                "POST /api/comment": self._commented,
                "POST /api/del": self._deleted,
            }
        )
        self.link = Reddit(auth=Bearer("t"), server=self.server.url)
        self.comments: dict[str, dict[str, Any]] = {}
        self.errors: list[list[str]] = []

    def say(self, text: str, *, parent: str | None = None) -> str:
        return str(self._add(ANN, f"u/{ME} {text}", parent or "t3_post")["name"])

    def change(self, external_id: str, text: str) -> None:
        self.comments[external_id] |= {"body": text, "edited": utc_now().timestamp()}

    def take_back(self, external_id: str) -> None:
        self.comments[external_id] |= {"author": "[deleted]", "body": "[deleted]"}

    def answers(self, external_id: str) -> Sequence[str]:
        return [str(one["body"]) for one in self._by(ME) if one["parent_id"] == external_id]

    def deliveries(self) -> Sequence[Delivery]:
        return ()

    def _by(self, author: str) -> list[dict[str, Any]]:
        return [one for one in self.comments.values() if one["author"] == author]

    def _add(self, author: str, body: str, parent: str) -> dict[str, Any]:
        name = f"t1_c{len(self.comments)}"
        self.comments[name] = {
            "name": name,
            "author": author,
            "author_fullname": f"t2_{author}",
            "body": body,
            "parent_id": parent,
            "link_id": "t3_post",
            "created_utc": float(int(utc_now().timestamp())),
            "edited": False,
            "context": f"/r/air/comments/post/_/{name}/?context=3",
        }
        return self.comments[name]

    def _listing(self, comments: Sequence[dict[str, Any]], after: str | None = None) -> Answer:
        children = [{"kind": "t1", "data": one} for one in comments]
        return Answer({"kind": "Listing", "data": {"children": children, "after": after}})

    def _inbox(self, asked: Asked) -> Answer:
        """As the inbox keeps its own copy, deleted comments go on standing there without an author."""
        assert asked.headers["user-agent"]
        theirs = [one for one in self.comments.values() if one["author"] != ME][::-1]
        names = [one["name"] for one in theirs]
        start = names.index(asked.query["after"]) + 1 if "after" in asked.query else 0
        page = theirs[start : start + int(asked.query["limit"])]
        more = start + len(page) < len(theirs)
        return self._listing(page, page[-1]["name"] if more else None)

    def _info(self, asked: Asked) -> Answer:
        return self._listing([self.comments[one] for one in asked.query["id"].split(",") if one in self.comments])

    def _deleted(self, asked: Asked) -> Answer:
        self.comments.pop(str(asked.form["id"]), None)
        return Answer({})

    def _commented(self, asked: Asked) -> Answer:
        if self.errors:
            return Answer({"json": {"errors": self.errors, "ratelimit": 90.0}})
        form = asked.form
        made = self._add(ME, str(form["text"]), str(form["thing_id"]))
        return Answer({"json": {"errors": [], "data": {"things": [{"kind": "t1", "data": made}]}}})
