import pytest

from assistant.guardrails.facts import facts_of, missing

SAID_OF = {
    "Bag drop closes at 18:30.": (
        ["closes at half past five", "closes at quarter to seven", "closes at five thirty pm", "closes at 18.35",
         "closes at seven in the evening", "closes at twenty past six", "closes at ten to seven",
         "closes at half six am",
         "schließt um halb sechs", "schließt um viertel nach sechs", "ferme à six heures et quart",
         "cierra a las siete y media"],
        ["closes at half past six", "closes at half six", "closes at six thirty in the evening", "closes at 18.30.",
         "closes at 6.30pm", "schließt um halb sieben", "cierra a las seis y media"],
    ),
    "The fee is EUR 60.": (
        ["is 60 bucks", "is 60 quid", "is 60 zł", "is 60 kr", "is ₺60", "is 60 AED", "is R$ 60", "is a fiver",
         "is double", "is twice the fare", "is half the price", "is 65ct", "ist siebzig Euro", "es de setenta euros",
         "est de soixante-dix euros", "est de quatre-vingts euros", "is 70ユーロ"],
        ["is sixty euros", "is €60,00", "es de sesenta euros", "est de soixante euros"],
    ),
    "You have 24 hours to cancel, or 10 working days by post.": (
        ["a fortnight", "a couple of days", "a few weeks", "several months", "24 working hours",
         "vous avez quinze jours", "tienes dos semanas", "zwölf Tage"],
        ["twenty-four hours", "a few days"],
    ),
    "It ends on 5 March 2026.": (
        ["ends on the sixth of March", "ends on the twenty-fifth of March", "ends in spring", "ends March the sixth",
         "3月6日"],
        ["ends on the fifth of March", "ends 5 Mar 2026", "ends March the fifth", "3月5日"],
    ),
    "Up to 10 % off.": (["a third off", "half off"], ["ten percent off"]),
    "The fare is £60.": (["is 70 pounds", "is seventy pounds"], ["is 60 pounds", "is sixty pounds", "is 60 quid"]),
    "You get twice the fare.": (["three times 3x the fare", "triple the fare"], ["double the fare"]),
}  # fmt: skip


WRONG = [(each, said) for each, (wrong, _) in SAID_OF.items() for said in wrong]
RIGHT = [(each, said) for each, (_, right) in SAID_OF.items() for said in right]


@pytest.mark.parametrize(("source", "said"), WRONG)
def test_a_quantity_in_words_that_the_source_does_not_name_is_missing(source: str, said: str) -> None:
    assert missing(f"It {said}.", [source])


@pytest.mark.parametrize(("source", "said"), RIGHT)
def test_the_same_quantity_in_other_words_is_held(source: str, said: str) -> None:
    assert not missing(f"It {said}.", [source])


@pytest.mark.parametrize(
    "text",
    [
        "There is tension at the tennis tent.",
        "Double-check your name.",
        "See it in the hall.",
        "Our second team is here.",
        "It is first come, first served.",
    ],
)
def test_words_that_only_look_like_numbers_are_none(text: str) -> None:
    assert not facts_of(text)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("in ten to twenty days", {"10 day", "20 day"}),
        ("in five to seven working days", {"5 workday", "7 workday"}),
    ],
)
def test_a_range_is_no_time_of_day(text: str, values: set[str]) -> None:
    assert {fact.value for fact in facts_of(text)} == values
