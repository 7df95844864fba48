import pytest

from assistant.domain.vocabulary import ClaimKind
from assistant.guardrails.polarity import opposed
from assistant.guardrails.support import holds, measure, measure_reply

RULES = (
    "Which tickets are refundable\n\nFlex | full refund until 2 hours before departure\nLight "
    "| refunds the taxes only\n"
    "Bags are refunded together with the fare on Standard and Flex, and are not refunded on Light.\n"
    "Within 24 hours of booking every fare is fully refundable.",
    "A checked bag of up to 23 kg costs EUR 25 online.\nStandard tickets are refunded less a EUR 60 fee per"
    " passenger.\n"
    "You can carry liquids of up to 100 ml in cabin bags.\nSeats on Flex are free of charge.",
    "You can change your ticket on any fare, Light included: the fee is EUR 45 on Light and EUR 25 on Standard.",
)
TERMS = frozenset({"flex", "light", "standard"})


def contradiction(claim: str) -> str:
    return measure(claim, ClaimKind.POLICY, RULES, terms=TERMS).contradiction


@pytest.mark.parametrize(
    "claim",
    [
        "Light tickets are refundable.",
        "Flex tickets are not refundable.",
        "No refund on Flex.",
        "Only Light is refundable.",
        "All tickets are refundable.",
        "Light, Standard and Flex are all refundable.",
        "Light tickets are refundable, aren't they?",
        "Did you know that Light tickets are refundable?",
        "A checked bag of up to 23 kg is free.",
        "Standard tickets are refunded less a EUR 60 fee per booking.",
        "You can carry liquids of over 100 ml in cabin bags.",
    ],
)
def test_a_rule_turned_round_or_widened_is_caught(claim: str) -> None:
    assert contradiction(claim)


@pytest.mark.parametrize(
    "claim",
    [
        "Flex tickets are refundable until 2 hours before departure.",
        "Light tickets are not refundable, only the taxes are.",
        "On Light the taxes are refunded.",
        "Bags are not refunded on Light.",
        "Within 24 hours of booking all fares are refundable.",
        "Seats are free on Flex.",
        "You can carry liquids in cabin bags up to 100 ml.",
        "The fee on Standard is EUR 60 for each person.",
    ],
)
def test_the_same_rule_in_other_words_is_not(claim: str) -> None:
    assert not contradiction(claim)


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("A bag costs EUR 25 per booking.", "A bag costs EUR 25 per flight."),
        ("You may bring pets in the hold.", "You may bring pets in the cabin, but not in the hold."),
        ("The warranty covers labour.", "The warranty covers parts but not labour."),
        (
            "Customers in the UK may return goods within 14 days.",
            "Customers in the EU may return goods within 14 days.",
        ),
        ("All fares include a bag.", "Most fares include a bag."),
    ],
)
def test_a_scope_swapped_within_a_sentence_is_caught(claim: str, source: str) -> None:
    assert measure(claim, ClaimKind.POLICY, [source]).contradiction


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("You may bring pets in the cabin.", "You may bring pets in the cabin, but not in the hold."),
        ("Pets may not fly in the hold.", "You may bring pets in the cabin, but not in the hold."),
        ("The EU rules give 14 days.", "Under EU and UK rules you have 14 days."),
        ("Most fares include a bag.", "Most fares include a bag."),
        ("A bag costs EUR 25 for each flight.", "A bag costs EUR 25 per flight."),
    ],
)
def test_the_same_scope_is_not(claim: str, source: str) -> None:
    assert not measure(claim, ClaimKind.POLICY, [source]).contradiction


OTHER_WORDS = (
    "Light refunds the taxes only. Bags and seats are refunded together with the fare on Standard and Flex, and are not"
    " refunded on Light.\nChanges made later to an existing booking don't start a new 24 hours.\n"
    "Standard includes one checked bag of 20 kg and Flex one of 23 kg. Light has no checked bag.\n"
    "A missing middle name is no problem on flights within Europe.\n"
    "A full name change to another person costs EUR 115 per direction and isn't possible within 24 hours of"
    " departure.\n"
    "Messaging is free, and browsing costs EUR 6 per hour.\nAllowances can't be shared between two cases.\n"
    "Emotional support animals count as pets. Guide dogs travel free.",
)


@pytest.mark.parametrize(
    "claim",
    [
        "You get the fare back on Light.",
        "A later change starts a new 24 hours.",
        "Light includes a checked bag of 20 kg.",
        "Browsing is free too.",
        "Emotional support animals travel free.",
        "You can share allowances between two cases.",
        "The second bag is on us.",
        "Bags and seats are refunded on Light, Standard and Flex.",
        "You can share your allowance.",
        "All fares include 20 kg.",
        "A missing middle name is no problem on flights to the US.",
    ],
)
def test_what_the_source_says_otherwise_is_caught_in_other_words(claim: str) -> None:
    assert not measure(claim, ClaimKind.POLICY, OTHER_WORDS).supported


@pytest.mark.parametrize(
    "claim",
    [
        "A missing middle name is fine within Europe.",
        "A full change to another person is EUR 115 per direction.",
        "On Standard you get the fare, bags and seats back together.",
        "A middle name missing on flights within Europe doesn't matter.",
    ],
)
def test_the_same_in_other_words_is_no_contradiction(claim: str) -> None:
    assert not measure(claim, ClaimKind.POLICY, OTHER_WORDS).contradiction


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Loses Magnesia ist erlaubt.", "Loses Magnesia ist nicht erlaubt."),
        ("Kinder klettern allein.", "Kinder klettern nur in Begleitung."),
        ("La magnésie en poudre est autorisée.", "La magnésie en poudre est interdite."),
        ("La matrícula se devuelve.", "La matrícula no se devuelve."),
        ("Les frais sont remboursés.", "Les frais ne sont pas remboursés."),
        ("Die Gebühr wird erstattet.", "Die Gebühr wird nicht erstattet."),
        ("Les chaussons sont gratuits.", "Les chaussons se louent 4 euros."),
    ],
)
def test_polarity_is_heard_in_other_languages(claim: str, source: str) -> None:
    assert not measure(claim, ClaimKind.POLICY, [source]).supported


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Loses Magnesia ist bei uns nicht erlaubt.", "Loses Magnesia ist nicht erlaubt."),
        ("Les frais ne sont pas remboursés.", "Les frais d'inscription ne sont pas remboursés."),
        ("La matrícula no se devuelve.", "La matrícula de 15 euros no se devuelve."),
    ],
)
def test_the_same_denial_stands_in_other_languages(claim: str, source: str) -> None:
    assert measure(claim, ClaimKind.POLICY, [source]).supported


@pytest.mark.parametrize(
    "reply",
    ["You get the fare back.", "We refund the fare.", "The fare comes back to you.", "You'll get your fare back."],
)
def test_money_back_in_other_words_is_no_more_granted_than_a_refund(reply: str) -> None:
    assert not holds(measure_reply(reply, ["The fare is not refundable."]))
    assert not holds(measure_reply(reply, ["Fares aren't refundable. Bags weigh at most 8 kg."]))


def test_what_one_source_grants_another_may_deny_of_something_else() -> None:
    sources = ["The fare is refundable until noon. Light fares are not refundable."]
    assert holds(measure_reply("The fare is refundable until noon.", sources))
    assert opposed("The fare is refundable.", ["Fares aren't refunded at the counter."], frozenset()) == ""
