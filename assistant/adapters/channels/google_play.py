"""Google Play: reviews of an app, looked up; the answer to a review replaces the one before."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from assistant.adapters.channels import google
from assistant.adapters.channels.http import Api, readable
from assistant.adapters.channels.reviews import Page, Reviews, stars
from assistant.domain.conversation import Reply
from assistant.domain.incoming import Attachment, Post, Probe, StoredPost
from assistant.errors import ChannelUnavailable
from assistant.ports import Pace

SERVER = "https://androidpublisher.googleapis.com"
PAGE = 100
POLL_S = 180.0
"""Play allows 200 reading calls an hour: twenty looks of a page or two, and 60 for reviews that are asked for again."""
SHOWN = timedelta(days=6)
"""Play shows what was written or changed within about a week, so what it doesn't show later may still be there."""

Review = Mapping[str, Any]


class GooglePlay(Reviews):
    """Satisfies `Link`. `package` is the app's; the token's account needs the permission "Reply to reviews".

    Play shows reviews that were written or changed within about a week, and only those with words.
    """

    kind = "google_play"
    pace = Pace(at_once=1, pause_s=60)

    def __init__(
        self,
        *,
        package: str,
        auth: httpx.Auth,
        clock: Callable[[], datetime],
        server: str = SERVER,
        poll_s: float = POLL_S,
    ) -> None:
        base = f"{server}/androidpublisher/v3/applications/{package}"
        super().__init__(Api("Google Play", base, auth=auth, status_of=google.status_of))
        self._package = package
        self._clock = clock
        self.poll_s = poll_s

    def _answer(self, reply: Reply, to: StoredPost) -> str:
        answer = self._api.call("POST", f"/reviews/{to.external_id}:reply", json={"replyText": reply.text})
        return f"{to.external_id}/{answer['result']['lastEdited']['seconds']}"

    def find(self, reply: Reply, to: StoredPost) -> str | None:
        review = self._api.look(f"/reviews/{to.external_id}")
        for comment in review["comments"] if review else ():
            ours = comment.get("developerComment", {})
            if ours.get("text") == reply.text:
                return f"{to.external_id}/{ours['lastModified']['seconds']}"
        return None

    def check(self) -> Sequence[Probe]:
        try:
            self._api.get("/reviews", maxResults=1)
        except ChannelUnavailable as problem:
            return (Probe(what="token", ok=False, detail=str(problem)),)
        return (
            Probe(what="token", ok=True, detail=f"reads the reviews of {self._package}"),
            Probe(what="answers", ok=None, detail="need the permission 'Reply to reviews', which Play doesn't tell"),
            Probe(what="bot label", ok=None, detail="Play has none: the disclosure stands in the answer"),
        )

    def _page(self, following: str) -> Page:
        page = self._api.get("/reviews", maxResults=PAGE, token=following or None)
        reviews = readable("Google Play", page.get("reviews", ()), _review)
        return Page(reviews, page.get("tokenPagination", {}).get("nextPageToken", ""))

    def _is_answered(self, post: StoredPost) -> bool:
        review = self._api.look(f"/reviews/{post.external_id}")
        comments = review["comments"] if review else ()
        said, answered = (
            max((_moment(one[by]["lastModified"]) for one in comments if by in one), default=(0, 0))
            for by in ("userComment", "developerComment")
        )
        return answered > said

    def _is_there(self, post: StoredPost) -> bool:
        """A review that Play no longer shows because of its age isn't gone."""
        recent = self._clock() - post.seen_at < SHOWN
        return not recent or self._api.look(f"/reviews/{post.external_id}") is not None


def _moment(told: Mapping[str, Any]) -> tuple[int, int]:
    return int(told["seconds"]), int(told.get("nanos", 0))


def _review(review: Review) -> tuple[str, Post]:
    """Old reviews hold title and words in one, with a tab between."""
    (said, *_) = [one["userComment"] for one in review["comments"] if "userComment" in one]
    at = said["lastModified"]
    post = Post(
        external_id=review["reviewId"],
        text=said.get("text", "").replace("\t", "\n").strip(),
        author_id=review["reviewId"],
        handle=f"review:{review['reviewId']}",
        name=review.get("authorName", ""),
        created_at=datetime.fromtimestamp(int(at["seconds"]), UTC),
        attachments=(Attachment(kind="rating", description=stars(said["starRating"])),) if "starRating" in said else (),
    )
    return f"{at['seconds']}.{at.get('nanos', 0)}", post
