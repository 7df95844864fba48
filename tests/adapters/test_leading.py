"""A private answer begins with what was asked, and what isn't near it is left out."""

from collections.abc import Sequence

import pytest

from assistant.adapters.leading import answer_first, names_in, pieces_of
from assistant.domain.draft import Claim
from assistant.domain.mention import Author
from assistant.domain.vocabulary import ClaimKind, DraftMode, Visibility
from assistant.guardrails.sentences import split_sentences
from assistant.guardrails.words import content
from tests import pipeline_builders as build
from tests.adapters.test_answering import facet
from tests.adapters.test_draft_modes import extractive, pack, request, texts

FORM = "Fill in the form at https://larkspurair.example/lost as soon as you can."
KEPT = "Lockers are emptied on Sundays."
POST = "We post a found umbrella for a fee of EUR 9. It takes a week."
OPEN = "The counter is open from 8 to 20."
PHONE = "A stolen phone is a case for the police."


def claims(text: str) -> tuple[Claim, ...]:
    return tuple(Claim(text=sentence, kind=ClaimKind.POLICY) for sentence in split_sentences(text))


def said(question: str, *sentences: str, pointed: Sequence[str] = (), asked: int = 1, names: Sequence[str] = ()) -> str:
    def shared(texts: Sequence[str]) -> list[float]:
        return [float(len(content(question) & content(text))) for text in texts]

    told = answer_first(
        claims(" ".join(sentences)), [claims(text) for text in pointed], shared, asked=asked, names=frozenset(names)
    )
    return " ".join(claim.text for claim in told)


def test_the_sentence_that_answers_leads() -> None:
    told = said("When is the counter open?", FORM, KEPT, POST, OPEN)
    assert told.startswith(OPEN)


def test_what_leans_on_a_sentence_stays_behind_it() -> None:
    told = said("How long does posting the umbrella take?", FORM, KEPT, OPEN, POST)
    assert told.startswith(POST)


def test_what_is_not_near_is_left_out_but_for_a_way_to_do_it() -> None:
    told = said("A stolen phone and an open locker?", FORM, KEPT, POST, OPEN, PHONE)
    assert told == f"{PHONE} {FORM} {KEPT} {OPEN}"


def test_with_several_questions_nothing_is_left_out_and_without_one_nothing_is_moved() -> None:
    sentences = (FORM, KEPT, POST, OPEN, PHONE)
    several = said("When is the counter open? And a stolen phone?", *sentences, asked=2)
    assert all(sentence in several for sentence in sentences)
    assert said("My phone was stolen", *sentences, asked=0).startswith(FORM)


def test_cases_of_one_rule_are_said_together() -> None:
    flex, light = "Flex gets all of its money back.", "On Light only taxes return."
    told = said("What of a stolen phone, the counter and lockers?", flex, light, KEPT, OPEN, PHONE, names=("Light",))
    assert (flex in told) == (light in told)
    assert not names_in(["Bags are free. Bags weigh 8 kg."])
    assert names_in(["It is free on Flex, Light and Plus."]) == {"Flex", "Light", "Plus"}


def test_an_exception_stays_with_its_rule() -> None:
    rule, unless = "Compensation is due when you arrive late.", "It isn't due in a storm."
    told = said("Is compensation due? My phone was stolen at the open counter.", KEPT, OPEN, PHONE, FORM, rule, unless)
    assert rule not in told or unless in told
    assert f"{rule} {unless}" in pieces_of(claims(f"{OPEN} {rule} {unless}"))
    none, otherwise = "There is no fee in winter.", "If you lost a key, ask the guard."
    told = said(
        "A stolen phone at the open counter of the locker?", KEPT, OPEN, PHONE, FORM, "A key costs EUR 9.", none
    )
    assert none not in told
    told = said(
        "What does a key cost?", KEPT, OPEN, PHONE, "A key costs EUR 9.", none, "If it broke, ask us.", otherwise
    )
    assert told.startswith(f"A key costs EUR 9. {none}")
    assert ("If it broke" in told) == (otherwise in told)


def test_a_reply_to_just_that_question_leads_where_no_sentence_says_it() -> None:
    keys = "Keys are never posted abroad."
    assert said("Are keys posted abroad?", FORM, KEPT, OPEN, pointed=[keys]).startswith(keys)
    assert said("Is the counter open?", FORM, KEPT, OPEN, pointed=["The counter is open."]).startswith(OPEN)


def test_what_a_reply_said_is_not_said_again_unless_it_adds_a_figure() -> None:
    lead = "Found umbrellas are posted abroad and at home, wherever you live."
    again, figure = "A found umbrella is posted at home.", "A found umbrella is posted for EUR 9."
    told = said("Are umbrellas posted abroad, wherever I live?", FORM, again, figure, pointed=[lead])
    assert told.startswith(lead)
    assert again not in told
    assert figure in told


def test_regret_stays_in_front() -> None:
    sorry = Claim(text="We're sorry about this.", kind=ClaimKind.EMPATHY)
    told = answer_first((sorry, *claims(f"{FORM} {OPEN}")), (), lambda texts: [0.0, 1.0], asked=1)
    assert [claim.text for claim in told] == [sorry.text, OPEN, FORM]


ALL = " ".join((FORM, KEPT, POST, OPEN))
KEYS = "Keys are never posted abroad."
PRIVATE = build.article(
    "lost",
    replies=(
        facet("Lost something? Fill in the form."),
        facet(KEYS, "keys abroad mail"),
        facet("Hello {first_name}, locker keys are free.", "locker keys"),
        facet(ALL, visibility=Visibility.PRIVATE),
    ),
    body=f"# Lost\n\n{ALL} {KEYS} Locker keys are free.",
)


async def told(question: str, mode: DraftMode, name: str = "") -> str:
    asked = request(pack(mode, PRIVATE), text=question, visibility=Visibility.PRIVATE, author=Author(name=name))
    return " ".join(texts(await extractive(asked)))


@pytest.mark.parametrize(("question", "lead"), [("When is the counter open?", OPEN), ("Are keys posted abroad?", KEYS)])
async def test_a_private_answer_begins_with_what_was_asked(question: str, lead: str) -> None:
    assert (await told(question, DraftMode.COMPOSED)).startswith(lead)
    assert (await told(question, DraftMode.STRICT)) == ALL


async def test_a_field_is_filled_or_the_reply_cant_lead() -> None:
    asked = "Are locker keys free?"
    assert (await told(asked, DraftMode.COMPOSED, name="Ana Silva")).startswith("Hello Ana, locker keys are free.")
    assert "{" not in await told(asked, DraftMode.COMPOSED)
