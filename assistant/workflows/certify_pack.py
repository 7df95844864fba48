"""Certify a brand from the judged drafts of its own pack: answer their mentions today, count what still holds."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from assistant.desk.intake import parse_mention
from assistant.domain.brand import Pack
from assistant.domain.certificate import Permit, Permits, Standing
from assistant.domain.turn import Turn
from assistant.errors import ModelUnavailable
from assistant.evals.certificate import certify
from assistant.evals.judged import Certified, JudgedDraft, match
from assistant.evals.results import MOST_FAILED
from assistant.evals.trips import quintiles_of
from assistant.ports import Answer

BATCH = 32


def still_holds(permits: Permits, *, versions: Mapping[str, str], labels_sha256: str, now: datetime) -> bool:
    """Whether certifying again would say the same: same labels and versions, and nothing that certified expired."""
    return bool(permits.permits) and all(
        permit.labels_sha256 == labels_sha256
        and dict(permit.versions) == dict(versions)
        and permit.standing(versions=versions, at=now) in {Standing.STANDS, Standing.REFUSED}
        for permit in permits.permits
    )


async def certify_pack(
    judged: Sequence[JudgedDraft],
    *,
    pack: Pack,
    respond: Answer,
    versions: Mapping[str, str],
    labels_sha256: str,
    now: datetime,
    progress: Callable[[int, int], None],
) -> tuple[Certified, Permits]:
    """What the judgements allow, and the permits to keep. `respond` must let every slice pass, so that all count.

    Raises `ModelUnavailable` where the drafter to certify couldn't be used: its fallback's drafts say nothing of it.
    """
    turns = await _answered(judged, pack=pack, respond=respond, progress=progress)
    if (failed := sum(turn.fell_back for turn in turns.values())) > MOST_FAILED * len(judged):
        raise ModelUnavailable(
            f"the model could not be used for {failed} of {len(judged)} drafts: nothing is certified"
        )
    matched = match(judged, turns, closing_questions=pack.brand.voice.closing_questions)
    policy = pack.automation
    certificates = certify(matched.labels, alpha=policy.alpha, delta=policy.delta, now=now)
    outcome = Certified(
        certificates=certificates, judged=len(judged), changed=matched.changed, not_sent=len(matched.not_sent)
    )
    permits = tuple(
        Permit(
            certificate=certificate,
            versions=versions,
            labels_sha256=labels_sha256,
            given_at=now,
            quintiles=quintiles_of([label.score for label in matched.labels if label.slice == certificate.slice]),
        )
        for certificate in certificates
    )
    return outcome, Permits(permits=permits)


async def _answered(
    judged: Sequence[JudgedDraft],
    *,
    pack: Pack,
    respond: Answer,
    progress: Callable[[int, int], None],
) -> dict[str, Turn]:
    turns: dict[str, Turn] = {}
    for start in range(0, len(judged), BATCH):
        batch = judged[start : start + BATCH]
        mentions = [
            parse_mention(
                {"id": verdict.id, "text": verdict.text, "channel": verdict.channel},
                pack=pack,
                default_channel=None,
                position=verdict.id,
            )
            for verdict in batch
        ]
        answered = await respond(mentions)
        turns.update((verdict.id, turn) for verdict, turn in zip(batch, answered, strict=True))
        progress(len(batch), len(judged))
    return turns
