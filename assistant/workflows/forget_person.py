"""A network passes on that a person wants to be forgotten, or took their leave of us: every word of theirs goes."""

import hashlib
from collections.abc import Mapping
from datetime import datetime

import structlog

from assistant.desk.identity import forget
from assistant.domain.audit import NETWORK
from assistant.domain.brand import Pack
from assistant.domain.person import Handle
from assistant.domain.value import Value
from assistant.errors import SignatureWrong
from assistant.ports import Clock, Forgetting, Link, Store, Transaction
from assistant.workflows.unfold import unfold_all

EVENT = "deletion_requested"

log = structlog.get_logger()


class Request(Value):
    """What became of one request, by the code the person was given."""

    code: str
    at: datetime


def forget_person(
    body: bytes, *, channel: str, links: Mapping[str, Link], store: Store, pack: Pack, clock: Clock
) -> Request:
    """Forget the person a signed request of `channel` names, on every channel of the same app, at once.

    The same request again gets the same code. Raises `SignatureWrong` and `PayloadInvalid`.
    """
    people = _people(body, channel, links)
    code, at = hashlib.sha256(body).hexdigest()[:24], clock()
    gone = 0
    unfold_all(store)
    with store.begin() as tx:
        for name, person in people.items():
            for handle in _handles(tx, name, person, pack):
                gone += forget(tx, handle, by=NETWORK, pack=pack, at=at).conversations
        tx.append_audit(
            brand_id=pack.brand.id, at=at, actor=NETWORK, event=EVENT, subject=code, facts={"conversations": gone}
        )
    log.info("person_forgotten", channel=channel, code=code, conversations=gone)
    return Request(code=code, at=at)


def leave_alone(
    body: bytes, *, channel: str, links: Mapping[str, Link], store: Store, pack: Pack, clock: Clock
) -> None:
    """The person took the app's rights back: no machine answers them any more. Raises as `forget_person` does."""
    people = _people(body, channel, links)
    with store.begin() as tx:
        for name, person in people.items():
            tx.opt_out(pack.brand.id, name, person, at=clock())
    log.warning("app_deauthorised", channel=channel)


def request_of(code: str, *, store: Store) -> Request | None:
    """When the request of this code was done; None where there was none."""
    with store.read() as look:
        done = [entry for entry in look.audit(subject=code, limit=9) if entry.event == EVENT]
    return Request(code=code, at=done[0].at) if done else None


def _people(body: bytes, channel: str, links: Mapping[str, Link]) -> Mapping[str, str]:
    """The person as every channel of the same app knows them: only the app's own secret verifies the request."""
    asked: object = links[channel]
    assert isinstance(asked, Forgetting)  # noqa: S101  # the web asks others nothing
    people = {channel: asked.person_in(body)}
    for name, link in links.items():
        if isinstance(link, Forgetting):
            try:
                people[name] = link.person_in(body)
            except SignatureWrong:
                continue
    return people


def _handles(tx: Transaction, channel: str, person: str, pack: Pack) -> frozenset[Handle]:
    """The names under which they wrote: some networks sign with another than they show."""
    wrote = (tx.mention(one).author.handle for one in tx.mentions_by(pack.brand.id, channel, person))
    return frozenset(Handle(channel=channel, handle=name).plain for name in {person, *wrote} if name)
