"""Certificates: the proof that lets one slice of traffic be answered automatically, and what keeps it standing."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from pydantic import Field

from assistant.domain.value import Value

UNREADABLE = "unreadable"
"""Stands in the place of a version that can't be told now."""


class Certificate(Value):
    """What the labels of one slice allow.

    `threshold` is inclusive; `n`, `errors` and `coverage` are of what lies at or above it (of the first size tested
    where nothing was certified), `labels` is the total after each cluster was reduced to its first row.
    `labels_needed` says how many more labels it takes at the least, if none of them is an error; 0 where certified.
    `delta` is this slice's share.
    """

    slice: str
    certified: bool
    threshold: float | None
    n: int
    errors: int
    coverage: float
    labels: int
    alpha: float
    delta: float
    labels_needed: int
    expires_at: datetime | None


class Standing(StrEnum):
    """Whether a certificate counts now, and if not, why."""

    STANDS = "stands"
    REFUSED = "refused"
    EXPIRED = "expired"
    CHANGED = "changed"


class Origin(StrEnum):
    """Where labels come from: shipped with the pack, or from what people at the desk do."""

    PACK = "pack"
    DESK = "desk"


class Permit(Value):
    """A certificate with what it was given for: the `versions` the drafts came from and the labels by their hash.

    `attempt` counts the looks at labels of the desk for the same versions, each at a smaller delta; `newest_label_at`
    is when the last of them was settled. `quintiles` cut the labels' scores into five equal parts. `looks` are those at
    versions from before, by their hash: who comes back to them goes on counting.
    """

    certificate: Certificate
    versions: Mapping[str, str]
    labels_sha256: str
    given_at: datetime
    origin: Origin = Origin.PACK
    attempt: int = 1
    newest_label_at: datetime | None = None
    quintiles: tuple[float, ...] = ()
    looks: Mapping[str, int] = Field(default_factory=dict)

    @property
    def looks_so_far(self) -> Mapping[str, int]:
        """Looks at labels of the desk by the versions' hash, this one among them."""
        return {**self.looks, hash_of(self.versions): self.attempt} if self.origin is Origin.DESK else self.looks

    def standing(self, *, versions: Mapping[str, str], at: datetime) -> Standing:
        """A version that changed, came or went suspends the certificate, also before it expires."""
        if not self.certificate.certified:
            return Standing.REFUSED
        if self.certificate.expires_at is None or at >= self.certificate.expires_at:
            return Standing.EXPIRED
        return Standing.STANDS if dict(versions) == dict(self.versions) else Standing.CHANGED

    def differs_in(self, versions: Mapping[str, str]) -> tuple[str, ...]:
        """Which of the versions aren't those it was given for."""
        return tuple(sorted(dict(set(versions.items()) ^ set(self.versions.items()))))


def hash_of(versions: Mapping[str, str]) -> str:
    """The same for the same versions in any order."""
    return sha256(repr(sorted(versions.items())).encode()).hexdigest()[:16]


class Permits(Value):
    """Every permit of one brand. `rehearsal` lets all slices pass without one, for what sends nothing."""

    permits: tuple[Permit, ...] = ()
    rehearsal: bool = False

    def of(self, slice_: str) -> Permit | None:
        """The slice's permit, whether it stands or not."""
        return next((permit for permit in self.permits if permit.certificate.slice == slice_), None)

    def replacing(self, others: Sequence[Permit]) -> "Permits":
        """With these in place of those of the same slices."""
        names = {permit.certificate.slice for permit in others}
        kept = (permit for permit in self.permits if permit.certificate.slice not in names)
        return self.model_copy(update={"permits": (*kept, *others)})

    def remembering(self, before: "Permits") -> "Permits":
        """With the looks that the permits before had cost, by slice."""
        known = {each.certificate.slice: each.looks_so_far for each in before.permits}
        looked = (each.model_copy(update={"looks": known.get(each.certificate.slice, {})}) for each in self.permits)
        return self.model_copy(update={"permits": tuple(looked)})

    def certifies(self, slice_: str, *, score: float, versions: Mapping[str, str], at: datetime) -> bool:
        """Whether a standing certificate of that very slice covers the score."""
        return any(
            permit.certificate.slice == slice_
            and permit.standing(versions=versions, at=at) is Standing.STANDS
            and permit.certificate.threshold is not None
            and score >= permit.certificate.threshold
            for permit in self.permits
        )


class Proof(Value):
    """What is certified now: the permits, and the `versions` that think now."""

    permits: Permits
    versions: Mapping[str, str]

    def covers(self, slice_: str, *, score: float, versions: Mapping[str, str], at: datetime) -> bool:
        """Whether a draft of that slice and score may still go out; `versions` are those it was written with."""
        same = dict(versions) == dict(self.versions)
        return same and self.permits.certifies(slice_, score=score, versions=self.versions, at=at)
