import pytest

from assistant.domain.vocabulary import ClaimKind, Severity
from assistant.guardrails import commitments, links
from assistant.guardrails.kinds import kind_of


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


@pytest.mark.parametrize(
    "text",
    [
        "Here is a EUR 50 voucher for you.",
        "Here's 20 % off your next trip with a discount code.",
        "Please accept this 30 euro gift card.",
        "Your next flight is on us.",
        "We've waived the change fee and applied a credit.",
        "I've added 5,000 miles as points to your account.",
        "Use code SORRY10 at checkout.",
        "Your voucher is on its way.",
        "Your bag fee has been waived.",
        "You don't have to pay for the seat.",
        "Hier ist ein Gutschein über 50 Euro.",
        "Voici un bon de 50 euros.",
        "Aquí tiene un vale de 50 euros.",
        "We popped a free upgrade on your booking.",
        "Have a drink on us.",
        "The next one's on the house.",
        "We can knock EUR 20 off.",
        "We'll give you EUR 30 back.",
        "I can do half price for you.",
        "Enjoy lounge access with our apologies.",
        "We'd like to give you EUR 40.",
    ],
)
def test_what_gives_money_or_goods_away_is_seen_in_whatever_words(text: str) -> None:
    kind = kind_of(text)
    offers = kind is ClaimKind.OFFER and commitments.gives_away(text)
    assert commitments.hands_over(text) or offers
    assert commitments.check(text, kind, supported=True) == ()
    assert [finding.severity for finding in commitments.check(text, kind, supported=False)] == [Severity.BLOCK]


@pytest.mark.parametrize(
    "text",
    [
        "Here is the link to your invoice.",
        "Here's what to do: add the voucher code at checkout when you pay.",
        "You can use a voucher for any flight.",
        "Your refund is being looked at by our team.",
        "We've sent this to our team.",
        "Points expire after 36 months.",
        "Here are our opening hours.",
        "Please have your booking reference ready.",
        "The fee is EUR 25.",
        "Please take a photo of the bag tag.",
        "You have received a confirmation e-mail.",
        "Is the voucher code not working?",
        "We have a refund form at https://x.example/refunds.",
        "Refunds reach you in 5-10 working days.",
    ],
)
def test_what_only_speaks_of_them_gives_nothing_away(text: str) -> None:
    assert not commitments.hands_over(text)
