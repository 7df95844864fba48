import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.desk.intake import mention_id, parse_mention
from assistant.domain.mention import MAX_TEXT, MAX_THREAD, Mention
from assistant.domain.vocabulary import Visibility
from assistant.errors import ChannelUnknown, InputInvalid, MentionInvalid
from tests.desk_builders import make_pack

PACK = make_pack()
Row = dict[str, object]


def parse(row: Row, *, default_channel: str | None = None) -> Mention:
    return parse_mention(row, pack=PACK, default_channel=default_channel, position="line-7")


def test_text_is_enough() -> None:
    mention = parse({"text": "Hello"})
    assert mention.id == mention_id("skylark", "x", "line-7")
    assert (mention.external_id, mention.channel, mention.visibility) == ("line-7", "x", Visibility.PUBLIC)
    assert (mention.text, mention.thread, mention.created_at, mention.truncated) == ("Hello", (), None, False)


def test_everything_a_row_may_say_is_taken() -> None:
    mention = parse(
        {
            "id": 42,
            "channel": "email",
            "text": "And now?",
            "author": {"handle": "@ann", "name": "Ann", "followers": 12, "verified": True},
            "thread": [
                {"role": "user", "text": "Hi"},
                {"role": "Agent", "text": "Hello", "at": 3},
                {"role": "assistant", "text": "Hi"},
                {"role": "author", "text": ""},
            ],
            "created_at": "2026-03-02T10:00:00+01:00",
            "visibility": "public",
            "label": "ignored",
        }
    )
    assert (mention.external_id, mention.channel, mention.visibility) == ("42", "email", Visibility.PUBLIC)
    assert (mention.author.handle, mention.author.name, mention.author.followers) == ("@ann", "Ann", 12)
    assert [message.role for message in mention.thread] == ["customer", "brand", "assistant", "customer"]
    assert mention.created_at == datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def test_the_same_message_gets_the_same_id_and_another_one_does_not() -> None:
    assert parse({"id": "1", "text": "a"}).id == parse({"id": 1, "text": "b"}).id
    assert parse({"id": "1", "text": "a"}).id != parse({"id": "1", "text": "a", "channel": "email"}).id
    assert mention_id("a", "b", "c") != mention_id("a", "bc", "")
    assert len(mention_id("a", "b", "c")) == 20


def test_the_channel_is_the_rows_then_the_default_then_the_packs_first() -> None:
    assert parse({"text": "a", "channel": "x"}, default_channel="email").channel == "x"
    assert parse({"text": "a"}, default_channel="email").channel == "email"
    assert parse({"text": "a", "channel": None}).channel == "x"


def test_visibility_comes_from_the_channels_policy() -> None:
    assert parse({"text": "a", "channel": "email"}).visibility is Visibility.PRIVATE


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "🙂🙂", "שלום", "\u202eabc"])
def test_text_without_words_or_in_any_script_is_accepted(text: str) -> None:
    assert parse({"text": text}).text == text


def test_a_megabyte_is_cut_and_the_cut_is_noted() -> None:
    mention = parse({"text": "a" * 1_000_000, "thread": [{"role": "user", "text": "b" * 1_000_000}]})
    assert (len(mention.text), len(mention.thread[0].text), mention.truncated) == (MAX_TEXT, MAX_TEXT, True)


def test_a_long_thread_keeps_its_newest_messages() -> None:
    thread = [{"role": "user", "text": str(number)} for number in range(MAX_THREAD + 30)]
    mention = parse({"text": "a", "thread": thread})
    kept = mention.thread
    assert mention.truncated
    assert not parse({"text": "a", "thread": thread[:MAX_THREAD]}).truncated
    assert (len(kept), kept[0].text, kept[-1].text) == (MAX_THREAD, "30", "79")


def test_broken_unicode_is_replaced_and_pairs_are_joined() -> None:
    row: Row = json.loads('{"text": "a\\ud800b \\u0000 \\ud83d\\ude00"}')
    row["author"] = {"handle": "\ud83d\ude00\udfff"}
    mention = parse(row)
    assert mention.text == "a\ufffdb \ufffd 😀"
    assert mention.author.handle == "😀\ufffd"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("2026-03-02T09:00:00Z", datetime(2026, 3, 2, 9, tzinfo=UTC)),
        ("2026-03-02", datetime(2026, 3, 2, tzinfo=UTC)),
        ("2026-03-02 09:00:00 -0800", datetime(2026, 3, 2, 17, tzinfo=UTC)),
        ("", None),
    ],
)
def test_times_are_read_as_utc(given: str, expected: datetime | None) -> None:
    assert parse({"text": "a", "created_at": given}).created_at == expected


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({}, "text: missing"),
        ({"text": None}, "text: missing"),
        ({"text": 5}, "text: a number given"),
        ({"text": ["a"]}, "text: a list given"),
        ({"text": "a", "id": True}, "id: true or false given"),
        ({"text": "a", "id": "x" * 501}, "id: longer than 500"),
        ({"text": "a", "id": 10**5000}, "id: longer than 500"),
        ({"text": "a", "channel": 3}, "channel: a number given; write one of x, email"),
        ({"text": "a", "author": "ann"}, "author: a text given; write {handle, name, followers}"),
        ({"text": "a", "author": {"handle": 3}}, "author.handle: a number given"),
        ({"text": "a", "author": {"followers": -1}}, "author.followers: write a whole number"),
        ({"text": "a", "author": {"followers": True}}, "author.followers: write a whole number"),
        ({"text": "a", "author": {"followers": "many"}}, "author.followers: write a whole number"),
        ({"text": "a", "thread": "hi"}, "thread: a text given"),
        ({"text": "a", "thread": {"role": "user"}}, "thread: an object given"),
        ({"text": "a", "thread": ["hi"]}, "thread[0]: a text given; write {role, text}"),
        (
            {"text": "a", "thread": [{"role": "user", "text": "a"}, {"role": "bot", "text": "a"}]},
            "thread[1].role: 'bot'",
        ),
        ({"text": "a", "thread": [{"text": "a"}]}, "thread[0].role: nothing given; write one of"),
        ({"text": "a", "thread": [{"role": "user"}]}, "thread[0].text: missing"),
        ({"text": "a", "created_at": "yesterday"}, "created_at: 'yesterday' is no date and time; write ISO 8601"),
        ({"text": "a", "created_at": "0001-01-01T00:00:00+10:00"}, "created_at: "),
        ({"text": "a", "created_at": 17}, "created_at: a number given"),
        ({"text": "a", "visibility": "secret"}, "visibility: not one of public, private"),
        ({"text": "a", "visibility": ["public"]}, "visibility: not one of"),
    ],
)
def test_a_bad_row_is_told_field_and_remedy(row: Row, said: str) -> None:
    with pytest.raises(MentionInvalid) as invalid:
        parse(row)
    assert str(invalid.value).startswith(said)


@pytest.mark.parametrize("channel", ["pigeon", "forum", "X "])
def test_an_unknown_or_disabled_channel_is_named_with_the_known_ones(channel: str) -> None:
    with pytest.raises(ChannelUnknown) as unknown:
        parse({"text": "a", "channel": channel})
    assert (unknown.value.channel, unknown.value.known) == (channel, ("x", "email"))


def test_a_pack_without_channels_takes_nothing() -> None:
    with pytest.raises(ChannelUnknown):
        parse_mention({"text": "a"}, pack=PACK.model_copy(update={"channels": ()}), position="line-1")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
FIELDS = ["text", "id", "channel", "author", "thread", "created_at", "visibility", "other"]


@given(row=st.dictionaries(st.sampled_from(FIELDS), json_values), text=st.text() | st.none())
def test_any_row_gives_a_mention_or_a_stated_reason(row: Row, text: str | None) -> None:
    if text is not None:
        row = {**row, "text": text}
    try:
        mention = parse(row)
    except InputInvalid:
        return
    assert Mention.model_validate_json(mention.model_dump_json()) == mention


@given(text=st.text(st.characters(codec=None), max_size=50))
def test_any_text_survives_storage(text: str) -> None:
    mention = parse({"text": text})
    assert Mention.model_validate_json(mention.model_dump_json()) == mention
