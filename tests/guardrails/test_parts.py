"""A text longer than one post becomes numbered posts that lose nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.networks import NETWORKS
from assistant.guardrails import disclosure, fit
from assistant.guardrails.facts import facts_of
from assistant.guardrails.parts import bare_sentences, check, split

CHAINED = sorted(name for name, network in NETWORKS.items() if network.chains)
DISCLOSURE = "– AI assistant"
SENTENCES = (
    "A cabin bag may measure 55 x 40 x 20 cm and weigh up to 10 kg.",
    "Bags that are bigger than that go into the hold for EUR 35.00 a flight.",
    "You can add one until 2 hours before departure at https://larkspurair.example/manage/bags?from=help.",
    "Write to bags@larkspurair.example or call +353 1 555 0100 if that doesn't work.",
    "On 14 March 2026 the sizes change for flights to the United States of America.",
    "We're sorry about the wait 😀 and we read every message.",
    "Menschen mit Kindern dürfen außerdem einen Kinderwagen kostenlos mitnehmen, und zwar bis zum Flugzeug.",
)
texts = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=14, unique=False).map(" ".join)


def _bare(posts: tuple[str, ...]) -> str:
    number = len(posts)
    return " ".join(post.removesuffix(f" ({at}/{number})") for at, post in enumerate(posts, start=1))


@given(text=texts, channel=st.sampled_from(CHAINED), disclosed=st.booleans())
def test_every_post_fits_nothing_is_lost_and_facts_stay_whole(text: str, channel: str, disclosed: bool) -> None:
    said = f"{text} {DISCLOSURE}" if disclosed else text
    posts = split(said, channel=channel, most=10)
    assert posts is not None
    assert all(fit.fits(channel, "x" * NETWORKS[channel].lead + post) for post in posts)
    assert sorted(_bare(posts).split()) == sorted(said.split())
    if len(posts) > 1:
        assert [post.endswith(f" ({at}/{len(posts)})") for at, post in enumerate(posts, start=1)] == [True] * len(posts)
    assert disclosure.is_present(posts[0]) is disclosed
    whole = {fact.text for fact in facts_of(said)}
    assert whole <= {fact.text for post in posts for fact in facts_of(post)} | {DISCLOSURE}


def test_the_last_post_keeps_room_for_its_number_where_the_disclosure_moves_to_the_first() -> None:
    said = " ".join(SENTENCES[place] for place in (6, 5, 6, 2, 6))
    posts = split(f"{said} {DISCLOSURE}", channel="x", most=5)
    assert posts is not None
    assert all(fit.fits("x", post) for post in posts)


@pytest.mark.parametrize("channel", CHAINED)
def test_a_text_that_fits_stays_one_post(channel: str) -> None:
    assert split(SENTENCES[0], channel=channel, most=5) == (SENTENCES[0],)
    assert check(SENTENCES[0], channel=channel, most=1) == ()


def test_a_sentence_longer_than_a_post_is_cut_at_a_pause_and_never_next_to_a_figure() -> None:
    sentence = f"{'The rules for bags are these and they hold for every flight we have, ' * 4}namely 55 x 40 x 20 cm."
    first, second = split(sentence, channel="x", most=3) or ("", "")
    assert first.endswith(", (1/2)")
    assert "55 x 40 x 20 cm." in second


def test_what_cannot_be_cut_is_refused_and_says_by_how_much() -> None:
    address = "https://larkspurair.example/" + "a" * 400
    assert split(f"See {address} for more.", channel="bluesky", most=5) is None
    (finding,) = check(f"See {address} for more.", channel="bluesky", most=5)
    assert (finding.guardrail, "a post takes 300, and 5 posts are the most" in finding.message) == ("fit", True)


def test_more_posts_than_allowed_are_refused() -> None:
    text = " ".join(SENTENCES * 3)
    assert split(text, channel="x", most=2) is None
    assert split(text, channel="x", most=1) is None
    (finding,) = check(text, channel="x", most=1)
    assert finding.message.endswith("as x counts them; 280 are the most. Shorten it by 1306.")


def test_paragraphs_stay_within_a_post() -> None:
    posts = split("One here.\n\nTwo here. " + " ".join(SENTENCES), channel="mastodon", most=3)
    assert posts is not None
    assert posts[0].startswith("One here.\n\nTwo here. A cabin bag")


def test_the_sentences_people_would_notice_twice() -> None:
    assert bare_sentences(f"Thanks a lot. {SENTENCES[0]} {DISCLOSURE} (1/2)") == (SENTENCES[0],)
