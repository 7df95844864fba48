"""Certify slices from what people at the desk did with drafts: fresh labels, late ones corrected, delta spent."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from math import pi
from typing import NamedTuple

import numpy as np

from assistant.domain.brand import Pack
from assistant.domain.certificate import Certificate, Origin, Permit, Permits, hash_of
from assistant.domain.label import DeskLabel
from assistant.domain.mention import Mention
from assistant.domain.routing import Sample
from assistant.domain.turn import Turn
from assistant.domain.value import Value
from assistant.domain.vocabulary import Decision
from assistant.evals.certificate import certify_scores
from assistant.evals.correction import corrected_alpha, missed_share
from assistant.evals.judged import substance_of
from assistant.evals.trips import quintiles_of
from assistant.ports import Answer, Store

WINDOW = timedelta(days=90)
BATCH = 32


class DeskRow(Value):
    """One label as it counts now: the draft's score today, and `blind` where the verdict owes nothing to the draft."""

    score: float
    error: bool
    slice: str
    cluster: str
    blind: bool
    settled_at: datetime


class _Counted(NamedTuple):
    """Rows, how many drafts read otherwise today, and how many mentions wouldn't be answered by themselves any more."""

    rows: Sequence[DeskRow]
    changed: int
    not_sent: int


class FromDesk(Value):
    """What labels of the desk allow: `permits` were tested; slices not among them have too few labels to test.

    `changed` drafts read otherwise today and count as errors; `not_sent` would not be sent any more and don't count.
    `missed` is the share of errors that open labels are taken to overlook, by slice.
    """

    certificates: tuple[Certificate, ...]
    permits: tuple[Permit, ...]
    labels: int
    young: int
    changed: int
    not_sent: int
    missed: Mapping[str, float]
    alpha: float
    delta: float


async def certify_desk(
    store: Store, *, pack: Pack, respond: Answer, versions: Mapping[str, str], kept: Permits, now: datetime
) -> FromDesk:
    """Count the labels that are ripe: known, drawn at random, 72 hours old and from after the slice's last roll-back.

    What a fallback wrote says nothing of the drafter.

    The t-th look at a slice under the same versions takes 6 / (pi t)^2 of its delta, so that all looks ever taken keep
    the promise together. A look at too few labels to test anything costs nothing. Of a conversation the first counts.
    """
    with store.read() as look:
        state = look.automation(pack.brand.id)
        found = [each for each in look.verdicts(brand_id=pack.brand.id, since=now - WINDOW) if not each.fell_back]
        ramps = {ramp.slice: ramp.watch_from for ramp in state.ramps if ramp.watch_from is not None}
        fresh = [label for label in found if label.drafted_at >= ramps.get(label.slice, label.drafted_at)]
        ripe = [label for label in fresh if label.is_ripe(now)]
        turns = {label.id: look.turn(label.id).turn for label in ripe}
        asked = {label.id: look.mention(label.mention_id) for label in ripe}
    old = [label for label in ripe if dict(turns[label.id].versions) != dict(versions)]
    today = await _answered([(label.id, asked[label.id]) for label in old], respond)
    counted = _counted(ripe, turns, today, pack)
    slices: dict[str, list[DeskRow]] = {}
    for row in _first_of_each(counted.rows):
        slices.setdefault(row.slice, []).append(row)
    missed = {name: missed_share(*_halves(of_slice)) for name, of_slice in slices.items()}
    tested = [
        _permit(name, of_slice, missed[name], kept, versions, pack, share=1 / len(slices), now=now)
        for name, of_slice in sorted(slices.items())
    ]
    return FromDesk(
        certificates=tuple(permit.certificate for permit in tested),
        permits=tuple(permit for permit in tested if permit.certificate.n),
        labels=len(counted.rows),
        young=sum(label.error is not None and label.sample is not None for label in fresh) - len(ripe),
        changed=counted.changed,
        not_sent=counted.not_sent,
        missed=missed,
        alpha=pack.automation.alpha,
        delta=pack.automation.delta,
    )


async def _answered(asked: Sequence[tuple[str, Mention]], respond: Answer) -> Mapping[str, Turn]:
    found: dict[str, Turn] = {}
    for start in range(0, len(asked), BATCH):
        batch = asked[start : start + BATCH]
        turns = await respond([mention for _, mention in batch])
        found.update((key, turn) for (key, _), turn in zip(batch, turns, strict=True))
    return found


def _counted(labels: Sequence[DeskLabel], then: Mapping[str, Turn], today: Mapping[str, Turn], pack: Pack) -> _Counted:
    rows: list[DeskRow] = []
    changed = not_sent = 0
    closing = pack.brand.voice.closing_questions
    for label in labels:
        before = then[label.id]
        now = today.get(label.id)
        if now is not None and (now.route.decision is not Decision.AUTO_REPLY or now.draft is None):
            not_sent += 1
            continue
        current = now or before
        drafts = [substance_of(each.draft, closing_questions=closing) for each in (before, current) if each.draft]
        differs = now is not None and len(set(drafts)) != 1
        changed += differs
        rows.append(
            DeskRow(
                score=current.route.score or 0.0,
                error=bool(label.error) or differs,
                slice=current.route.slice,
                cluster=label.conversation_id,
                blind=label.sample is Sample.BLIND,
                settled_at=label.settled_at or label.drafted_at,
            )
        )
    return _Counted(rows, changed, not_sent)


def _first_of_each(rows: Sequence[DeskRow]) -> Sequence[DeskRow]:
    return tuple({(row.slice, row.cluster): row for row in reversed(rows)}.values())[::-1]


def _halves(rows: Sequence[DeskRow]) -> tuple[int, int, int, int]:
    """Errors and labels of the open part, then of the blind part."""
    blind, open_ = [row for row in rows if row.blind], [row for row in rows if not row.blind]
    return sum(row.error for row in open_), len(open_), sum(row.error for row in blind), len(blind)


def _permit(
    name: str,
    rows: Sequence[DeskRow],
    missed: float,
    kept: Permits,
    versions: Mapping[str, str],
    pack: Pack,
    *,
    share: float,
    now: datetime,
) -> Permit:
    policy, earlier = pack.automation, kept.of(name)
    looks = earlier.looks_so_far if earlier is not None else {}
    attempt = looks.get(hash_of(versions), 0) + 1
    delta = policy.delta * share * 6 / (pi * attempt) ** 2
    _, open_labels, _, blind_labels = _halves(rows)
    alpha = corrected_alpha(policy.alpha, missed, open_labels, blind_labels)
    scores = np.array([row.score for row in rows])
    errors = np.array([row.error for row in rows])
    certificate = certify_scores(name, scores, errors, alpha=alpha, delta=delta, now=now)
    return Permit(
        certificate=certificate.model_copy(update={"alpha": policy.alpha}),
        versions=dict(versions),
        labels_sha256=hashlib.sha256("".join(row.model_dump_json() for row in rows).encode()).hexdigest(),
        given_at=now,
        origin=Origin.DESK,
        attempt=attempt,
        looks=looks,
        newest_label_at=max(row.settled_at for row in rows),
        quintiles=quintiles_of([row.score for row in rows]),
    )
