"""Bluesky: notifications in, threaded replies out, by the AT protocol."""

import hashlib
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from assistant.adapters.channels.http import readable, retry_after_s
from assistant.domain.conversation import Reply
from assistant.domain.incoming import Attachment, Batch, Mentioned, Post, Probe, Revisited, StoredPost
from assistant.domain.mention import ThreadMessage
from assistant.domain.vocabulary import Visibility
from assistant.errors import ChannelBusy, ChannelRefuses, ChannelRefusesKey, ChannelUnavailable
from assistant.ports import Pace

POST = "app.bsky.feed.post"
REASONS = ("mention", "reply", "quote")
"""Notifications that may want an answer; likes, reposts and follows don't."""
OVERLAP = timedelta(minutes=2)
"""How far each look reaches back: notifications may be indexed slightly out of order."""
MOST_PAGES = 50
"""Of 100 notifications: what one look catches up with at most."""
PACE = Pace(at_once=25, pause_s=10)
"""30 of the 3,000 calls in five minutes; `getPosts` takes 25 at once."""
PARENTS = 10
"""Earlier messages of a thread that are fetched."""
_SESSION = frozenset({"ExpiredToken", "InvalidToken", "AuthMissing", "AuthenticationRequired"})
"""What a server calls a session, or a sign-in, that it doesn't take."""
_TID = "234567abcdefghijklmnopqrstuvwxyz"

Clock = Callable[[], datetime]


class Bluesky:
    """Satisfies `Link`. `service` is the account's PDS; `password` an app password. Imported and logged in when used.

    The importing costs seconds, once. Several threads may use one of these: they take turns.
    """

    kind = "bluesky"

    def __init__(self, *, handle: str, password: str, clock: Clock, service: str = "https://bsky.social") -> None:
        self._service = service
        self._handle = handle
        self._password = password
        self._clock = clock
        self._turn = threading.RLock()
        self._client: Any = None

    def read(self, cursor: str, *, wait_s: float = 0) -> Batch:
        with self._session() as client:
            if not cursor:
                return Batch(cursor=json.dumps({"at": _iso(self._clock())}))
            at = json.loads(cursor)["at"]
            found = self._since(client, at)
            # a record is written by its author, on a server of anybody's
            posts = readable("Bluesky", (one for one in found if one.uri), lambda one: self._post(client, one))
        newest = max([at, *(one.indexed_at for one in found)], key=_moment)
        return Batch(events=tuple(Mentioned(post=post) for post in posts), cursor=json.dumps({"at": newest}))

    @property
    def pace(self) -> Pace:
        """Satisfies `Revisiting`."""
        return PACE

    def revisit(self, posts: Sequence[StoredPost]) -> Revisited:
        """Satisfies `Revisiting`: a post on Bluesky is deleted, never changed."""
        asked = [post.external_id for post in posts]
        with self._session() as client:
            there = {post.uri for post in client.app.bsky.feed.get_posts({"uris": asked}).posts}
        return Revisited(gone=tuple(uri for uri in asked if uri not in there))

    def send(self, reply: Reply, to: StoredPost) -> str:
        with self._session() as client:
            known = self._record(client, _rkey(reply.delivery_key))
            if known is not None:
                return known
            from atproto import models

            parent = self._strong(client, to.external_id)
            root = to.root_id or to.external_id
            record = models.AppBskyFeedPost.Record(
                text=reply.text,
                created_at=_iso(self._clock()),
                langs=None,
                facets=client.detect_facets(reply.text) or None,
                reply=models.AppBskyFeedPost.ReplyRef(
                    parent=parent, root=parent if root == to.external_id else self._strong(client, root)
                ),
            )
            data = models.ComAtprotoRepoCreateRecord.Data(
                repo=client._session.did, collection=POST, rkey=_rkey(reply.delivery_key), record=record, validate_=True
            )
            return str(client.com.atproto.repo.create_record(data).uri)

    def delete(self, sent_id: str, to: StoredPost) -> None:
        """Satisfies `Deleting`: a record that isn't there is as good as deleted."""
        with self._session() as client:
            key = {"collection": POST, "rkey": sent_id.rsplit("/", 1)[-1]}
            client.com.atproto.repo.delete_record({"repo": client._session.did, **key})

    def find(self, reply: Reply, to: StoredPost) -> str | None:
        with self._session() as client:
            return self._record(client, _rkey(reply.delivery_key))

    def close(self) -> None:
        with self._turn:
            client, self._client = self._client, None
            if client is not None:
                client.request.close()

    def check(self) -> Sequence[Probe]:
        try:
            with self._session() as client:
                profile = client.app.bsky.actor.get_profile({"actor": client._session.did})
                labels = {label.val for label in profile.labels or () if label.src == client._session.did}
        except ChannelUnavailable as problem:
            return (Probe(what="sign-in", ok=False, detail=str(problem)),)
        labelled = "bot" in labels
        advice = (
            "the profile says that a machine answers"
            if labelled
            else "run `assistant channel label` to label the profile as bot"
        )
        return (
            Probe(what="sign-in", ok=True, detail=f"signed in at {self._service}"),
            Probe(what="bot label", ok=labelled, detail=advice),
        )

    def label_as_bot(self) -> None:
        """Write the self-label `bot` into the account's profile; what else stands there is kept."""
        from atproto import exceptions

        with self._session() as client:
            repo, key = client._session.did, {"collection": "app.bsky.actor.profile", "rkey": "self"}
            try:
                record = client.com.atproto.repo.get_record({"repo": repo, **key}).value.model_dump(by_alias=True)
            except exceptions.BadRequestError as missing:
                if "RecordNotFound" not in str(missing) and "locate record" not in str(missing):
                    raise
                record = {}
            label = {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": "bot"}]}
            record = {**record, "$type": "app.bsky.actor.profile", "labels": label}
            client.com.atproto.repo.put_record({"repo": repo, **key, "record": record})

    @contextmanager
    def _session(self) -> Iterator[Any]:
        """Signed in. A session that the network ended is given up: the password may be as good as it was."""
        from atproto import Client, Request, exceptions

        with self._turn, _translated():
            if self._client is None:
                client = Client(self._service, request=Request(timeout=3.0))
                try:
                    client.login(self._handle, self._password, fetch_bsky_profile=False)
                except Exception:
                    client.request.close()
                    raise
                self._client = client
            try:
                yield self._client
            except exceptions.RequestErrorBase as broken:
                if not _ends_session(broken):
                    raise
                client, self._client = self._client, None
                client.request.close()
                raise ChannelUnavailable("Bluesky ended the session; the next call signs in anew") from broken

    def _since(self, client: Any, at: str) -> list[Any]:  # noqa: ANN401  # atproto's generated models
        """Notifications from `at` on, oldest first."""
        start, found, page = _moment(at) - OVERLAP, list[Any](), None
        for _ in range(MOST_PAGES):
            params = {"limit": 100, "cursor": page, "reasons": list(REASONS)}
            answer = client.app.bsky.notification.list_notifications(params)
            fresh = [one for one in answer.notifications if _moment(one.indexed_at) >= start]
            found += [one for one in fresh if one.reason in REASONS]
            page = answer.cursor
            if page is None or len(fresh) < len(answer.notifications):
                break
        return found[::-1]

    def _post(self, client: Any, one: Any) -> Post:  # noqa: ANN401
        record, author = one.record, one.author
        refs = getattr(record, "reply", None)
        labels = {label.val for label in author.labels or ()}
        return Post(
            external_id=one.uri,
            text=record.text,
            author_id=author.did,
            handle=author.handle,
            name=author.display_name or "",
            is_bot="bot" in labels,
            ours=author.did == client._session.did,
            parent_id=refs.parent.uri if refs else None,
            root_id=refs.root.uri if refs else None,
            permalink=f"https://bsky.app/profile/{author.did}/post/{one.uri.rsplit('/', 1)[-1]}",
            visibility=Visibility.PUBLIC,
            summoned=True,
            created_at=_moment(record.created_at),
            attachments=_attachments(record),
            thread=self._thread(client, one.uri, author.did) if refs else (),
        )

    def _thread(self, client: Any, uri: str, author: str) -> tuple[ThreadMessage, ...]:  # noqa: ANN401
        view = client.app.bsky.feed.get_post_thread({"uri": uri, "depth": 0, "parent_height": PARENTS}).thread
        return said_before(view, ours=client._session.did, author=author)

    def _record(self, client: Any, rkey: str) -> str | None:  # noqa: ANN401
        from atproto import exceptions

        params = {"repo": client._session.did, "collection": POST, "rkey": rkey}
        try:
            return str(client.com.atproto.repo.get_record(params).uri)
        except exceptions.BadRequestError:
            return None

    def _strong(self, client: Any, uri: str) -> Any:  # noqa: ANN401
        """The post's address with its content hash. Raises `ChannelRefuses` where it is gone.

        Our own posts are asked for at our own server: the network shows a post only a moment after it was made.
        """
        from atproto import exceptions, models

        repo, collection, rkey = uri.removeprefix("at://").split("/")
        if repo == client._session.did:
            try:
                own = client.com.atproto.repo.get_record({"repo": repo, "collection": collection, "rkey": rkey})
            except exceptions.BadRequestError as gone:
                raise ChannelRefuses("the post to go on from isn't on Bluesky any more; nothing was posted") from gone
            return models.ComAtprotoRepoStrongRef.Main(uri=own.uri, cid=own.cid)
        posts = client.app.bsky.feed.get_posts({"uris": [uri]}).posts
        if not posts:
            raise ChannelRefuses("the post to answer isn't on Bluesky any more; nothing was posted")
        return models.ComAtprotoRepoStrongRef.Main(uri=posts[0].uri, cid=posts[0].cid)


def _rkey(delivery_key: str) -> str:
    """The record key of a reply: made from its delivery key, so that the same reply can't be created twice."""
    number = int.from_bytes(hashlib.sha256(delivery_key.encode()).digest()[:8], "big") >> 1
    return "".join(_TID[number >> 5 * place & 31] for place in reversed(range(13)))


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _attachments(record: Any) -> tuple[Attachment, ...]:  # noqa: ANN401
    embed = getattr(record, "embed", None)
    media = getattr(embed, "media", embed)
    images = tuple(Attachment(kind="image", description=image.alt) for image in getattr(media, "images", None) or ())
    if getattr(media, "video", None) is not None:
        return (*images, Attachment(kind="video", description=getattr(media, "alt", "") or ""))
    external = getattr(media, "external", None)
    return (*images, Attachment(kind="link", description=external.uri)) if external is not None else images


@contextmanager
def _translated() -> Iterator[None]:
    from atproto import exceptions

    try:
        yield
    except exceptions.UnauthorizedError as refused:
        raise ChannelRefusesKey("Bluesky refuses the handle or app password; make a new app password") from refused
    except exceptions.RequestErrorBase as broken:
        raise _in_our_words(broken) from broken
    except exceptions.AtProtocolError as broken:
        raise ChannelUnavailable(f"Bluesky can't be used: {type(broken).__name__}") from broken


def _ends_session(broken: Any) -> bool:  # noqa: ANN401
    return getattr(broken.response, "status_code", None) == 401 or _error_of(broken) in _SESSION


def _error_of(broken: Any) -> str:  # noqa: ANN401
    return getattr(getattr(broken.response, "content", None), "error", None) or ""


def _in_our_words(broken: Any) -> ChannelUnavailable:  # noqa: ANN401
    response = broken.response
    if response is None:
        return ChannelUnavailable("Bluesky can't be reached; tried again later")
    error = _error_of(broken)
    if error in _SESSION:
        return ChannelRefusesKey("Bluesky refuses the session; make a new app password")
    if response.status_code == 429:
        return ChannelBusy("Bluesky", retry_after_s(response.headers, datetime.now(UTC)))  # noqa: TID251  # its clock
    if response.status_code == 400:
        return ChannelRefuses(f"Bluesky refuses the request ({error}); nothing was posted")
    return ChannelUnavailable(f"Bluesky answers {response.status_code}; tried again later")


def said_before(view: Any, *, ours: str, author: str) -> tuple[ThreadMessage, ...]:  # noqa: ANN401
    """What was said above a post, oldest first; a deleted or blocked message ends it.

    Only what the post's `author` said is the customer's: what others wrote there proves nothing about this customer.
    """
    said: list[ThreadMessage] = []
    view = getattr(view, "parent", None)
    while view is not None and getattr(view, "post", None) is not None:
        speaker = view.post.author.did
        role: Literal["customer", "brand", "other"] = "customer" if speaker == author else "other"
        said.append(ThreadMessage(role="brand" if speaker == ours else role, text=view.post.record.text))
        view = getattr(view, "parent", None)
    return tuple(said[::-1])
