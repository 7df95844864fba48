"""Silence is for those who want no answer, for sure, and need no person."""

import pytest

from assistant.domain.cues import questions_in
from assistant.domain.silence import has_words, in_danger, silent_reasons
from assistant.domain.understanding import FiredSensitivity, Understanding
from assistant.domain.vocabulary import Reason, Sensitivity, Stance, Visibility
from tests import pipeline_builders as build

TROLL = build.understanding(stance=Stance.TROLL, respond=False, in_scope=False)
SPAM = TROLL.model_copy(update={"stance": Stance.SPAM})


def silent(
    understanding: Understanding,
    text: str = "lol",
    *,
    exposed: bool = False,
    visibility: Visibility = Visibility.PUBLIC,
) -> frozenset[Reason]:
    mention = build.mention(text, visibility=visibility)
    return silent_reasons(mention, understanding, exposed=exposed, pack=build.pack())


def test_a_troll_is_met_with_silence() -> None:
    assert silent(TROLL) == {Reason.TROLL}
    assert silent(TROLL, "🙃") == {Reason.TROLL, Reason.EMPTY}


@pytest.mark.parametrize(
    "but",
    [
        {"respond": True},
        {"confidence": build.SURE | {"respond": 0.59}},
        {"confidence": build.SURE | {"stance": 0.4, "stance_answered": 0.18}},
        {"confidence": {"respond": 0.95}},
        {"confidence": {}},
        {"sensitivity": (FiredSensitivity(category=Sensitivity.BOT_QUESTION, score=0.9),)},
        {"stance": Stance.QUESTION},
        {"language": "de"},
        {"language": "und"},
        {"in_scope": True},
    ],
)
def test_but_not_where_somebody_may_want_or_need_an_answer(but: dict[str, object]) -> None:
    assert silent(TROLL.model_copy(update=but)) == frozenset()


def test_exposed_data_wants_eyes_except_in_spam() -> None:
    assert silent(TROLL, exposed=True) == frozenset()
    assert silent(SPAM, "crypto profits guaranteed, whatsapp me", exposed=True) == {Reason.SPAM}


@pytest.mark.parametrize("text", ["", "😭", "..."])
def test_without_words_there_is_nothing_to_be_sure_of(text: str) -> None:
    wordless = build.understanding(respond=False, in_scope=False, intent=None, language="und", confidence={})
    assert silent(wordless, text) == {Reason.EMPTY}


@pytest.mark.parametrize("text", ["any seats left?", "🧳❓", "¿hola？"])
def test_who_asks_is_not_left_alone_except_in_spam(text: str) -> None:
    assert silent(TROLL, text) == frozenset()
    assert silent(SPAM, "Want free followers? Click the link in my bio, limited offer") == {Reason.SPAM}


@pytest.mark.parametrize(
    "text",
    [
        "so excited about the 99 dollar deal but I have been trying to book all week and the page never loads",
        "£25 to talk to a person and £30 to change my booking, a rip-off, I paid for flex",
    ],
)
def test_who_complains_of_prices_in_the_words_of_adverts_is_heard(text: str) -> None:
    assert silent(SPAM, text) == frozenset()
    certain = build.SURE | {"stance": 0.99, "stance_answered": 0.005}
    assert silent(SPAM.model_copy(update={"confidence": certain}), text) == frozenset()


def test_an_advert_that_tells_of_failures_says_where_to_write() -> None:
    text = "My bank lied, no answer for months, then this crypto expert got all of it back, text him on telegram"
    assert silent(SPAM, text) == {Reason.SPAM}


def test_a_vague_guess_at_an_intent_does_not_make_a_troll_a_customer() -> None:
    assert silent(TROLL.model_copy(update={"in_scope": True, "intent_confidence": 0.59})) == {Reason.TROLL}


@pytest.mark.parametrize(("stance", "alone"), [(Stance.BYSTANDER, False), (Stance.RAGER, False), (Stance.ABUSE, True)])
def test_in_private_nobody_just_passes_by(stance: Stance, alone: bool) -> None:
    written = TROLL.model_copy(update={"stance": stance})
    assert bool(silent(written, "muppets", visibility=Visibility.PRIVATE)) is alone
    assert silent(written, "muppets")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", False),
        (" \n", False),
        ("😭!?", False),
        ("@larkspurair 🖕", False),
        ("@larkspurair ok", True),
        ("ok", True),
        ("7", True),
        ("ß", True),
    ],
)
def test_words_are_letters_or_digits(text: str, words: bool) -> None:
    assert has_words(text) is words


@pytest.mark.parametrize("stance", [Stance.ABUSE, Stance.TROLL, Stance.RAGER, Stance.BYSTANDER])
@pytest.mark.parametrize(
    "text",
    [
        "sitting here with the tablets in front of me. nobody would notice anyway",
        "next time i'm at that desk in cork somebody is getting a slap, i swear to god",
        "next counter I see I'm putting the trolley through someone",
        "if I see that engineer again I'll break his hands",
        "Ich stech euch ab, ich hab ein Messer",
        "je vais te tuer",
        "oil is dripping out of the engine on stand 12, nobody seems to see it",
        "os voy a matar a todos",
    ],
)
def test_words_of_danger_are_never_met_with_silence(stance: Stance, text: str) -> None:
    read = TROLL.model_copy(update={"stance": stance})
    assert silent(read, text) == frozenset()
    assert in_danger(build.mention(text), read)
    assert in_danger(build.mention("whatever", thread=(build.said("customer", text),)), read)
    assert not in_danger(build.mention(text), SPAM)


@pytest.mark.parametrize("text", ["brain dead muppets", "you're a bin fire with a loyalty programme"])
def test_a_figure_of_speech_is_no_danger(text: str) -> None:
    assert silent(TROLL, text) == {Reason.TROLL}


def test_the_margin_is_inclusive() -> None:
    exactly = TROLL.model_copy(update={"confidence": build.SURE | {"stance": 0.75, "stance_answered": 0.25}})
    assert silent(exactly) == {Reason.TROLL}


@pytest.mark.parametrize(
    "text",
    [
        "heading to Lyon for the weekend on Light. what size of rucksack gets past the gate people",
        "flying friday, can i bring a pram",
        "just wondering if the bar is open on board",
        "does skylark fly hedgehogs in the cabin. mine is tiny",
        "thx a million to the crew of the Faro flight",
        "lovely landing",
    ],
)
def test_questions_without_a_mark_and_thanks_are_not_passing_by(text: str) -> None:
    assert silent(TROLL.model_copy(update={"stance": Stance.BYSTANDER}), text) == frozenset()


@pytest.mark.parametrize(
    "text", ["what a shower of clowns", "what rubbish", "clowns. absolute clowns. the whole circus with wings"]
)
def test_an_exclamation_is_no_question(text: str) -> None:
    assert silent(TROLL, text) == {Reason.TROLL}


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("how much is a 20 kg bag if i add it online after booking (Dublin to Naples)", 1),
        ("wifi on the Dublin - Rome flight?", 1),
        ("my handbag AND a small rucksack, is that one item or two??? flying to Porto friday", 1),
        ("May I bring a pram and a car seat?", 1),
        ("We land at nine and are staying with friends. Is the bus still running?", 1),
        ("laptop bag plus wheelie case to Boston, both allowed in the cabin. right?", 1),
        ("no question here", 0),
        ("Where in Dublin can I get my suitcase wrapped in plastic and what do they charge?", 2),
        ("hiya, is there a suitcase in with a Standard ticket to Prague and how heavy can it be", 2),
        ("do you take bikes & does it have to be boxed? Palma in May", 2),
        ("Can my dog fly with me? What does it cost?", 2),
    ],
)
def test_things_asked_are_counted(text: str, asked: int) -> None:
    assert questions_in(text) == asked


def read_as(stance: Stance, *, likely: float = 0.6) -> Understanding:
    return TROLL.model_copy(update={"stance": stance, "confidence": build.SURE | {"stance": likely}})


@pytest.mark.parametrize("stance", [Stance.TROLL, Stance.RAGER, Stance.BYSTANDER, Stance.ABUSE, Stance.SPAM])
@pytest.mark.parametrize(
    "text",
    [
        "@oakbasket DM sent",
        "@oakbasket it's the blue one, size 9",
        "@oakbasket nope",
        "@oakbasket your delivery drivers are idiots, third parcel over the wall this month",
        "@oakbasket really hope the night bus comes back",
        "@oakbasket sixty people and one till open, what a joke",
        "@oakbasket no ramp, no lift, no sorry",
    ],
)
def test_replies_wishes_and_complaints_to_the_brand_are_heard(stance: Stance, text: str) -> None:
    assert silent(read_as(stance, likely=0.9), text) == frozenset()


@pytest.mark.parametrize(
    ("stance", "text"),
    [
        (Stance.BYSTANDER, "RT @oakbasket: new week, new bread https://example.com/x"),
        (Stance.BYSTANDER, "counted four of their lorries on the ring road with my son"),
        (Stance.ABUSE, "@oakbasket vermin, the lot of you"),
        (Stance.ABUSE, "whoever types these is a spineless worm and a cretin"),
        (Stance.TROLL, "your mascot looks like a wet sock"),
        (Stance.RAGER, "Oakbasket. because walking was too reliable"),
        (Stance.SPAM, "these drops melted my belly in nine days, link in bio, code SLIM40, 40% off"),
    ],
)
def test_what_wants_nothing_stays_unanswered(stance: Stance, text: str) -> None:
    assert silent(read_as(stance), text)


def test_a_stance_alone_is_no_evidence() -> None:
    assert silent(read_as(Stance.SPAM), "our new boiler is blue") == frozenset()
    assert silent(read_as(Stance.ABUSE), "our new boiler is blue") == frozenset()


def test_a_beyond_doubt_stance_needs_fewer_words_unless_it_is_said_to_somebody() -> None:
    text = "should really hire a goat to run the page"
    assert silent(read_as(Stance.TROLL, likely=0.79), text) == frozenset()
    assert silent(read_as(Stance.TROLL, likely=0.8), text) == {Reason.TROLL}
    assert silent(read_as(Stance.TROLL, likely=0.9), f"@oakbasket {text}") == frozenset()


def test_in_a_thread_with_us_only_the_beyond_doubt_is_left_alone() -> None:
    answered = build.mention("blue, obviously", thread=(build.said("brand", "Which colour was it?"),))
    silence = [
        bool(silent_reasons(answered, read_as(Stance.TROLL, likely=likely), exposed=False, pack=build.pack()))
        for likely in (0.6, 0.9)
    ]
    assert silence == [False, True]


@pytest.mark.parametrize(
    "text", ["my neighbour flew with larkspur, the crew clapped", "lovely light, my seat is perfect"]
)
def test_who_surely_passes_by_may_speak_of_a_flight_or_praise(text: str) -> None:
    read = TROLL.model_copy(update={"stance": Stance.BYSTANDER})
    surely = read.model_copy(update={"confidence": build.SURE | {"stance": 0.9, "stance_answered": 0.045}})
    barely = read.model_copy(update={"confidence": build.SURE | {"stance": 0.9, "stance_answered": 0.046}})
    assert silent(surely, text) == {Reason.BYSTANDER}
    assert silent(barely, text) == frozenset()
    assert silent(surely, f"@larkspurair {text}") == frozenset()
    assert silent(surely, f"{text}. any seats left?") == frozenset()


def test_a_bystander_is_certain_where_some_stance_is_that_wants_no_answer() -> None:
    split = {"stance": 0.6, "stance_answered": 0.05}
    passing = TROLL.model_copy(update={"stance": Stance.BYSTANDER, "confidence": build.SURE | split | {"respond": 0.9}})
    assert silent(passing, "would be a great name for a band") == {Reason.BYSTANDER}
    for other in (
        passing.model_copy(update={"confidence": build.SURE | split | {"respond": 0.89}}),
        passing.model_copy(update={"stance": Stance.TROLL}),
    ):
        assert silent(other, "would be a great name for a band") == frozenset()
