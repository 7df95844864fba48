"""One more entry leaves every other line of a file as it was."""

import pytest

from assistant.domain.vocabulary import Visibility
from assistant.errors import InputInvalid
from assistant.kb.insert import with_phrase_avoided, with_reply
from assistant.kb.pack_article import parse_article
from assistant.kb.pack_source import Problems
from assistant.kb.yaml_lines import parse

ARTICLE = """---
id: bags
title: Bags
summary: One bag.
valid_from: 2026-01-01
owner: x
version: 3   # ours
{replies}sources: []
---
# Bags

One bag of 10 kg: "free".
"""
REPLIES = "replies:\n  # the short one\n  - for: [short]\n    visibility: public\n    text: >-\n      One bag.\n"


@pytest.mark.parametrize(
    "brand",
    [
        "id: x\nvoice:   # how we speak\n  avoid:\n    - kindly  # stiff\n\n  max_exclamation_marks: 1\n",
        "id: x\nvoice:\n  avoid: [kindly]\n",
        "id: x\nvoice:\n  avoid: []\n",
        "id: x\nvoice:\n  max_exclamation_marks: 1\n",
        "id: x\n",
    ],
)
def test_a_phrase_is_added_and_nothing_else(brand: str) -> None:
    phrase = 'as per "policy": no'
    told = with_phrase_avoided(brand, phrase)
    before, after = parse(brand), parse(told)
    assert isinstance(before, dict)
    assert isinstance(after, dict)
    said = after["voice"].pop("avoid")
    old = before.get("voice", {}).pop("avoid", [])
    assert sorted(said) == sorted([*old, phrase])
    assert (after["voice"] or None) == (before.get("voice") or None)
    assert all(line in told for line in brand.split("\n") if "avoid" not in line)
    assert with_phrase_avoided(told, phrase) == told


@pytest.mark.parametrize("replies", [REPLIES, "", "replies: []\n", "replies: [ ]  # none yet\n"])
def test_a_reply_is_added_and_nothing_else(replies: str) -> None:
    text = ARTICLE.format(replies=replies)
    told = with_reply(text, 'It says "10 kg": one.', visibility=Visibility.PUBLIC, about="bag weight")
    problems = Problems()
    before, after = (parse_article("bags.md", each, problems) for each in (text, told))
    assert not problems.found
    assert before
    assert after
    (new,) = [each for each in after.value.replies if each not in before.value.replies]
    assert (new.text, new.about, new.visibility, new.channels) == (
        'It says "10 kg": one.', "bag weight", Visibility.PUBLIC, ("any",),
    )  # fmt: skip
    assert after.value.model_copy(update={"replies": ()}) == before.value.model_copy(update={"replies": ()})
    assert all(line in told for line in text.split("\n") if "replies" not in line)
    assert with_reply(told, 'It says "10 kg": one.', visibility=Visibility.PUBLIC, about="") == told


def test_a_list_on_one_line_is_left_to_its_author() -> None:
    with pytest.raises(InputInvalid, match="replies"):
        with_reply(
            ARTICLE.format(replies="replies: [{for: [any], text: One bag.}]\n"),
            "One.",
            visibility=Visibility.PUBLIC,
            about="",
        )
