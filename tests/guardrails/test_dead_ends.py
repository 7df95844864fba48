"""A reply without an answer, a next step or a date fails the gate, in whatever words and language."""

import pytest

from assistant.domain.draft import Claim
from assistant.domain.vocabulary import ClaimKind, Sentiment
from assistant.gate import judge_text
from assistant.guardrails.dead_ends import check
from tests.gate_builders import mention, pack, passage

VOICE = pack().brand.voice


def _failed(text: str, *, asked: str = "Where is my bag?", sentiment: Sentiment | None = None) -> list[str]:
    verdict = judge_text(
        text, passages=[passage()], mention=mention(asked), pack=pack(), automated=False, sentiment=sentiment
    )
    return [each.message for each in verdict.findings if "no answer, next step or date" in each.message]


@pytest.mark.parametrize(
    "text",
    [
        "Your message was forwarded to the department.",
        "We have forwarded your complaint to the relevant department.",
        "@ann we've passed this on to our baggage team.",
        "Thanks, this has been escalated to management.",
        "The right people have been informed, our colleagues are aware.",
        "We've let the team know.",
        "Your case is with our specialists.",
        "Your call of today was reported to the office.",
        "Your feedback has been noted.",
        "We've taken note of your concerns, they're important to us and your feedback is valued.",
        "We're looking into this.",
        "Someone will be in touch as soon as possible.",
        "We've shared it within our team. Is there anything else we can help you with?",
        "Sorry about that! We've raised it with the crew management here.",
        "Wir haben Ihre Nachricht an die zuständige Fachabteilung weitergeleitet.",
        "Danke, das haben wir an unser Team weitergegeben.",
        "Wir haben Ihr Anliegen zur Kenntnis genommen.",
        "Wir melden uns so bald wie möglich.",
        "Votre message a été transmis au service concerné.",
        "Nous avons fait suivre à nos équipes.",
        "Nous reviendrons vers vous dans les meilleurs délais.",
        "Hemos trasladado su queja al departamento correspondiente.",
        "Lo hemos enviado a nuestro equipo.",
        "Hemos tomado nota de su comentario.",
    ],
)
def test_passed_on_is_no_answer(text: str) -> None:
    assert _failed(text) == ["Passed on, but with no answer, next step or date."]


@pytest.mark.parametrize(
    "text",
    [
        "We passed it to our team, who answer within 2 days.",
        "We've forwarded it to the baggage team. Send us your reference by direct message.",
        "We've passed this to our team. Which flight was it?",
        "Our colleagues have it and will write to you here.",
        "Wir haben es an die Abteilung weitergeleitet und antworten innerhalb von 24 Stunden.",
        "Nous avons transmis au service concerné, réponse d'ici demain.",
        "Lo hemos pasado al equipo; puedes escribirnos por privado.",
        "We've told the team, and you'll hear from them by Friday.",
        VOICE.holding[0],
    ],
)
def test_with_a_next_step_or_a_date_it_passes(text: str) -> None:
    assert _failed(text) == []


@pytest.mark.parametrize(
    "text",
    ["The matter is now with customer relations.", "Nous prenons cela très au sérieux.", "Das ist jetzt intern."],
)
def test_words_nobody_listed_fail_for_standing_on_nothing(text: str) -> None:
    assert not judge_text(text, passages=[passage()], mention=mention(), pack=pack(), automated=False).clean


def test_an_answer_beside_it_passes_and_an_unfounded_one_does_not() -> None:
    def claim(supported: bool) -> Claim:
        return Claim(text="A cabin bag may measure 55 cm.", kind=ClaimKind.POLICY, supported=supported)

    passed_on = Claim(text="We've passed this to the department.", kind=ClaimKind.COURTESY, supported=True)
    found = [[*check([passed_on, claim(each)], voice=VOICE, mention_text="How big?")] for each in (True, False)]
    assert [len(each) for each in found] == [0, 1]


def test_kind_words_alone_answer_praise_only() -> None:
    assert _failed("We're so sorry about this.", sentiment=Sentiment.NEGATIVE) == [
        "Kind words, but no answer, next step or date."
    ]
    assert _failed("Thank you!", asked="Lovely crew today", sentiment=Sentiment.POSITIVE) == []
    assert _failed("You're welcome.", asked="Thanks a lot", sentiment=Sentiment.NEUTRAL) == []


@pytest.mark.parametrize(
    "text",
    [
        "The baggage team has your message.",
        "Leave it with us.",
        "Your request is being processed.",
        "We take this very seriously.",
        "Please bear with us.",
        "Wir bitten um etwas Geduld.",
        "Nous faisons le nécessaire.",
        "Estamos trabajando en ello.",
    ],
)
def test_words_that_only_put_off_are_a_dead_end(text: str) -> None:
    claims = [Claim(text=text, kind=ClaimKind.FACT, supported=True)]
    assert list(check(claims, voice=pack().brand.voice, mention_text="where is my bag"))


def test_a_rule_that_names_a_service_is_an_answer() -> None:
    said = "Children aged 5 to 11 can fly alone only with our unaccompanied minor service."
    claims = [Claim(text=said, kind=ClaimKind.POLICY, supported=True)]
    assert not list(check(claims, voice=pack().brand.voice, mention_text="can my son fly alone"))
