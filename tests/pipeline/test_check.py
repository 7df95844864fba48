"""The disclosure is added by code, the text fits, and the gate judges what would go out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.draft import Claim, Draft
from assistant.domain.mention import Mention
from assistant.domain.vocabulary import ClaimKind, Sentiment, Severity, Visibility
from assistant.guardrails import disclosure, fit
from assistant.pipeline.check import Checked, check
from tests import pipeline_builders as build

LONG = build.BRAND.disclosure["en"].long
SHORT = build.BRAND.disclosure["en"].short
SORRY = Claim(text=build.VOICE.empathy[0], kind=ClaimKind.EMPATHY)
STEP = Claim(text=build.VOICE.next_step_public[0], kind=ClaimKind.COURTESY)


def checked(draft: Draft, mention: Mention | None = None) -> Checked:
    return check(
        draft,
        mention=mention or build.mention(),
        sentiment=Sentiment.NEUTRAL,
        passages=build.passages_of(build.article()),
        pack=build.pack(),
    )


def with_claims(*claims: Claim) -> Draft:
    text = " ".join(claim.text for claim in claims)
    return build.draft().model_copy(update={"claims": claims, "text": text})


def test_an_approved_answer_passes_with_its_disclosure() -> None:
    result = checked(build.draft(build.BAGS_PUBLIC))
    assert result.draft.text == f"{build.BAGS_PUBLIC}\n\n{LONG}"
    assert result.draft.claims[-1].kind is ClaimKind.DISCLOSURE
    assert all(claim.supported for claim in result.draft.claims)
    assert not [finding for finding in result.findings if finding.severity is not Severity.NOTE]


def test_short_channels_get_the_short_disclosure_in_line() -> None:
    result = checked(build.draft(), build.mention(channel="x"))
    assert result.draft.text == f"{build.BAGS_SHORT} {SHORT}"


def test_in_private_the_disclosure_is_said_once() -> None:
    first = build.mention(channel="email", visibility=Visibility.PRIVATE)
    again = first.model_copy(update={"thread": (build.said("assistant", f"Hello. {LONG}"),)})
    assert disclosure.is_present(checked(build.draft(), first).draft.text)
    assert not disclosure.is_present(checked(build.draft(), again).draft.text)


def test_a_disclosure_the_drafter_wrote_is_not_doubled() -> None:
    own = Claim(text=LONG, kind=ClaimKind.DISCLOSURE)
    result = checked(with_claims(*build.draft().claims, own))
    assert result.draft.text.count(LONG) == 1


def test_spare_sentences_go_before_the_answer_does() -> None:
    answer = build.draft().claims[0]
    padded = with_claims(SORRY, answer, STEP, STEP.model_copy(update={"text": "Have a lovely trip. " + "Bye. " * 20}))
    result = checked(padded, build.mention(channel="x"))
    assert answer.text in result.draft.text
    assert fit.fits("x", result.draft.text)
    assert SORRY.text not in result.draft.text


def test_an_answer_too_long_is_blocked_not_cut() -> None:
    endless = build.draft("Every fare includes one small bag. " * 20)
    result = checked(endless, build.mention(channel="x"))
    assert result.draft.text.startswith(endless.claims[0].text)
    assert "fit" in {finding.guardrail for finding in result.findings if finding.severity is Severity.BLOCK}


@pytest.mark.parametrize("invented", ["A trolley bag costs EUR 12.", "We will refund you today."])
def test_what_no_source_says_is_found(invented: str) -> None:
    result = checked(build.draft(invented))
    assert not result.draft.claims[0].supported
    assert result.findings


@given(channel=st.sampled_from(fit.KNOWN_CHANNELS), spare=st.lists(st.sampled_from([SORRY, STEP]), max_size=4))
def test_whatever_is_spare_the_checked_text_fits_and_discloses(channel: str, spare: list[Claim]) -> None:
    result = checked(with_claims(*spare, *build.draft().claims), build.mention(channel=channel))
    assert fit.fits(channel, result.draft.text)
    assert disclosure.is_present(result.draft.text)
    assert result.draft.claims[-1].kind is ClaimKind.DISCLOSURE
