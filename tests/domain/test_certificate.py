"""A certificate covers its own slice, from its threshold on, until it expires or anything it was given for changes."""

from datetime import UTC, datetime, timedelta

import pytest

from assistant.domain.certificate import Certificate, Permit, Permits, Standing

NOW = datetime(2026, 11, 20, tzinfo=UTC)
VERSIONS = {"pack": "p1", "prompts": "t1", "drafter": "extractive", "index": "i1", "heads": "h1", "embedder": "e1"}


def certificate(**changes: object) -> Certificate:
    fields: dict[str, object] = {
        "slice": "larkspur/private/self_serve",
        "certified": True,
        "threshold": 0.6,
        "n": 100,
        "errors": 1,
        "coverage": 1.0,
        "labels": 100,
        "alpha": 0.05,
        "delta": 0.1,
        "labels_needed": 0,
        "expires_at": NOW + timedelta(days=30),
    }
    return Certificate.model_validate(fields | changes)


def permit(**changes: object) -> Permit:
    return Permit(certificate=certificate(**changes), versions=VERSIONS, labels_sha256="l1", given_at=NOW)


def certifies(permit: Permit, **changes: object) -> bool:
    asked: dict[str, object] = {"score": 0.7, "versions": VERSIONS, "at": NOW} | changes
    slice_ = str(asked.pop("slice_", "larkspur/private/self_serve"))
    return Permits(permits=(permit,)).certifies(slice_, **asked)  # type: ignore[arg-type]


def test_a_standing_certificate_covers_its_slice_from_the_threshold_on() -> None:
    assert certifies(permit())
    assert certifies(permit(), score=0.6), "the threshold is inclusive"
    assert not certifies(permit(), score=0.599)


@pytest.mark.parametrize(
    "other", ["larkspur/public/self_serve", "larkspur/private/thanks", "robin/private/self_serve", ""]
)
def test_it_covers_no_other_slice(other: str) -> None:
    assert not certifies(permit(), slice_=other)


@pytest.mark.parametrize("changed", sorted(VERSIONS))
def test_any_changed_version_suspends_it(changed: str) -> None:
    versions = VERSIONS | {changed: "another"}
    assert not certifies(permit(), versions=versions)
    assert permit().standing(versions=versions, at=NOW) is Standing.CHANGED
    assert permit().differs_in(versions) == (changed,)


def test_a_version_that_comes_or_goes_suspends_it() -> None:
    assert not certifies(permit(), versions=VERSIONS | {"chart": "c1"})
    assert not certifies(permit(), versions={name: VERSIONS[name] for name in VERSIONS if name != "heads"})


def test_it_ends_with_its_last_moment() -> None:
    end = NOW + timedelta(days=30)
    assert certifies(permit(), at=end - timedelta(seconds=1))
    assert not certifies(permit(), at=end)
    assert permit(expires_at=None).standing(versions=VERSIONS, at=NOW) is Standing.EXPIRED


def test_without_a_certificate_or_with_a_refused_one_nothing_is_covered() -> None:
    assert not Permits().certifies("larkspur/private/self_serve", score=1.0, versions=VERSIONS, at=NOW)
    refused = permit(certified=False, threshold=None, expires_at=None)
    assert not certifies(refused, score=1.0)
    assert refused.standing(versions=VERSIONS, at=NOW) is Standing.REFUSED


def test_a_rehearsal_certifies_nothing() -> None:
    assert not Permits(rehearsal=True).certifies("any", score=1.0, versions=VERSIONS, at=NOW)
