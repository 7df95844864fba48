"""Stand-ins for app stores' reviews: the Google Play Developer API and App Store Connect.

Checked 2026-11-28 against developers.google.com/android-publisher/reply-to-reviews and the generated reference of
androidpublisher_v3.reviews (list, get, reply, `tokenPagination`, the shape of a review), and against
developer.apple.com (customerReviews with its example, customerReviewResponses: one a review, the same call changes it;
sorting by date). From memory: errors of both, how long reviews are listed, that a changed review moves to the front.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey

from assistant.adapters.channels.app_store import AppStore, SignedToken
from assistant.adapters.channels.google_play import GooglePlay
from assistant.adapters.channels.oauth import Bearer
from assistant.compose import utc_now
from tests.rigs.http_server import Answer, Asked, HttpServer, ServedRig
from tests.rigs.rig import Delivery

APP = "air.skylark.app"
KEY = ECKey.generate_key("P-256")


class ReviewsRig(ServedRig):
    """A customer who answers an answer changes the review; the newest change stands first."""

    can = ServedRig.can | {"edit", "delete", "find"}

    def __init__(self) -> None:
        self.reviews: dict[str, dict[str, Any]] = {}
        self.replies: dict[str, str] = {}
        self.answered_at: dict[str, datetime] = {}
        self._number = 0

    def answer_there(self, external_id: str, text: str) -> None:
        """A person answers in the store itself."""
        self.replies[external_id], self.answered_at[external_id] = text, utc_now() + timedelta(seconds=1)

    def say(self, text: str, *, parent: str | None = None) -> str:
        if parent is not None:
            review = parent.partition("/")[0]
            self.change(review, text)
            return review
        self._number += 1
        review = f"gp:{self._number}"
        self.reviews[review] = {"text": text, "at": utc_now(), "nanos": self._number}
        return review

    def change(self, external_id: str, text: str) -> None:
        del self.reviews[external_id]
        self._number += 1
        self.reviews[external_id] = {"text": text, "at": utc_now(), "nanos": self._number}

    def take_back(self, external_id: str) -> None:
        del self.reviews[external_id]

    def answers(self, external_id: str) -> Sequence[str]:
        return [self.replies[external_id]] if external_id in self.replies else []

    def deliveries(self) -> Sequence[Delivery]:
        return ()

    def newest(self) -> list[str]:
        return [*self.reviews][::-1]


class GooglePlayRig(ReviewsRig):
    def __init__(self, *, page: int = 100) -> None:
        super().__init__()
        base = f"/androidpublisher/v3/applications/{APP}"
        self.server = HttpServer(
            {
                f"GET {base}/reviews": self._list,
                rf"GET {base}/reviews/([^/]+)": lambda asked, one: self._one(one),
                rf"POST {base}/reviews/([^/:]+:\d+):reply": self._reply,
            }
        )
        self._page = page
        self.link = GooglePlay(package=APP, auth=Bearer("t"), clock=utc_now, server=self.server.url)

    def _list(self, asked: Asked) -> Answer:
        start = int(asked.query.get("token", 0))
        ids = self.newest()
        more = {"tokenPagination": {"nextPageToken": str(start + self._page)}} if start + self._page < len(ids) else {}
        return Answer({"reviews": [self._shown(one) for one in ids[start : start + self._page]], **more})

    def _shown(self, review: str) -> dict[str, Any]:
        said = self.reviews[review]
        at = {"seconds": str(int(said["at"].timestamp())), "nanos": said["nanos"]}
        comments: list[dict[str, Any]] = [
            {
                "userComment": {
                    "text": f"\t{said['text']}",
                    "lastModified": at,
                    "starRating": 2,
                    "reviewerLanguage": "en",
                }
            }
        ]
        if review in self.replies:
            last = int(self.answered_at[review].timestamp()) if review in self.answered_at else 1700000000
            ours = {"text": self.replies[review], "lastModified": {"seconds": str(last)}}
            comments.append({"developerComment": ours})
        return {"reviewId": review, "authorName": "Ann", "comments": comments}

    def _one(self, review: str) -> Answer:
        return Answer(self._shown(review)) if review in self.reviews else Answer({"error": {"code": 404}}, 404)

    def _reply(self, asked: Asked, review: str) -> Answer:
        if review not in self.reviews:
            return Answer({"error": {"code": 404}}, 404)
        self.replies[review] = str(asked.form["replyText"])
        return Answer({"result": {"replyText": self.replies[review], "lastEdited": {"seconds": "1700000000"}}})


class AppStoreRig(ReviewsRig):
    def __init__(self) -> None:
        super().__init__()
        self.server = HttpServer(
            {
                "GET /v1/apps/7": lambda asked: Answer({"data": {"attributes": {"name": "Skylark"}}}),
                "GET /v1/apps/7/customerReviews": self._list,
                r"GET /v1/customerReviews/([^/]+)": lambda asked, one: self._one(one),
                r"GET /v1/customerReviews/([^/]+)/response": lambda asked, one: self._response(one),
                "POST /v1/customerReviewResponses": self._respond,
                r"DELETE /v1/customerReviewResponses/([^/]+)/r": lambda asked, one: self._unrespond(one),
            }
        )
        pem = KEY.as_pem(private=True).decode()
        auth = SignedToken(issuer="issuer-1", key_id="K1", private_key=pem, clock=utc_now)
        self.link = AppStore(app="7", auth=auth, server=self.server.url)

    def _list(self, asked: Asked) -> Answer:
        self._signed(asked)
        assert asked.query.get("sort", "-createdDate") == "-createdDate"
        return Answer({"data": [self._shown(one) for one in self.newest()], "links": {"self": "-"}})

    def _signed(self, asked: Asked) -> None:
        token = jwt.decode(asked.headers["authorization"].removeprefix("Bearer "), KEY, algorithms=["ES256"])
        claims: Mapping[str, Any] = token.claims
        assert token.header["kid"] == "K1"
        assert (claims["iss"], claims["aud"]) == ("issuer-1", "appstoreconnect-v1")
        assert 0 < claims["exp"] - claims["iat"] <= 1200

    def _shown(self, review: str) -> dict[str, Any]:
        said = self.reviews[review]
        told = {"rating": 2, "title": "Hm", "body": said["text"], "reviewerNickname": "Ann", "territory": "USA"}
        return {
            "type": "customerReviews",
            "id": review,
            "attributes": {**told, "createdDate": said["at"].isoformat(timespec="seconds")},
        }

    def _one(self, review: str) -> Answer:
        if review not in self.reviews:
            return Answer({"errors": [{"status": "404", "code": "NOT_FOUND"}]}, 404)
        return Answer({"data": self._shown(review)})

    def _unrespond(self, review: str) -> Answer:
        return Answer(None, 204 if self.replies.pop(review, None) else 404)

    def _response(self, review: str) -> Answer:
        if review not in self.replies:
            return Answer({"errors": [{"status": "404", "code": "NOT_FOUND"}]}, 404)
        at = self.answered_at.get(review, datetime(2023, 11, 14, tzinfo=UTC)).isoformat()
        told = {"responseBody": self.replies[review], "lastModifiedDate": at}
        return Answer({"data": {"id": f"{review}/r", "attributes": told}})

    def _respond(self, asked: Asked) -> Answer:
        data: Any = asked.form["data"]
        review = data["relationships"]["review"]["data"]["id"]
        if review not in self.reviews:
            return Answer({"errors": [{"status": "404", "code": "NOT_FOUND"}]}, 404)
        self.replies[review] = data["attributes"]["responseBody"]
        return Answer({"data": {"type": "customerReviewResponses", "id": f"{review}/r"}}, 201)
