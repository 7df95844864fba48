"""App Store: reviews of an app, looked up in App Store Connect; one answer a review, shown once Apple published it."""

from collections.abc import Callable, Generator, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from assistant.adapters.channels.http import Api, readable
from assistant.adapters.channels.reviews import Page, Reviews, stars
from assistant.adapters.channels.watched import version_of
from assistant.domain.conversation import Reply
from assistant.domain.incoming import Attachment, Post, Probe, StoredPost
from assistant.errors import ChannelUnavailable, SettingInvalid
from assistant.ports import Pace

SERVER = "https://api.appstoreconnect.apple.com"
PAGE = 200
POLL_S = 300.0
LASTS_S = 900
"""Of a token; Apple takes none that lasts longer than 20 minutes."""


class SignedToken(httpx.Auth):
    """Signs a token of its own for every request with the private key of App Store Connect (ES256)."""

    def __init__(self, *, issuer: str, key_id: str, private_key: str, clock: Callable[[], datetime]) -> None:
        try:
            self._key = ECKey.import_key(private_key.replace("\\n", "\n"))
        except (JoseError, ValueError, TypeError) as broken:
            raise SettingInvalid(
                "the App Store Connect key can't be read: put the text of the .p8 file into the environment"
            ) from broken
        self._issuer = issuer
        self._key_id = key_id
        self._clock = clock

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        at = int(self._clock().timestamp())
        claims = {"iss": self._issuer, "iat": at, "exp": at + LASTS_S, "aud": "appstoreconnect-v1"}
        header = {"alg": "ES256", "kid": self._key_id, "typ": "JWT"}
        request.headers["Authorization"] = f"Bearer {jwt.encode(header, claims, self._key)}"
        yield request


class AppStore(Reviews):
    """Satisfies `Link`. `app` is the app's Apple ID; the key needs the role Customer Support."""

    kind = "app_store"
    pace = Pace(at_once=5, pause_s=30)

    def __init__(
        self,
        *,
        app: str,
        auth: httpx.Auth,
        server: str = SERVER,
        poll_s: float = POLL_S,
    ) -> None:
        super().__init__(Api("App Store Connect", server, auth=auth))
        self._app = app
        self.poll_s = poll_s

    def _answer(self, reply: Reply, to: StoredPost) -> str:
        """The same call makes an answer and changes it."""
        review = {"data": {"type": "customerReviews", "id": to.external_id}}
        told = {
            "type": "customerReviewResponses",
            "attributes": {"responseBody": reply.text},
            "relationships": {"review": review},
        }
        return str(self._api.call("POST", "/v1/customerReviewResponses", json={"data": told})["data"]["id"])

    def delete(self, sent_id: str, to: StoredPost) -> None:
        """Satisfies `Deleting`."""
        self._api.forget(f"/v1/customerReviewResponses/{sent_id}")

    def find(self, reply: Reply, to: StoredPost) -> str | None:
        found = self._api.look(f"/v1/customerReviews/{to.external_id}/response")
        ours = found and found.get("data")
        return str(ours["id"]) if ours and ours["attributes"]["responseBody"] == reply.text else None

    def check(self) -> Sequence[Probe]:
        try:
            app = self._api.get(f"/v1/apps/{self._app}")["data"]["attributes"]["name"]
            self._api.get(f"/v1/apps/{self._app}/customerReviews", limit=1)
        except ChannelUnavailable as problem:
            return (Probe(what="key", ok=False, detail=str(problem)),)
        return (
            Probe(what="key", ok=True, detail=f"reads the reviews of {app}"),
            Probe(what="answers", ok=None, detail="need the role Customer Support, which Apple doesn't tell"),
            Probe(what="bot label", ok=None, detail="the App Store has none: the disclosure stands in the answer"),
        )

    def _page(self, following: str) -> Page:
        if following:
            page = self._api.call("GET", following)
        else:
            page = self._api.get(f"/v1/apps/{self._app}/customerReviews", sort="-createdDate", limit=PAGE)
        return Page(readable("App Store", page["data"], _review), _path(page.get("links", {}).get("next", "")))

    def _is_answered(self, post: StoredPost) -> bool:
        """Words that were changed may have an answer to what stood there before."""
        found = self._api.look(f"/v1/customerReviews/{post.external_id}/response")
        ours = found and found.get("data")
        if not ours:
            return False
        at = ours["attributes"].get("lastModifiedDate")
        changed = "external_id" in post.address
        return not changed or (at is not None and datetime.fromisoformat(at) > post.seen_at)

    def _is_there(self, post: StoredPost) -> bool:
        return self._api.look(f"/v1/customerReviews/{post.external_id}") is not None


def _path(address: str) -> str:
    """Only the path of the next page: the token goes to the server it was made for, whatever the answer says."""
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if address else ""


def _review(review: Mapping[str, Any]) -> tuple[str, Post]:
    said = review["attributes"]
    words = "\n".join(part for part in (said.get("title"), said.get("body")) if part)
    version = version_of(words, said.get("rating"))
    post = Post(
        external_id=review["id"],
        text=words,
        author_id=review["id"],
        handle=f"review:{review['id']}",
        name=said.get("reviewerNickname") or "",
        created_at=datetime.fromisoformat(said["createdDate"]),
        attachments=(Attachment(kind="rating", description=stars(said["rating"])),) if "rating" in said else (),
    )
    return version, post
