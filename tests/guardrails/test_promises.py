import pytest

from assistant.domain.vocabulary import ClaimKind
from assistant.guardrails.kinds import kind_of


@pytest.mark.parametrize(
    "sentence",
    [
        "Expect a call from us by 5.",
        "You'll hear from us tomorrow.",
        "Our agent calls you tomorrow.",
        "We are refunding you now.",
        "Maria from the team rings you at noon.",
        "You'll get your money back.",
        "Your bag will be delivered tomorrow.",
        "They will call you back.",
        "Leave it with me.",
        "Wir rufen Sie morgen zurück.",
        "Eine Kollegin ruft Sie an.",
        "Sie erhalten morgen eine Antwort.",
        "Nous vous rappellerons demain.",
        "Vous recevrez une réponse demain.",
        "Te llamaremos mañana.",
        "Un compañero le llamará.",
    ],
)
def test_a_promise_is_one_in_any_words(sentence: str) -> None:
    assert kind_of(sentence) is ClaimKind.PROMISE


@pytest.mark.parametrize(
    "sentence",
    [
        "We'll be happy to help.",
        "You'll get a boarding pass by e-mail after check-in.",
        "A card refund will reach you in 5-10 working days.",
        "Your bag will be weighed at the desk.",
        "The crew will tell you when you can stand up.",
        "It will be cheaper online.",
        "Wir fliegen täglich nach Boston.",
        "Sie erhalten die Bordkarte nach dem Check-in.",
        "Vous recevrez votre carte d'embarquement après l'enregistrement.",
        "Recibirá la tarjeta de embarque por correo.",
    ],
)
def test_what_holds_for_everybody_promises_nobody_anything(sentence: str) -> None:
    assert kind_of(sentence) is not ClaimKind.PROMISE
