"""The disclosure is added by code, the text fits, and the gate judges what would go out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.brand import ChannelPolicy, Connection
from assistant.domain.draft import Claim, Draft
from assistant.domain.mention import Mention
from assistant.domain.networks import NETWORKS
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


@pytest.mark.parametrize(
    "own",
    [
        Claim(text=LONG, kind=ClaimKind.DISCLOSURE),
        Claim(text="I'm an AI assistant.", kind=ClaimKind.COURTESY),
    ],
)
def test_a_disclosure_the_drafter_wrote_is_not_doubled(own: Claim) -> None:
    result = checked(with_claims(own, *build.draft().claims))
    assert result.draft.text == f"{build.BAGS_SHORT}\n\n{LONG}"


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


@given(channel=st.sampled_from(sorted(NETWORKS)), spare=st.lists(st.sampled_from([SORRY, STEP]), max_size=4))
def test_whatever_is_spare_the_checked_text_fits_and_discloses(channel: str, spare: list[Claim]) -> None:
    result = checked(with_claims(*spare, *build.draft().claims), build.mention(channel=channel))
    assert fit.fits(channel, result.draft.text)
    assert disclosure.is_present(result.draft.text)
    assert result.draft.claims[-1].kind is ClaimKind.DISCLOSURE


def _signed(channel: str, draft: Draft | None = None, most: int = 1) -> Checked:
    voice = build.VOICE.model_copy(update={"sign_off": {"en": {"x": "Ann's team", "long": "Your Skylark team"}}})
    brand = build.BRAND.model_copy(update={"voice": voice})
    pack = build.pack().model_copy(update={"brand": brand, "channels": (ChannelPolicy(name=channel, max_parts=most),)})
    return check(
        draft or build.draft(),
        mention=build.mention(channel=channel),
        sentiment=Sentiment.NEUTRAL,
        passages=build.passages_of(build.article()),
        pack=pack,
    )


def test_a_sign_off_by_language_and_channel_stands_before_the_disclosure() -> None:
    assert _signed("x").draft.text == f"{build.BAGS_SHORT} Ann's team {SHORT}"
    assert _signed("email").draft.text.endswith(f"\n\nYour Skylark team\n\n{LONG}")
    assert "team" not in _signed("bluesky").draft.text
    german = build.draft().model_copy(update={"language": "de"})
    assert "team" not in _signed("x", german).draft.text
    assert not [finding for finding in _signed("x").findings if finding.severity is not Severity.NOTE]


def test_the_sign_off_goes_first_where_a_text_is_too_long() -> None:
    full = Claim(text="y" * (280 - len(SHORT) - 1), kind=ClaimKind.POLICY)
    assert _signed("x", with_claims(full)).draft.text == f"{full.text} {SHORT}"


def test_what_no_post_takes_goes_in_several_where_allowed() -> None:
    long = [
        Claim(text=f"Row {number} of the cabin has seats of one kind only.", kind=ClaimKind.POLICY)
        for number in range(9)
    ]
    one, several = (_signed("bluesky", with_claims(SORRY, *long), most).findings for most in (1, 3))
    assert [["fit" in finding.guardrail for finding in each].count(True) for each in (one, several)] == [1, 0]
    assert SORRY.text in _signed("bluesky", with_claims(SORRY, *long), 3).draft.text


def test_a_second_account_takes_what_its_network_takes() -> None:
    """A channel of any other name was taken for one without a limit: the long disclosure, and nothing that fits."""
    second = ChannelPolicy(name="x_support", connect=Connection(kind="x"))
    known = build.pack().model_copy(update={"channels": (second,)})
    padded = with_claims(SORRY, build.draft().claims[0], STEP)
    asked = build.mention(channel="x_support")
    result = check(
        padded,
        mention=asked,
        sentiment=Sentiment.NEUTRAL,
        passages=build.passages_of(build.article()),
        pack=known,
    )
    assert result.draft.text == checked(padded, build.mention(channel="x")).draft.text
    assert not [each for each in result.findings if each.severity is Severity.BLOCK]
