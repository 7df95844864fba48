import pytest

from assistant.domain.mention import ThreadMessage
from assistant.domain.vocabulary import Visibility
from assistant.guardrails.disclosure import check, is_due, is_present, text_for
from tests.gate_builders import pack

OURS = ThreadMessage(role="assistant", text="I'm an automated assistant. Here you go.")
SILENT = ThreadMessage(role="assistant", text="Here you go.")
PERSON = ThreadMessage(role="brand", text="Hi, this is Jo.")
CUSTOMER = ThreadMessage(role="customer", text="Are you a bot? I'm a bot too.")


@pytest.mark.parametrize(
    "text",
    [
        "(I'm an automated assistant.)",
        "- AI assistant, reply AGENT to reach a person.",
        "Fine. Automated reply: yes.",
        "I am a bot",
        "This is an automated answer.",
        "Skylark's virtual assistant here.",
        "Written by our AI assistant.",
        "Ich bin ein automatisierter Assistent.",
        "Diese Antwort hat eine KI geschrieben.",
        "Je suis un assistant virtuel.",
        "Réponse automatique",
        "Soy un asistente virtual.",
        "Respuesta automática",
    ],
)
def test_plain_words_disclose(text: str) -> None:
    assert is_present(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I'm not a bot.",
        "This isn't an automated reply.",
        "You can also ask the virtual assistant in our app.",
        "You will get an automated message when it ships.",
        "Our automated kiosks open at 5.",
        "Kein Bot hier",
    ],
)
def test_other_mentions_of_machines_do_not(text: str) -> None:
    assert not is_present(text)


@pytest.mark.parametrize("language", ["en", "de", "de-AT", "fr", "und"])
@pytest.mark.parametrize("channel", ["x", "email"])
def test_the_brands_own_wording_discloses(language: str, channel: str) -> None:
    assert is_present(text_for(pack(), channel=channel, language=language))


def test_short_channels_get_the_short_text_and_unknown_languages_the_first_answered_one() -> None:
    assert text_for(pack(), channel="x", language="de") == "(Automatische Antwort)"
    assert text_for(pack(), channel="email", language="pt") == "I'm Skylark Air's automated assistant."


@pytest.mark.parametrize(
    ("thread", "due"),
    [
        ((), True),
        ((CUSTOMER,), True),
        ((OURS, CUSTOMER), False),
        ((SILENT, CUSTOMER), True),
        ((OURS, PERSON, CUSTOMER), True),
        ((PERSON, OURS, CUSTOMER), False),
        ((OURS, SILENT), False),
    ],
)
def test_in_private_it_is_due_at_first_and_after_a_person(thread: tuple[ThreadMessage, ...], due: bool) -> None:
    assert is_due(thread, automated=True, visibility=Visibility.PRIVATE) is due


def test_in_public_it_is_always_due_and_never_for_a_person() -> None:
    assert is_due((OURS,), automated=True)
    assert not is_due((), automated=False)


def test_an_automated_text_without_it_is_blocked() -> None:
    assert check("Yes.", thread=(), automated=True, visibility=Visibility.PUBLIC)
    assert not check("Yes. (Automated reply)", thread=(), automated=True, visibility=Visibility.PUBLIC)
    assert not check("Yes.", thread=(), automated=False, visibility=Visibility.PUBLIC)
