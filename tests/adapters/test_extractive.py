"""Approved wording by channel and audience, fitted whole, cited; nothing where nothing stands behind it."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.adapters.extractive import Extractive
from assistant.domain.brand import ChannelPolicy, Connection, Disclosure
from assistant.domain.draft import Draft
from assistant.domain.knowledge import Article, Evidence, Hit
from assistant.domain.mention import Author
from assistant.domain.understanding import FiredSensitivity, Understanding
from assistant.domain.vocabulary import Audience, ClaimKind, Sensitivity, Sentiment, Severity, Stance, Visibility
from assistant.errors import PromptInvalid
from assistant.guardrails import disclosure, fit
from assistant.kb.split import split as cut_by_structure
from assistant.pipeline.check import check
from assistant.ports import Drafted, DraftRequest
from assistant.prompts import Prompts
from tests import pipeline_builders as build

PROMPTS = Prompts(Path(__file__).parents[2] / "prompts")
PRAISE = build.understanding(intent="general_praise", stance=Stance.PRAISE, sentiment=Sentiment.POSITIVE)
UPSET = build.understanding(sentiment=Sentiment.NEGATIVE, stance=Stance.COMPLAINT)


def request(
    *articles: Article,
    understanding: Understanding | None = None,
    evidence: Evidence | None = None,
    text: str = "How big can my cabin bag be?",
    **mention: object,
) -> DraftRequest:
    known = articles or (build.article(), build.REFUNDS)
    return DraftRequest(
        mention=build.mention(text, **mention),
        understanding=understanding or build.understanding(),
        evidence=evidence or build.evidence((known[0], 0.8)),
        passages=tuple(passage for article in known for passage in build.passages_of(article)),
        pack=build.pack(
            articles=known, fingerprint=",".join(article.id for article in known) + str(len(known[0].replies))
        ),
    )


async def drafted(asked: DraftRequest) -> Drafted:
    return await Extractive(PROMPTS).draft(asked)


async def draft_of(asked: DraftRequest) -> Draft:
    found = await drafted(asked)
    assert found.draft is not None, found.why
    return found.draft


@pytest.mark.parametrize(("confidence", "answered"), [(0.3, True), (0.69, True), (0.7, False), (0.99, False)])
async def test_what_is_surely_in_another_language_gets_no_draft(confidence: float, answered: bool) -> None:
    understanding = build.understanding(language="und")
    sure = {**understanding.confidence, "language": confidence}
    found = await drafted(request(understanding=understanding.model_copy(update={"confidence": sure})))
    assert (found.draft is not None) is answered
    assert ("the language it is written in" in found.why) is not answered


async def test_a_question_gets_the_approved_answer_with_its_sources() -> None:
    draft = await draft_of(request())
    assert draft.text == build.BAGS_PUBLIC
    assert draft.drafter == "extractive"
    assert draft.article_ids == ("cabin-bags",)
    assert [claim.kind for claim in draft.claims] == [ClaimKind.POLICY, ClaimKind.POLICY]
    first = draft.claims[0].citations[0]
    assert first.passage_id == "cabin-bags@2#1"
    assert first.quote == "Every fare includes one small bag of up to 40x30x20 cm under the seat."


async def test_every_quote_stands_in_its_passage() -> None:
    asked = request(visibility=Visibility.PRIVATE)
    texts = {passage.id: passage.text for passage in asked.passages}
    for claim in (await draft_of(asked)).claims:
        assert claim.citations
        assert all(citation.quote in texts[citation.passage_id] for citation in claim.citations)


async def test_short_channels_get_short_wording() -> None:
    assert (await draft_of(request(channel="x"))).text == build.BAGS_SHORT


async def test_wording_made_for_a_channel_goes_first() -> None:
    made = build.article(
        replies=(*build.article().replies, build.reply("Small bags are 40x30x20 cm.", channels=("x",)))
    )
    assert (await draft_of(request(made, channel="x"))).text == "Small bags are 40x30x20 cm."


async def test_private_wording_stays_private() -> None:
    assert "EUR 59" in (await draft_of(request(visibility=Visibility.PRIVATE))).text
    only_private = build.article(replies=(build.reply(build.BAGS_PRIVATE, visibility=Visibility.PRIVATE),))
    assert "EUR 59" not in (await draft_of(request(only_private))).text


async def test_private_falls_back_to_public_wording() -> None:
    public = build.article(replies=(build.reply(build.BAGS_PUBLIC),))
    assert (await draft_of(request(public, visibility=Visibility.PRIVATE))).text == build.BAGS_PUBLIC


async def test_an_upset_author_reads_empathy_first() -> None:
    draft = await draft_of(request(understanding=UPSET))
    assert draft.claims[0].kind is ClaimKind.EMPATHY
    assert draft.claims[0].text in build.VOICE.empathy
    assert draft.text.endswith(build.BAGS_PUBLIC)


@pytest.mark.parametrize("own", ["We're sorry to hear that.", "We're sorry the cabin wasn't as it should be."])
async def test_empathy_is_said_once(own: str) -> None:
    sorry = build.article(replies=(build.reply(f"{own} {build.BAGS_PUBLIC}"),))
    draft = await draft_of(request(sorry, understanding=UPSET))
    assert draft.text == f"{own} {build.VOICE.next_step_public[0]} {build.BAGS_PUBLIC}"


async def test_a_wrong_belief_is_put_right_without_regret() -> None:
    wrong = build.understanding(sentiment=Sentiment.NEGATIVE, stance=Stance.MISGUIDED)
    assert (await draft_of(request(understanding=wrong))).text == build.BAGS_PUBLIC


@pytest.mark.parametrize(
    ("stance", "sure", "regret"),
    [
        (Stance.COMPLAINT, 0.4, True),
        (Stance.QUESTION, 0.9, True),
        (Stance.QUESTION, 0.5, False),
        (Stance.SPAM, 0.9, False),
    ],
)
async def test_regret_is_for_who_complains_or_is_surely_upset(stance: Stance, sure: float, regret: bool) -> None:
    read = build.understanding(sentiment=Sentiment.NEGATIVE, stance=stance)
    read = read.model_copy(update={"confidence": {**read.confidence, "sentiment": sure}})
    said = (await draft_of(request(understanding=read))).claims
    assert any(claim.kind is ClaimKind.EMPATHY for claim in said) is regret


async def test_a_sentence_that_ends_in_an_address_ends_its_line() -> None:
    address = "Choose free of charge at https://larkspurair.example/manage"
    choosing = build.article("refund-times", intents=("refund_status",), replies=(build.reply(address),))
    draft = await draft_of(request(choosing, understanding=build.understanding(intent="refund_status")))
    assert draft.text == f"{address}\n{build.VOICE.next_step_public[0]}"


@pytest.mark.parametrize(
    ("visibility", "way"),
    [
        (Visibility.PUBLIC, build.VOICE.next_step_public[0]),
        (Visibility.PRIVATE, build.VOICE.next_step_private[0]),
    ],
)
async def test_what_needs_the_account_says_how_a_person_is_reached(visibility: Visibility, way: str) -> None:
    refund = build.understanding(intent="refund_status")
    draft = await draft_of(request(build.REFUNDS, understanding=refund, visibility=visibility))
    assert draft.text == f"A card refund reaches you in 5-10 working days after approval. {way}"
    assert draft.claims[-1].kind is ClaimKind.COURTESY


async def test_the_way_to_a_person_is_said_once() -> None:
    said = build.article(
        "refund-times", intents=("refund_status",), replies=(build.reply(build.VOICE.next_step_public[0]),)
    )
    draft = await draft_of(request(said, understanding=build.understanding(intent="refund_status")))
    assert draft.text == build.VOICE.next_step_public[0]


async def test_what_surrounds_the_answer_gives_way_before_the_answer_does() -> None:
    answer = "A card refund takes 5-10 working days. " + "It goes back to the card that paid it then. " * 5
    crowded = build.article(
        "refund-times", intents=("refund_status",), replies=(build.reply(answer.strip(), channels=("short",)),)
    )
    upset = UPSET.model_copy(update={"intent": "refund_status"})
    draft = await draft_of(request(crowded, understanding=upset, channel="x"))
    assert draft.text == answer.strip()


async def test_wording_too_long_gives_way_to_shorter_wording() -> None:
    long = build.article(
        replies=(
            build.reply("Bags may be big. " * 30, channels=("x",)),
            build.reply(build.BAGS_SHORT, channels=("short",)),
        )
    )
    assert (await draft_of(request(long, channel="x"))).text == build.BAGS_SHORT


async def test_no_sentence_is_ever_cut() -> None:
    long = build.article(replies=(build.reply("Bags may be big. " * 30),))
    found = await drafted(request(long, channel="x"))
    assert found.draft is None
    assert "cabin-bags" in found.why


async def test_praise_gets_thanks_and_no_facts() -> None:
    thanking = build.article(
        "thank-the-crew", intents=("general_praise",), replies=(build.reply("What a kind message to read. Thank you."),)
    )
    seen = set()
    for number in range(60):
        draft = await draft_of(request(thanking, understanding=PRAISE, text="Lovely flight!", id=f"m{number}"))
        assert {claim.kind for claim in draft.claims} == {ClaimKind.COURTESY}
        assert not any(claim.citations for claim in draft.claims)
        assert draft.article_ids == (("thank-the-crew",) if draft.text.startswith("What") else ())
        seen.add(draft.text)
    assert seen == {*build.VOICE.thanks, "What a kind message to read. Thank you."}


@pytest.mark.parametrize(
    "doubtful",
    [
        PRAISE.model_copy(update={"sentiment": Sentiment.NEGATIVE}),
        PRAISE.model_copy(update={"stance": Stance.COMPLAINT}),
        PRAISE.model_copy(update={"sensitivity": (FiredSensitivity(category=Sensitivity.PROTEST_SARCASM, score=0.9),)}),
    ],
)
async def test_nobody_is_thanked_for_an_insult(doubtful: Understanding) -> None:
    found = await drafted(request(understanding=doubtful, text="Thanks a bunch for losing my bag"))
    assert found.draft is None
    assert "praise" in found.why


async def test_praise_of_something_unknown_is_not_thanked() -> None:
    unknown = PRAISE.model_copy(update={"in_scope": False})
    found = await drafted(request(understanding=unknown, text="So happy for you two"))
    assert (found.draft, found.why) == (None, "sounds like praise, but not beyond doubt")


async def test_who_asks_for_a_person_hears_how_it_goes_on_and_is_not_asked_if_that_helped() -> None:
    person = FiredSensitivity(category=Sensitivity.HUMAN_REQUEST, score=1.0, why="asks for a person")
    understanding = build.understanding(sensitivity=(person,))
    asked = request(understanding=understanding, visibility=Visibility.PRIVATE, text="Can I speak to a human please")
    said = [claim.text for claim in (await draft_of(asked)).claims]
    assert set(said) & set(build.VOICE.next_step_private)
    assert not set(said) & set(build.VOICE.closing_questions)


@pytest.mark.parametrize(
    ("text", "regret"),
    [
        ("@larkspurair is LK 330 going to be cancelled because of the storm?", False),
        ("Will the strike hit my flight tomorrow? Might it be called off?", False),
        ("You cancelled us. Is it going to happen again?", True),
        ("Why was my flight cancelled?", True),
    ],
)
async def test_nothing_is_regretted_that_has_not_happened(text: str, regret: bool) -> None:
    understanding = build.understanding(stance=Stance.COMPLAINT)
    draft = await draft_of(request(understanding=understanding, visibility=Visibility.PRIVATE, text=text))
    assert (draft.claims[0].kind is ClaimKind.EMPATHY) is regret


async def test_who_complains_gets_a_way_to_a_person_before_facts_that_leave_no_room_for_it() -> None:
    facts = "Seats have a pitch of 74 cm on every one of our aircraft. " * 4
    long = build.article(replies=(build.reply(facts.strip(), channels=("short",)),))
    upset = UPSET.model_copy(update={"intent": "press"})
    draft = await draft_of(request(long, understanding=upset, channel="x"))
    assert draft.claims[0].kind is ClaimKind.EMPATHY
    assert [claim.text for claim in draft.claims[1:]] == list(build.VOICE.next_step_public)


async def test_several_equals_vary_by_mention_and_stay_put() -> None:
    equals = build.article(replies=tuple(build.reply(f"Small bags are {size} cm.") for size in (40, 41, 42)))
    chosen = [(await draft_of(request(equals, id=f"m{number}"))).text for number in range(90)]
    again = [(await draft_of(request(equals, id=f"m{number}"))).text for number in range(90)]
    assert chosen == again
    assert min(Counter(chosen).values()) > 15


async def test_a_thread_does_not_hear_the_same_words_twice() -> None:
    equals = build.article(replies=tuple(build.reply(f"Small bags are {size} cm.") for size in (40, 41)))
    for number in range(20):
        heard = (build.said("assistant", "Small bags are 40 cm. – AI assistant"),)
        assert (await draft_of(request(equals, id=f"m{number}", thread=heard))).text == "Small bags are 41 cm."


async def test_the_article_of_the_intent_is_preferred_where_it_is_nearly_as_good() -> None:
    near = build.evidence((build.REFUNDS, 0.80), (build.article(), 0.76))
    far = build.evidence((build.REFUNDS, 0.80), (build.article(), 0.70))
    assert (await draft_of(request(evidence=near))).article_ids == ("cabin-bags",)
    assert (await draft_of(request(evidence=far))).article_ids == ("refund-times",)


@pytest.mark.parametrize(("first", "second", "answers"), [(0.8, 0.7, True), (0.8, 0.79, False), (0.55, 0.4, False)])
async def test_without_the_intent_only_a_strong_and_clear_best_answers(
    first: float, second: float, answers: bool
) -> None:
    other = build.understanding(intent="general")
    found = build.evidence((build.REFUNDS, first), (build.article(), second))
    assert bool((await drafted(request(evidence=found, understanding=other))).draft) is answers


@pytest.mark.parametrize("score", [0.0, 0.34])
async def test_nothing_near_enough_is_no_answer(score: float) -> None:
    found = await drafted(request(evidence=build.evidence((build.article(), score))))
    assert found.draft is None
    assert found.why


async def test_no_evidence_is_no_answer() -> None:
    assert (await drafted(request(evidence=Evidence()))).draft is None


async def test_guidance_for_agents_is_never_told() -> None:
    internal = build.article(audience=Audience.AGENTS)
    assert (await drafted(request(internal))).draft is None


async def test_a_passage_of_an_older_version_is_not_told() -> None:
    old = build.evidence((build.article(version=1), 0.9))
    assert (await drafted(request(evidence=old))).draft is None


async def test_without_approved_wording_the_best_sentences_are_quoted_word_for_word() -> None:
    bare = build.article(replies=())
    draft = await draft_of(request(bare, text="What does a trolley bag bought at the gate cost?"))
    assert "A trolley bag bought at the gate costs EUR 59." in draft.text
    assert len(draft.claims) <= 2
    body = " ".join(bare.body.split())
    assert all(claim.text in body and claim.citations for claim in draft.claims)


async def test_an_imported_answer_is_quoted_though_it_repeats_nothing_of_its_question() -> None:
    said = "25p a day for each item, up to £6. Children never pay anything."
    fines = build.article(replies=(), title="How much are overdue fines?", summary=said, body=said, questions=())
    assert (await draft_of(request(fines, text="what are the fines for an overdue book"))).text == said
    assert (await drafted(request(fines, text="what are the prices of a guided tour"))).draft is None


async def test_what_stands_before_the_sections_is_quoted_where_the_title_is_what_was_asked() -> None:
    body = "Adults owe 25p a day for each item.\n\n## Lost or damaged\n\nIt costs what a new one does."
    late = build.article(replies=(), title="Overdue fines", summary="All that is owed.", body=body, questions=())
    cut = tuple(cut_by_structure(late))
    found = Evidence(hits=tuple(Hit(passage, 0.8) for passage in cut), answerable=0.8)
    asked = request(late, evidence=found, text="are there overdue fines?")._replace(passages=cut)
    assert "25p a day" in (await draft_of(asked)).text


async def test_a_section_is_quoted_where_its_heading_is_what_was_asked() -> None:
    body = "# Meters\n\n## Booking a visit\n\nUse the app.\n\n## What the lights mean\n\nRed: call us on 105 at once."
    meters = build.article(replies=(), title="Meters", summary="We fit them free of charge.", body=body)
    cut = tuple(cut_by_structure(meters))
    found = Evidence(hits=tuple(Hit(passage, 0.8) for passage in cut), answerable=0.8)
    asked = request(meters, evidence=found, text="what do the lights mean?")._replace(passages=cut)
    assert (await draft_of(asked)).text == "Red: call us on 105 at once."


async def test_the_row_of_a_table_that_is_asked_for_is_quoted_whole() -> None:
    table = "| Bag | At booking | At the gate |\n|---|---|---|\n| Trolley bag | £12 | £35 |\n| Ski bag | £40 | – |"
    fees = build.article(replies=(), title="Fees", summary="What we charge.", body=f"# Fees\n\n{table}", questions=())
    cut = tuple(cut_by_structure(fees))
    found = Evidence(hits=tuple(Hit(passage, 0.8) for passage in cut), answerable=0.8)
    asked = request(fees, evidence=found, text="what is it for a ski bag?")._replace(passages=cut)
    draft = await draft_of(asked)
    (claim,) = draft.claims
    assert claim.text == "Bag: Ski bag; At booking: £40; At the gate: –."
    assert claim.citations[0].quote == "Bag: Ski bag; At booking: £40; At the gate: –"
    result = check(draft, mention=asked.mention, sentiment=Sentiment.NEUTRAL, passages=cut, pack=asked.pack)
    assert [found for found in result.findings if found.severity is not Severity.NOTE] == []
    parrot = request(fees, evidence=found, text="can my parrot come at the gate?")._replace(passages=cut)
    assert (await drafted(parrot)).draft is None, "a heading alone names no row"


async def test_without_approved_wording_or_a_near_sentence_nothing_is_said() -> None:
    bare = build.article(replies=(), body="| bag | cm |\n|---|---|\n| small | 40 |", summary="Sizes")
    assert (await drafted(request(bare, text="Can I bring a parrot?"))).draft is None


async def test_a_language_without_wording_gets_none() -> None:
    found = await drafted(request(understanding=build.understanding(language="de")))
    assert found.draft is None
    assert "de" in found.why


async def test_a_template_may_order_words_but_not_add_any(tmp_path: Path) -> None:
    header = "{#\nabout: x\ninputs: empathy, answer, next_step\nschema: x\n-#}\n"
    body = "{{ empathy or '' }}\n{{ answer | join('\n') }}\n{{ next_step or '' }}\nBest regards\n"
    (tmp_path / "reply_extractive.j2").write_text(header + body, "utf-8")
    with pytest.raises(PromptInvalid, match="nothing else"):
        await Extractive(Prompts(tmp_path)).draft(request())


async def test_the_followers_of_an_author_never_change_a_word() -> None:
    few = request(understanding=UPSET, author=Author(handle="@a", followers=3))
    many = request(understanding=UPSET, author=Author(handle="@a", followers=9_000_000))
    assert await drafted(few) == await drafted(many)


@given(
    channel=st.sampled_from(["x", "bluesky", "threads", "google_play", "facebook", "email"]),
    visibility=st.sampled_from(Visibility),
    upset=st.booleans(),
    length=st.integers(1, 60),
)
async def test_a_draft_fits_its_channel_with_the_disclosure(
    channel: str, visibility: Visibility, upset: bool, length: int
) -> None:
    wordy = build.article(replies=(build.reply("Bags may be this big. " * length), *build.article().replies))
    understood = UPSET if upset else build.understanding(intent="refund_status")
    asked = request(wordy, understanding=understood, channel=channel, visibility=visibility)
    draft = (await drafted(asked)).draft
    added = disclosure.text_for(asked.pack, channel=channel, language="en")
    assert draft is None or fit.fits(channel, f"{draft.text}\n\n{added}")


async def test_what_the_public_read_within_the_hour_is_not_said_again_while_there_is_another_wording() -> None:
    first, second = (
        "One small bag of up to 40x30x20 cm is included.",
        "You can bring one small bag of up to 40x30x20 cm.",
    )
    asked = request(build.article(replies=(build.reply(first), build.reply(second))))
    for said, other in ((first, second), (second, first)):
        heard = asked._replace(said=(f"{said} – AI assistant",))
        assert (await draft_of(heard)).text == other
    both = asked._replace(said=(first, second))
    assert (await draft_of(both)).text in {first, second}


@pytest.mark.parametrize(
    ("language", "told"), [("de", "Ja, hier schreibt ein KI-Assistent."), ("und", "Yes, a machine."), ("it", None)]
)
async def test_who_asks_for_a_bot_is_told_in_their_language_where_the_brand_wrote_it(
    language: str, told: str | None
) -> None:
    asks = build.understanding(
        language=language, sensitivity=(FiredSensitivity(category=Sensitivity.BOT_QUESTION, score=0.9),)
    )
    asked = request(understanding=asks, text="Bist du ein Bot?", channel="email", visibility=Visibility.PRIVATE)
    wordings = {
        "en": Disclosure(short="AI", long="An automated reply.", answer="Yes, a machine."),
        "de": Disclosure(short="KI", long="Automatische Antwort.", answer="Ja, hier schreibt ein KI-Assistent."),
    }
    brand = asked.pack.brand.model_copy(update={"disclosure": wordings})
    found = await drafted(asked._replace(pack=asked.pack.model_copy(update={"brand": brand})))
    assert (found.draft.text if found.draft else None) == told
    if found.draft is not None:
        assert found.draft.language == ("de" if language == "de" else "en")


async def test_only_who_surely_asks_for_a_bot_is_told_that_this_is_one() -> None:
    def drafted_for(*fired: FiredSensitivity) -> DraftRequest:
        return request(build.article(), understanding=build.understanding(sensitivity=fired))

    wish = FiredSensitivity(category=Sensitivity.HUMAN_REQUEST, score=0.97)
    asks = FiredSensitivity(category=Sensitivity.BOT_QUESTION, score=0.99)
    assert "automated" not in (await draft_of(drafted_for(wish))).text
    assert "automated" not in (await draft_of(drafted_for(wish, asks.model_copy(update={"certain": False})))).text
    assert "automated" in (await draft_of(drafted_for(wish, asks))).text


async def test_a_second_account_gets_the_wording_for_its_networks_size() -> None:
    asked = request(channel="x_support")
    second = ChannelPolicy(name="x_support", connect=Connection(kind="x"))
    asked = asked._replace(pack=asked.pack.model_copy(update={"channels": (second,)}))
    assert (await draft_of(asked)).text == build.BAGS_SHORT


GERMAN = build.article(
    "handgepaeck",
    language="de",
    summary="Jeder Tarif enthält eine kleine Tasche.",
    replies=(build.reply("Jeder Tarif enthält eine kleine Tasche.", visibility=Visibility.PRIVATE),),
    body="# Handgepäck\n\nJeder Tarif enthält eine kleine Tasche.",
)


def in_two_languages(asked: DraftRequest, **voice: object) -> DraftRequest:
    wordings = {
        "en": Disclosure(short="AI", long="An automated reply.", answer="Yes, a machine."),
        "de": Disclosure(short="KI", long="Eine automatische Antwort.", answer="Ja, hier schreibt ein KI-Assistent."),
    }
    brand = asked.pack.brand
    changed = {"answers_in": ("en", "de"), "disclosure": wordings, "voice": brand.voice.model_copy(update=voice)}
    return asked._replace(pack=asked.pack.model_copy(update={"brand": brand.model_copy(update=changed)}))


async def test_an_answer_in_the_second_language_is_disclosed_in_it_and_has_no_words_of_the_first_around_it() -> None:
    """It ended with an English question and said in English that a machine wrote it."""
    asked = request(
        GERMAN,
        understanding=build.understanding(language="de"),
        text="Wie groß darf meine Tasche sein?",
        channel="email",
        visibility=Visibility.PRIVATE,
    )
    asked = in_two_languages(asked, closing_questions=("Is there anything else?",))
    draft = await draft_of(asked)
    said = check(
        draft, mention=asked.mention, sentiment=Sentiment.NEUTRAL, passages=asked.passages, pack=asked.pack
    ).draft
    assert said.text == "Jeder Tarif enthält eine kleine Tasche.\n\nEine automatische Antwort."
    assert said.language == "de"


async def test_who_asks_for_a_bot_in_the_second_language_is_told_once() -> None:
    asks = build.understanding(
        language="de", sensitivity=(FiredSensitivity(category=Sensitivity.BOT_QUESTION, score=0.9),)
    )
    asked = in_two_languages(request(understanding=asks, text="Bist du ein Bot?"))
    draft = await draft_of(asked)
    said = check(draft, mention=asked.mention, sentiment=Sentiment.NEUTRAL, passages=(), pack=asked.pack).draft
    assert said.text == "Ja, hier schreibt ein KI-Assistent."


async def test_a_draft_leaves_room_for_the_name_its_network_puts_before_it() -> None:
    """On Mastodon a longer wording was chosen, and blocked at the end, though a shorter one fits."""
    wordy = "Every fare includes one small bag. " * 13
    known = build.article(replies=(build.reply(wordy, channels=("short",)), build.reply(build.BAGS_SHORT)))
    asked = request(known, channel="mastodon")
    draft = await draft_of(asked)
    said = check(draft, mention=asked.mention, sentiment=Sentiment.NEUTRAL, passages=asked.passages, pack=asked.pack)
    assert not [each for each in said.findings if each.guardrail == "fit"]
