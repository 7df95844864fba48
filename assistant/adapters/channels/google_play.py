"""Google Play: reviews of an app, looked up; the answer to a review replaces the one before."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import httpx

from assistant.adapters.channels import google
from assistant.adapters.channels.http import Api
from assistant.adapters.channels.reviews import Page, Reviews, stars
from assistant.domain.conversation import Reply
from assistant.domain.incoming import Attachment, Post, Probe, StoredPost
from assistant.errors import ChannelRefuses, ChannelUnavailable

SERVER = "https://androidpublisher.googleapis.com"
PAGE = 100
POLL_S = 180.0
"""Play allows 200 reading calls an hour: up to six at a look, twenty looks."""

Review = Mapping[str, Any]


class GooglePlay(Reviews):
    """Satisfies `Link`. `package` is the app's; the token's account needs the permission "Reply to reviews".

    Play shows reviews that were written or changed within about a week, and only those with words.
    """

    kind = "google_play"

    def __init__(
        self,
        *,
        package: str,
        auth: httpx.Auth,
        server: str = SERVER,
        poll_s: float = POLL_S,
    ) -> None:
        base = f"{server}/androidpublisher/v3/applications/{package}"
        super().__init__(Api("Google Play", base, auth=auth, status_of=google.status_of))
        self._package = package
        self.poll_s = poll_s

    def send(self, reply: Reply, to: StoredPost) -> str:
        answer = self._api.call("POST", f"/reviews/{to.external_id}:reply", json={"replyText": reply.text})
        return f"{to.external_id}/{answer['result']['lastEdited']['seconds']}"

    def find(self, reply: Reply, to: StoredPost) -> str | None:
        try:
            review = self._api.get(f"/reviews/{to.external_id}")
        except ChannelRefuses:
            return None
        for comment in review["comments"]:
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
        reviews = [_review(one) for one in page.get("reviews", ())]
        return Page(reviews, page.get("tokenPagination", {}).get("nextPageToken", ""))

    def _is_there(self, external_id: str) -> bool:
        try:
            self._api.get(f"/reviews/{external_id}")
        except ChannelRefuses:
            return False
        return True


def _review(review: Review) -> tuple[str, Post]:
    """Old reviews hold title and words in one, with a tab between."""
    said = next(one["userComment"] for one in review["comments"] if "userComment" in one)
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
