"""How freely a draft may be worded: strict, composed, model; set by brand and by channel."""

from pathlib import Path

import pytest

from assistant.adapters.extractive import Extractive
from assistant.adapters.model_drafter import ModelDrafter
from assistant.adapters.scripted import ScriptedChat
from assistant.domain.brand import ChannelPolicy, Pack
from assistant.domain.knowledge import Article
from assistant.domain.mention import Author
from assistant.domain.understanding import Situation, Understanding
from assistant.domain.vocabulary import ClaimKind, DraftMode, Sentiment, Severity, Stance, Visibility
from assistant.pipeline.check import check
from assistant.ports import Drafted, DraftRequest
from assistant.prompts import Prompts
from tests import pipeline_builders as build

PROMPTS = Prompts(Path(__file__).parents[2] / "prompts")
FACT = "Every fare includes one small bag of up to 40x30x20 cm under the seat."
UPSET = build.understanding(sentiment=Sentiment.NEGATIVE, stance=Stance.COMPLAINT)
NEEDY = build.understanding(intent="refund_status", sentiment=Sentiment.NEGATIVE, stance=Stance.COMPLAINT)
VOICE = build.VOICE.model_copy(
    update={"closing_questions": ("Does that help?",), "empathy_for": {"disruption": ("Sorry your trip went wrong.",)}}
)


def pack(mode: DraftMode, *articles: Article, channel_mode: DraftMode | None = None) -> Pack:
    known = build.pack(articles=articles or (build.article(), build.REFUNDS), fingerprint=f"{mode}{len(articles)}")
    brand = known.brand.model_copy(update={"mode": mode, "voice": VOICE})
    channels = (ChannelPolicy(name="facebook", mode=channel_mode), ChannelPolicy(name="email"))
    return known.model_copy(update={"brand": brand, "channels": channels})


def request(
    brand: Pack, understanding: Understanding | None = None, text: str = "How big?", **mention: object
) -> DraftRequest:
    article = next(a for a in brand.articles if not understanding or understanding.intent in a.intents)
    return DraftRequest(
        mention=build.mention(text, **mention),
        understanding=understanding or build.understanding(),
        evidence=build.evidence((article, 0.8)),
        passages=build.passages_of(article),
        pack=brand,
    )


async def extractive(asked: DraftRequest) -> Drafted:
    return await Extractive(PROMPTS).draft(asked)


def texts(found: Drafted) -> list[str]:
    return [claim.text for claim in found.draft.claims] if found.draft else []


async def test_strict_gives_the_approved_reply_and_nothing_else() -> None:
    approved = build.BAGS_PUBLIC
    assert " ".join(texts(await extractive(request(pack(DraftMode.STRICT), UPSET)))) == approved
    composed = texts(await extractive(request(pack(DraftMode.COMPOSED), UPSET)))
    assert composed[0] in VOICE.empathy
    assert composed[1] == VOICE.next_step_public[0]
    assert " ".join(composed[2:]) == approved


async def test_strict_never_quotes_where_nothing_was_approved() -> None:
    bare = build.article(replies=())
    asked = "small bag included under the seat fare?"
    assert texts(await extractive(request(pack(DraftMode.COMPOSED, bare), text=asked)))
    assert texts(await extractive(request(pack(DraftMode.STRICT, bare), text=asked))) == []


@pytest.mark.parametrize("mode", [DraftMode.STRICT, DraftMode.COMPOSED])
async def test_a_template_with_a_missing_field_cant_be_chosen(mode: DraftMode) -> None:
    named = build.reply(f"{{first_name}}, here is what fits. {FACT}")
    plain = build.reply("Every fare includes one small bag of up to 40x30x20 cm.")
    brand = pack(mode, build.article(replies=(named,)), build.article("other", replies=(plain,), intents=()))
    ana = Author(handle="ana", name="Ana Silva")
    known = await extractive(request(brand, author=ana))
    assert texts(known)[0] == "Ana, here is what fits."
    for nameless in (Author(handle="ana"), Author(name="xX_ana_Xx"), Author(name="ANA"), Author(name="J.")):
        assert "{" not in " ".join(texts(await extractive(request(brand, author=nameless))))
        assert "here is what fits" not in " ".join(texts(await extractive(request(brand, author=nameless))))


async def test_a_filled_template_still_counts_as_approved() -> None:
    wording = build.reply(f"{{first_name}}, for {{flight}} it is the same as always. {FACT}")
    brand = pack(DraftMode.STRICT, build.article(replies=(wording,)))
    asked = request(brand, text="How big may my bag be on LK 412?", author=Author(handle="ana", name="Ana Silva"))
    found = await extractive(asked)
    assert found.draft is not None
    assert found.draft.text.startswith("Ana, for LK 412 it is the same as always.")
    judged = check(
        found.draft, mention=asked.mention, sentiment=Sentiment.NEUTRAL, passages=asked.passages, pack=asked.pack
    )
    assert [each for each in judged.findings if each.severity is not Severity.NOTE] == []
    invented = found.draft.claims[0].model_copy(update={"text": "Bob, for LK 999 it is the same as always."})
    lie = found.draft.model_copy(update={"claims": (invented, *found.draft.claims[1:])})
    judged = check(lie, mention=asked.mention, sentiment=Sentiment.NEUTRAL, passages=asked.passages, pack=asked.pack)
    assert any(each.severity is Severity.BLOCK for each in judged.findings)


async def test_empathy_fits_the_situation() -> None:
    disrupted = build.understanding(
        sentiment=Sentiment.NEGATIVE, stance=Stance.COMPLAINT, situation=Situation(topic="disruption")
    )
    brand = pack(DraftMode.COMPOSED)
    assert texts(await extractive(request(brand, disrupted)))[0] == "Sorry your trip went wrong."
    assert texts(await extractive(request(brand, UPSET)))[0] in VOICE.empathy


async def test_a_vent_gets_the_offer_to_help_before_any_fix() -> None:
    said = texts(await extractive(request(pack(DraftMode.COMPOSED), NEEDY)))
    assert said[0] in VOICE.empathy
    assert said[1] == VOICE.next_step_public[0]
    calm = build.understanding(intent="refund_status")
    assert texts(await extractive(request(pack(DraftMode.COMPOSED), calm)))[-1] == VOICE.next_step_public[0]


@pytest.mark.parametrize("own_way", [True, False])
async def test_a_vents_own_words_are_put_in_order(own_way: bool) -> None:
    way = VOICE.next_step_public[0]
    wording = "We're sorry about your bag. Report it at the desk." + (f" {way}" if own_way else "")
    article = build.article(replies=(build.reply(wording),))
    said = texts(await extractive(request(pack(DraftMode.COMPOSED, article), UPSET)))
    assert said == ["We're sorry about your bag.", way, "Report it at the desk."]


async def test_a_way_that_leans_on_the_fix_stays_behind_it() -> None:
    condition = "If that doesn't help, send us a direct message and our team will look into it with you."
    for leaning in (condition, f"Still missing? {VOICE.next_step_public[0]}"):
        article = build.article(replies=(build.reply(f"Report it at the desk. {leaning}"),))
        said = texts(await extractive(request(pack(DraftMode.COMPOSED, article), UPSET)))
        assert " ".join(said).endswith(f"Report it at the desk. {leaning}")


async def test_a_closing_question_only_in_private_and_only_where_nobody_takes_over() -> None:
    brand = pack(DraftMode.COMPOSED)
    found = await extractive(request(brand, channel="email", visibility=Visibility.PRIVATE))
    assert found.draft is not None
    assert found.draft.claims[-1].text == "Does that help?"
    assert found.draft.claims[-1].kind is ClaimKind.QUESTION
    assert "Does that help?" not in texts(await extractive(request(brand)))
    assert "Does that help?" not in texts(
        await extractive(request(brand, NEEDY, channel="email", visibility=Visibility.PRIVATE))
    )


@pytest.mark.parametrize(
    ("mode", "channel_mode", "by"),
    [
        (DraftMode.MODEL, None, "tiny"),
        (DraftMode.COMPOSED, None, "extractive"),
        (DraftMode.STRICT, None, "extractive"),
        (DraftMode.MODEL, DraftMode.STRICT, "extractive"),
        (DraftMode.STRICT, DraftMode.MODEL, "tiny"),
    ],
)
async def test_brand_and_channel_say_whether_a_model_writes(
    mode: DraftMode, channel_mode: DraftMode | None, by: str
) -> None:
    answer = {"answered": True, "sentences": [{"text": FACT, "kind": "policy", "passages": ["P2"]}]}
    asked = request(pack(mode, channel_mode=channel_mode))
    found = await ModelDrafter(ScriptedChat([answer], name="tiny"), PROMPTS, fallback=Extractive(PROMPTS)).draft(asked)
    assert found.draft is not None
    assert found.draft.drafter == by
    alone = await ModelDrafter(ScriptedChat([answer], name="tiny"), PROMPTS).draft(asked)
    assert (alone.draft is not None) == (by == "tiny")
