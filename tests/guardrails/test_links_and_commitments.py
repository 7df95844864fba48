import pytest

from assistant.domain.vocabulary import ClaimKind, Severity
from assistant.guardrails import commitments, links


@pytest.mark.parametrize(
    "text",
    [
        "See https://skylark.example/refunds.",
        "See help.skylark.example",
        "See HTTPS://WWW.Skylark.Example:443/x",
        "Write to care@elsewhere.test",
        "No link.",
    ],
)
def test_own_hosts_may_be_linked(text: str) -> None:
    assert not links.check(text, hosts=["www.skylark.example"])


@pytest.mark.parametrize(
    "text",
    [
        "See https://evil.example/skylark.example",
        "See skylark.example.evil.com",
        "See https://skylark.example@evil.example/",
        "See www.notskylark.example",
        "https://1.2.3.4/x",
    ],
)
def test_other_hosts_are_blocked(text: str) -> None:
    (finding,) = links.check(text, hosts=["skylark.example"])
    assert finding.severity is Severity.BLOCK


@pytest.mark.parametrize(
    ("sentence", "kind", "severity"),
    [
        ("We'll call you.", ClaimKind.PROMISE, Severity.REVIEW),
        ("We will refund you.", ClaimKind.PROMISE, Severity.BLOCK),
        ("We can offer you a voucher.", ClaimKind.OFFER, Severity.BLOCK),
        ("You are entitled to a refund.", ClaimKind.POLICY, Severity.BLOCK),
    ],
)
def test_a_commitment_needs_something_behind_it(sentence: str, kind: ClaimKind, severity: Severity) -> None:
    (finding,) = commitments.check(sentence, kind, supported=False)
    assert finding.severity is severity
    assert not commitments.check(sentence, kind, supported=True)


def test_a_plain_policy_commits_to_nothing() -> None:
    assert not commitments.check("Bags weigh 8 kg.", ClaimKind.POLICY, supported=False)
