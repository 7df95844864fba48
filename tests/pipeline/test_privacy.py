"""Nobody's data reaches a model, a turn or a reply; who shows their own in public is warned."""

from pathlib import Path

import pytest

from assistant import gate
from assistant.adapters.extractive import Extractive
from assistant.adapters.model_drafter import ModelDrafter
from assistant.adapters.scripted import ScriptedChat
from assistant.domain.automation import AutomationState
from assistant.domain.brand import Pack
from assistant.domain.certificate import Permits
from assistant.domain.mention import Author
from assistant.domain.vocabulary import Decision, Reason, Severity, Visibility
from assistant.pipeline.respond import Pipeline
from assistant.ports import Drafter
from assistant.prompts import Prompts
from tests import pipeline_builders as build

PROMPTS = Prompts(Path(__file__).parents[2] / "prompts")
CARD, MAIL, PHONE, IBAN = "4111 1111 1111 1111", "ana@mail.example", "+353 1 555 0142", "DE89 3704 0044 0532 0130 00"
WARNING = "Please delete your post, it shows personal details."


def warned() -> Pack:
    pack = build.pack()
    voice = build.VOICE.model_copy(update={"exposed": (WARNING,)})
    return pack.model_copy(update={"brand": pack.brand.model_copy(update={"voice": voice})})


def pipeline(drafter: Drafter) -> Pipeline:
    embedder, pack = build.WordEmbedder(), warned()
    return Pipeline(
        pack=pack,
        embedder=embedder,
        languages=build.OneLanguage(),
        heads=build.KeywordHeads(),
        index=build.ListIndex(pack.articles, embedder),
        drafter=drafter,
        clock=lambda: build.NOW,
        automation=AutomationState,
        permits=lambda: Permits(rehearsal=True),
    )


async def test_a_model_and_the_turn_see_placeholders_only() -> None:
    chat = ScriptedChat([{"answered": False, "sentences": []}])
    mention = build.mention(
        f"How big? Card {CARD}, write {MAIL}, call {PHONE}.",
        visibility=Visibility.PRIVATE,
        thread=(build.said("customer", f"My account is {IBAN}"),),
    )
    evidence = {"m1": build.evidence((build.article(), 0.8))}
    plain = mention.model_copy(update={"text": f"How big? Write {MAIL}, call {PHONE}."})
    await pipeline(ModelDrafter(chat, PROMPTS))([plain], evidence=evidence)
    (turn,) = await pipeline(Extractive(PROMPTS))([mention], evidence=evidence)
    for seen in (chat.asked[0].user, chat.asked[0].system, turn.model_dump_json()):
        for secret in (CARD, MAIL, PHONE, IBAN):
            assert secret not in seen
    assert "[email]" in chat.asked[0].user
    assert "[iban]" in chat.asked[0].user


@pytest.mark.parametrize("visibility", list(Visibility))
async def test_account_data_in_public_is_flagged_and_its_author_warned(visibility: Visibility) -> None:
    chat = ScriptedChat([])
    mention = build.mention(f"How big? My card is {CARD}.", visibility=visibility)
    drafter = ModelDrafter(chat, PROMPTS, fallback=Extractive(PROMPTS))
    (turn,) = await pipeline(drafter)([mention], evidence={"m1": build.evidence((build.article(), 0.8))})
    flagged = [finding for finding in turn.findings if finding.guardrail == "exposed_data"]
    assert (chat.asked == []) is (visibility is Visibility.PUBLIC)
    assert turn.draft is not None
    if visibility is Visibility.PRIVATE:
        assert flagged == []
        assert WARNING not in turn.draft.text
        return
    assert "hide it and warn its author" in flagged[0].message
    assert CARD not in flagged[0].message
    assert turn.draft.text.startswith(WARNING)
    assert turn.route.decision is Decision.HANDOFF
    assert Reason.PERSONAL_DATA in turn.route.reasons


@pytest.mark.parametrize(
    "text",
    [
        "Bob Miller has the seat beside you.",
        f"Write to Bob at {MAIL}.",
        f"Bob's number is {PHONE}.",
        "Booking ref ZX81QP is Bob's.",
        f"Bob paid with {CARD}.",
    ],
)
@pytest.mark.parametrize("visibility", list(Visibility))
def test_nobody_elses_data_reaches_a_reply(text: str, visibility: Visibility) -> None:
    others = (build.said("other", text), build.said("brand", text), build.said("assistant", text))
    mention = build.mention(
        "Who sits beside me?", visibility=visibility, thread=others, author=Author(name="Ana Silva")
    )
    verdict = gate.judge_text(
        f"{text} – AI assistant",
        passages=build.passages_of(build.article()),
        mention=mention,
        pack=warned(),
        automated=True,
    )
    assert any(finding.severity is Severity.BLOCK for finding in verdict.findings)


@pytest.mark.parametrize(("visibility", "may"), [(Visibility.PRIVATE, True), (Visibility.PUBLIC, False)])
def test_ones_own_booking_reference_comes_back_in_private_only(visibility: Visibility, may: bool) -> None:
    mention = build.mention("It is about booking ref ZX81QP.", visibility=visibility)
    verdict = gate.judge_text(
        "Thanks, is it about booking ref ZX81QP?", passages=(), mention=mention, pack=warned(), automated=False
    )
    assert (not verdict.blocked) is may
