"""A stand-in for the YouTube Data API: comment threads, comments by id and by thread.

Checked 2026-11-28 against Google's generated reference (google-api-python-client, youtube_v3: parameters of
commentThreads.list and comments.list, the resources' fields). From memory: order of threads, errors and their reasons,
quota, that a reply's id begins with its thread's.
"""

from collections.abc import Sequence
from typing import Any

from assistant.adapters.channels.oauth import Bearer
from assistant.adapters.channels.youtube import YouTube
from assistant.compose import utc_now
from tests.rigs.http_server import Answer, Asked, HttpServer, ServedRig
from tests.rigs.rig import Delivery

ME, ANN = "UCskylark", "UCann"


class YouTubeRig(ServedRig):
    can = ServedRig.can | {"edit", "delete", "see_parent_thread", "find"}

    def __init__(self) -> None:
        self.server = HttpServer(
            {
                "GET /youtube/v3/channels": lambda asked: Answer({"items": [{"id": ME}]}),
                "GET /youtube/v3/commentThreads": self._threads,
                "GET /youtube/v3/comments": self._comments,
                "POST /youtube/v3/comments": self._inserted,
                "DELETE /youtube/v3/comments": self._deleted,
            }
        )
        self.link = YouTube(account=ME, auth=Bearer("t"), server=self.server.url)
        self.comments: dict[str, dict[str, Any]] = {}

    def busy(self) -> None:
        self._refuse(403, "quotaExceeded")
        assert self.server.refusal is not None
        self.server.refusal = self.server.refusal._replace(headers={"Retry-After": "60"})

    def say(self, text: str, *, parent: str | None = None) -> str:
        return self._add(ANN, text, parent.partition(".")[0] if parent else None)

    def change(self, external_id: str, text: str) -> None:
        self.comments[external_id] |= {"textDisplay": text, "updatedAt": _stamp()}

    def take_back(self, external_id: str) -> None:
        for one in [key for key in self.comments if key == external_id or key.startswith(f"{external_id}.")]:
            del self.comments[one]

    def answers(self, external_id: str) -> Sequence[str]:
        thread = external_id.partition(".")[0]
        return [one["textDisplay"] for key, one in self._of(thread) if one["authorChannelId"]["value"] == ME]

    def deliveries(self) -> Sequence[Delivery]:
        return ()

    def _refuse(self, status: int, reason: str) -> None:
        self.server.refusal = Answer({"error": {"code": status, "errors": [{"reason": reason}]}}, status)

    def _add(self, author: str, text: object, thread: str | None) -> str:
        number = len(self.comments)
        external_id = f"{thread}.r{number}" if thread else f"Ug{number}"
        self.comments[external_id] = {
            "textDisplay": text,
            "authorChannelId": {"value": author},
            "authorDisplayName": author,
            "videoId": "v1",
            "publishedAt": _stamp(),
            "updatedAt": _stamp(),
            **({"parentId": thread} if thread else {}),
        }
        return external_id

    def _of(self, thread: str) -> list[tuple[str, dict[str, Any]]]:
        return [(key, one) for key, one in self.comments.items() if one.get("parentId") == thread]

    def _threads(self, asked: Asked) -> Answer:
        ids = [key for key, one in self.comments.items() if "parentId" not in one][::-1]
        if "id" in asked.query:
            ids = [one for one in asked.query["id"].split(",") if one in ids]
        start = int(asked.query.get("pageToken", 0))
        page = ids[start : start + 100]
        following = {"nextPageToken": str(start + 100)} if start + 100 < len(ids) else {}
        return Answer({"items": [self._thread(one, asked.query["part"]) for one in page], **following})

    def _thread(self, thread: str, part: str) -> dict[str, Any]:
        replies = [{"id": key, "snippet": one} for key, one in self._of(thread)]
        first = {"id": thread, "snippet": self.comments[thread]}
        some = {"replies": {"comments": replies[:5]}} if "replies" in part and replies else {}
        return {"id": thread, "snippet": {"topLevelComment": first, "totalReplyCount": len(replies)}, **some}

    def _comments(self, asked: Asked) -> Answer:
        if "parentId" in asked.query:
            found = self._of(asked.query["parentId"])
        else:
            found = [(key, one) for key, one in self.comments.items() if key in asked.query["id"].split(",")]
        return Answer({"items": [{"id": key, "snippet": one} for key, one in found]})

    def _deleted(self, asked: Asked) -> Answer:
        return Answer(None, 204 if self.comments.pop(asked.query["id"], None) else 404)

    def _inserted(self, asked: Asked) -> Answer:
        snippet: Any = asked.form["snippet"]
        if snippet["parentId"] not in self.comments:
            return Answer({"error": {"code": 404, "errors": [{"reason": "parentCommentNotFound"}]}}, 404)
        made = self._add(ME, snippet["textOriginal"], snippet["parentId"])
        return Answer({"id": made, "snippet": self.comments[made]})


def _stamp() -> str:
    return utc_now().isoformat().replace("+00:00", "Z")
