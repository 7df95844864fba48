"""Whether a machine is answering: said in time, logged with its rule, and never denied."""

from pathlib import Path

from assistant.adapters.extractive import Extractive
from assistant.domain.draft import Claim
from assistant.domain.understanding import FiredSensitivity
from assistant.domain.vocabulary import ClaimKind, Sensitivity, Sentiment, Severity, Visibility
from assistant.guardrails import disclosure
from assistant.pipeline.check import Checked, check
from assistant.ports import DraftRequest
from assistant.prompts import Prompts
from tests import pipeline_builders as build

PROMPTS = Prompts(Path(__file__).parents[2] / "prompts")


def checked(**mention: object) -> Checked:
    return check(
        build.draft(),
        mention=build.mention().model_copy(update=mention),
        sentiment=Sentiment.NEUTRAL,
        passages=build.passages_of(build.article()),
        pack=build.pack(),
    )


def notes(of: Checked) -> list[str]:
    return [each.message for each in of.findings if each.guardrail == "disclosure"]


def test_the_turn_says_why_and_by_which_rule_it_disclosed() -> None:
    assert notes(checked(channel="facebook")) == [
        "A machine wrote this and says so (public): eu-ai-act-50, ca-bot-act, meta-automation."
    ]
    known = (build.said("assistant", "This is an automated reply. Here you go."),)
    again = checked(channel="email", visibility=Visibility.PRIVATE, thread=known)
    assert notes(again) == []
    assert again.draft.claims[-1].kind is not ClaimKind.DISCLOSURE
    person = checked(channel="email", visibility=Visibility.PRIVATE, thread=(*known, build.said("brand", "Jo here.")))
    assert "hand_back" in notes(person)[0]
    assert person.draft.claims[-1].kind is ClaimKind.DISCLOSURE


async def test_who_asks_for_a_bot_is_told_the_truth_whatever_else_they_ask() -> None:
    asks = build.understanding(sensitivity=(FiredSensitivity(category=Sensitivity.BOT_QUESTION, score=0.9),))
    request = DraftRequest(
        mention=build.mention("Are you a bot? How big can my bag be?", visibility=Visibility.PRIVATE, channel="email"),
        understanding=asks,
        evidence=build.evidence((build.article(), 0.8)),
        passages=build.passages_of(build.article()),
        pack=build.pack(),
    )
    found = await Extractive(PROMPTS).draft(request)
    assert found.draft is not None
    assert disclosure.is_present(found.draft.text)
    assert found.draft.text == "This is an automated reply. Ask for a person any time."
    denial = found.draft.model_copy(update={"claims": (Claim(text="No, I'm a real person.", kind=ClaimKind.FACT),)})
    judged = check(denial, mention=request.mention, sentiment=Sentiment.NEUTRAL, passages=(), pack=request.pack)
    assert any(each.guardrail == "disclosure" and each.severity is Severity.BLOCK for each in judged.findings)


async def test_the_truth_is_said_once_and_in_order() -> None:
    answer = "Yes, this is the brand's AI assistant. If you'd rather talk to a person, just say so."
    brand = build.pack().brand
    wording = brand.disclosure["en"].model_copy(update={"answer": answer})
    pack = build.pack().model_copy(update={"brand": brand.model_copy(update={"disclosure": {"en": wording}})})
    request = DraftRequest(
        mention=build.mention("Are you a bot?", visibility=Visibility.PRIVATE, channel="email"),
        understanding=build.understanding(
            sensitivity=(FiredSensitivity(category=Sensitivity.BOT_QUESTION, score=0.9),)
        ),
        evidence=build.evidence((build.article(), 0.8)),
        passages=build.passages_of(build.article()),
        pack=pack,
    )
    found = await Extractive(PROMPTS).draft(request)
    assert found.draft is not None
    judged = check(found.draft, mention=request.mention, sentiment=Sentiment.NEUTRAL, passages=(), pack=pack)
    assert judged.draft.text == answer
    assert all(each.severity is Severity.NOTE for each in judged.findings)
