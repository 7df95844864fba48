from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from assistant.domain.brand import Disclosure
from assistant.domain.draft import Claim, Draft
from assistant.domain.mention import ThreadMessage
from assistant.domain.vocabulary import ClaimKind, Severity, Visibility
from assistant.guardrails.disclosure import Trigger, answer_for, check, denies, due, is_present, text_for, without
from tests.gate_builders import mention, pack

NOW = datetime(2026, 11, 14, 9, 0, tzinfo=UTC)
PRIVATE, PUBLIC = Visibility.PRIVATE, Visibility.PUBLIC

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


def owed(
    *thread: ThreadMessage, visibility: Visibility = PRIVATE, channel: str = "email", automated: bool = True
) -> Trigger | None:
    at = mention(thread=thread, visibility=visibility, channel=channel).model_copy(update={"created_at": NOW})
    found = due(at, automated=automated)
    return found.trigger if found else None


@pytest.mark.parametrize(
    ("thread", "why"),
    [
        ((), Trigger.FIRST_CONTACT),
        ((CUSTOMER,), Trigger.FIRST_CONTACT),
        ((OURS, CUSTOMER), None),
        ((SILENT, CUSTOMER), Trigger.FIRST_CONTACT),
        ((OURS, PERSON, CUSTOMER), Trigger.HAND_BACK),
        ((PERSON, OURS, CUSTOMER), None),
        ((OURS, SILENT), None),
    ],
)
def test_in_private_it_is_due_at_first_and_after_a_person(thread: Sequence[ThreadMessage], why: Trigger | None) -> None:
    assert owed(*thread) is why


@pytest.mark.parametrize(("hours", "why"), [(23.9, None), (24, Trigger.LAPSE), (900, Trigger.LAPSE)])
def test_it_is_due_again_after_a_lapse(hours: float, why: Trigger | None) -> None:
    ours = OURS.model_copy(update={"created_at": NOW - timedelta(hours=hours)})
    assert owed(ours, CUSTOMER) is why
    recent = CUSTOMER.model_copy(update={"created_at": NOW - timedelta(hours=1)})
    assert owed(ours, recent) is None


def test_the_brand_sets_the_lapse() -> None:
    ours = OURS.model_copy(update={"created_at": NOW - timedelta(hours=2)})
    at = mention(thread=(ours,)).model_copy(update={"created_at": NOW})
    assert due(at, automated=True) is None
    assert due(at, automated=True, lapse=timedelta(hours=2)) is not None


def test_in_public_it_is_always_due_and_never_for_a_person() -> None:
    assert owed(OURS, visibility=PUBLIC) is Trigger.PUBLIC
    assert owed(automated=False) is None
    assert owed(automated=False, visibility=PUBLIC) is None


@pytest.mark.parametrize(
    ("channel", "rules"),
    [
        ("x", ("eu-ai-act-50", "ca-bot-act", "x-automation")),
        ("instagram", ("eu-ai-act-50", "ca-bot-act", "meta-automation")),
        ("whatsapp", ("eu-ai-act-50", "ca-bot-act", "meta-automation")),
        ("email", ("eu-ai-act-50", "ca-bot-act")),
    ],
)
def test_the_rules_that_demand_it_are_named(channel: str, rules: tuple[str, ...]) -> None:
    found = due(mention(channel=channel), automated=True)
    assert found is not None
    assert found.rules == rules
    assert found.note().severity is Severity.NOTE
    assert all(rule in found.note().message for rule in rules)


def blocked(text: str, *, automated: bool = True, visibility: Visibility = PUBLIC) -> bool:
    return bool(list(check(text, mention=mention(visibility=visibility), automated=automated)))


def test_an_automated_text_without_it_is_blocked() -> None:
    assert blocked("Yes.")
    assert not blocked("Yes. (Automated reply)")
    assert not blocked("Yes.", automated=False)


@pytest.mark.parametrize(
    "text",
    [
        "I'm not a bot.",
        "No, I am not an automated system.",
        "You're talking to a real person.",
        "This is a human agent, I'm a human.",
        "Ich bin ein Mensch.",
    ],
)
def test_a_machine_never_says_that_it_is_none(text: str) -> None:
    assert denies(text)
    assert blocked(f"{text} (Automated reply)")
    assert not blocked(text, automated=False)


@pytest.mark.parametrize(
    "text",
    [
        "This is an automated reply. If you'd rather talk to a person, just say so.",
        "You can ask to be connected to a human agent.",
        "This is not a person's account.",
    ],
)
def test_offering_a_person_denies_nothing(text: str) -> None:
    assert not denies(text)


def test_what_a_person_changed_is_worded_so_where_the_brand_says_how() -> None:
    known = pack()
    assert text_for(known, channel="x", language="en", assisted=True) == "(Automated reply)"
    english = known.brand.disclosure["en"].model_copy(
        update={"assisted_short": "(AI assistant, edited)", "answer": "Yes, I'm an automated assistant."}
    )
    brand = known.brand.model_copy(update={"disclosure": {"en": english}})
    worded = known.model_copy(update={"brand": brand})
    assert text_for(worded, channel="x", language="en", assisted=True) == "(AI assistant, edited)"
    assert text_for(worded, channel="x", language="en") == "(Automated reply)"
    assert text_for(worded, channel="email", language="en", assisted=True) == "I'm Skylark Air's automated assistant."
    assert answer_for(worded, language="en") == "Yes, I'm an automated assistant."
    assert answer_for(known, language="en") == "I'm Skylark Air's automated assistant."


@pytest.mark.parametrize(
    "text",
    [
        "No bots here, just us humans.",
        "Human here!",
        "You are chatting with Sarah, a real person.",
        "There's a person behind this account.",
        "A human wrote this.",
        "This was typed by a person.",
        "This isn't an automated reply.",
        "We don't use AI.",
        "Hier schreibt ein Mensch.",
        "Hier antwortet kein Bot.",
        "Je ne suis pas un robot.",
        "C'est une personne qui vous répond.",
        "No soy un robot.",
        "Te responde una persona.",
    ],
)
def test_every_way_to_say_that_a_person_wrote_is_a_denial(text: str) -> None:
    assert denies(text)
    assert not is_present(text)


@pytest.mark.parametrize(
    "text",
    [
        "If you'd rather talk to a person, just say so.",
        "A person will look at it.",
        "One of our team, a person, will read this.",
        "I'm an AI assistant, not a person.",
    ],
)
def test_speaking_of_a_person_denies_nothing(text: str) -> None:
    assert not denies(text)


@pytest.mark.parametrize(
    "text",
    [
        "We'll send you an automated message.",
        "Our virtual assistant in the app can help.",
        "Is this a bot?",
        "You asked if this is a bot: no, it isn't.",
        "The automatic system of the airport sent it.",
    ],
)
def test_a_machine_somewhere_else_or_in_a_question_is_no_disclosure(text: str) -> None:
    assert not is_present(text)


@pytest.mark.parametrize("text", ["This answer was generated by AI.", "Réponse générée par une IA", "Generado por IA"])
def test_generated_by_a_machine_is_a_disclosure(text: str) -> None:
    assert is_present(text)


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("No pets. – AI assistant", "No pets."),
        ("No pets. Thanks! – AI assistant, edited by our team", "No pets. Thanks!"),
        ("No pets.\n\n– AI assistant Thanks!", "No pets.\n\nThanks!"),
        ("No pets. – AI assistant\n\nThanks!", "No pets.\n\nThanks!"),
        ("– AI assistant No pets.", "No pets."),
    ],
)
def test_no_piece_of_a_disclosure_stays(said: str, left: str) -> None:
    """One wording begins the other: edits were kept with ", edited by our team", as if agents had written it."""
    worded = Disclosure(
        short="– AI assistant", long="This is an automated reply.", assisted_short="– AI assistant, edited by our team"
    )
    known = pack()
    known = known.model_copy(update={"brand": known.brand.model_copy(update={"disclosure": {"en": worded}})})
    own = Claim(text="– AI assistant", kind=ClaimKind.DISCLOSURE)
    drafted = Draft(text="No pets. – AI assistant", claims=(own,), drafter="scripted", language="en")
    assert without(said, drafted, pack=known) == left
