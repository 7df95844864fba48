"""A pack is read whole, and every mistake in it is named with file, line and field."""

import re
from pathlib import Path

import pytest

from assistant.domain.vocabulary import Audience, Tier
from assistant.errors import PackInvalid
from assistant.kb.pack import load_pack

BRAND = """\
# a brand
id: harbour
name: Harbour Ferries
site_hosts: [harbour.example]
time_zone: Europe/Dublin
languages: [en, de]
answers_in: [en]
disclosure:
  en:
    short: "– AI assistant"
    long: "This is an automated reply."
voice:
  empathy: ["Sorry about this."]
  next_step_public: ["Send us a direct message."]
  next_step_private: ["A colleague will carry on here."]
  thanks: ["Thank you."]
  holding: ["One of our team will answer you."]
"""
INTENTS = """\
- id: bike_price
  topic: cars
  name: Price of a bicycle
  tier: self_serve
  examples:
    - what does my bike cost
    - no
- id: lost_ticket
  topic: booking
  name: Lost ticket
  tier: account
  examples: [where is my ticket]
"""
QUEUES = """\
queues:
  - name: desk
    due_minutes: {low: 60, medium: 30, high: 10}
by_topic: {booking: desk}
default: desk
"""
AUTOMATION = """\
intents: [bike_price]
min_intent_confidence: 0.6
min_in_scope_confidence: 0.6
min_answerable: 0.5
"""
ARTICLE = """\
---
id: bikes
title: Bicycles
summary: A bicycle costs EUR 10.
valid_from: 2026-03-01
owner: deck
version: 2
intents: [bike_price]
questions: ["What does a bike cost?"]
replies:
  - for: [short]
    visibility: public
    text: >-
      A bicycle costs EUR 10.
---
# Bicycles

A bicycle costs EUR 10.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = {
        "brand.yaml": BRAND,
        "intents.yaml": INTENTS,
        "out_of_scope.yaml": "- nice weather\n",
        "channels.yaml": "- {name: x}\n- {name: email, default_visibility: private}\n",
        "queues.yaml": QUEUES,
        "automation.yaml": AUTOMATION,
        "articles/deck/bikes.md": ARTICLE,
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def change(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new), encoding="utf-8")


def problems(folder: Path) -> tuple[str, ...]:
    with pytest.raises(PackInvalid) as caught:
        load_pack(folder)
    assert all(re.match(r"[^:]+:\d+: .+", problem) for problem in caught.value.problems)
    return caught.value.problems


def test_a_good_pack_is_read_whole(folder: Path) -> None:
    pack = load_pack(folder)
    (article,) = pack.articles
    assert (article.id, article.version, article.audience) == ("bikes", 2, Audience.PUBLIC)
    assert article.body == "# Bicycles\n\nA bicycle costs EUR 10."
    assert article.path == "articles/deck/bikes.md"
    assert article.replies[0].channels == ("short",)
    assert [intent.tier for intent in pack.intents] == [Tier.SELF_SERVE, Tier.ACCOUNT]
    assert pack.channels[0].name == "x"


def test_plain_words_that_yaml_takes_for_something_else_stay_text(folder: Path) -> None:
    change(folder, "intents.yaml", "    - no\n", "    - no\n    - 158\n    - 2026-03-01\n    - 12:30\n")
    assert load_pack(folder).intents[0].examples[1:] == ("no", "158", "2026-03-01", "12:30")


def test_windows_line_ends_and_a_byte_order_mark_are_fine(folder: Path) -> None:
    wanted = load_pack(folder)
    path = folder / "articles/deck/bikes.md"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert load_pack(folder) == wanted


@pytest.mark.parametrize("name", ["brand.yaml", "articles/deck/bikes.md", "out_of_scope.yaml"])
def test_the_fingerprint_follows_every_file(folder: Path, name: str) -> None:
    before = load_pack(folder).fingerprint
    assert load_pack(folder).fingerprint == before
    with (folder / name).open("a", encoding="utf-8") as file:
        file.write("# more\n")
    assert load_pack(folder).fingerprint != before


def test_every_mistake_is_named_not_just_the_first(folder: Path) -> None:
    change(folder, "brand.yaml", "answers_in: [en]", "answers_in: [en, de]")
    change(folder, "intents.yaml", "tier: account", "tier: acount")
    change(folder, "articles/deck/bikes.md", "version: 2", "version: two")
    assert problems(folder) == (
        "articles/deck/bikes.md:7: version: must be a whole number",
        "brand.yaml:8: disclosure: has no wording in 'de', which answers_in names; add it",
        "intents.yaml:11: [1].tier: must be 'self_serve', 'thanks', 'account' or 'person', not 'acount'",
    )


@pytest.mark.parametrize(
    ("name", "old", "new", "wanted"),
    [
        ("brand.yaml", "name: Harbour Ferries\n", "", "brand.yaml:1: name: is missing; add it"),
        ("brand.yaml", "id: harbour", "id: harbour\nid: port", "brand.yaml:3: 'id' is written twice; keep one"),
        ("brand.yaml", "Europe/Dublin", "Dublin", "brand.yaml:5: time_zone: 'Dublin' is not a time zone"),
        ("brand.yaml", "answers_in: [en]", "answers_in: [en, fr]", "brand.yaml:7: answers_in[1]: 'fr' is not in"),
        ("brand.yaml", "site_hosts: [", "site_hosts: [a: b", "brand.yaml:4: site_hosts[0]: must be text"),
        ("brand.yaml", "name: Harbour Ferries", "name: @harbour", "brand.yaml:3: plain text may not begin"),
        ("brand.yaml", "name: Harbour Ferries", "name: a: b", "brand.yaml:3: a colon inside plain text"),
        ("brand.yaml", "name: Harbour Ferries", "naem: x\nname: H", "brand.yaml:3: naem: is not a field here"),
        ("brand.yaml", "name: Harbour Ferries", "name: \x00", "brand.yaml:3: a control character"),
        ("intents.yaml", "id: lost_ticket", "id: bike_price", "intents.yaml:8: [1].id: 'bike_price' is an intent"),
        (
            "intents.yaml",
            "[where is my ticket]",
            "[What does  my BIKE cost]",
            "intents.yaml:12: [1].examples[0]: is an",
        ),
        ("intents.yaml", "    - no\n", "    - note: this\n", "intents.yaml:7: [0].examples[1]: must be text; a colon"),
        ("out_of_scope.yaml", "nice weather", "what does my bike cost", "out_of_scope.yaml:1: [0]: is an example of"),
        ("out_of_scope.yaml", "- nice weather", "nice: weather", "out_of_scope.yaml:1: must be a list"),
        ("channels.yaml", "name: email", "name: x", "channels.yaml:2: [1].name: 'x' is written twice"),
        (
            "channels.yaml",
            "{name: email",
            "{max_parts: 2, name: email",
            "channels.yaml:2: [1].max_parts: email takes no answers",
        ),
        (
            "brand.yaml",
            "voice:",
            "voice:\n  sign_off: {xx: {x: Us}}",
            "brand.yaml:13: voice.sign_off.xx: 'xx' is not in",
        ),
        (
            "brand.yaml",
            "voice:",
            "voice:\n  sign_off: {en: {post: Us}}",
            "brand.yaml:13: voice.sign_off.en.post: is no",
        ),
        (
            "brand.yaml",
            "voice:",
            'voice:\n  holding_closed: ["Back at {open}."]',
            "brand.yaml:13: voice.holding_closed: takes {opens} and no other braces",
        ),
        ("queues.yaml", "default: desk", "default: care", "queues.yaml:5: default: 'care' is not among the queues"),
        ("queues.yaml", "booking: desk", "booking: care", "queues.yaml:4: by_topic.booking: 'care' is not among"),
        ("queues.yaml", "booking: desk", "boking: desk", "queues.yaml:4: by_topic.boking: no intent has this topic"),
        ("queues.yaml", "high: 10", "hihg: 10", "queues.yaml:3: queues[0].due_minutes: has no minutes above 0 for 'hi"),
        ("automation.yaml", "[bike_price]", "[bike_cost]", "automation.yaml:1: intents[0]: 'bike_cost' is not an inte"),
        ("automation.yaml", "[bike_price]", "[lost_ticket]", "automation.yaml:1: intents[0]: 'lost_ticket' has tier"),
        ("automation.yaml", "0.5", "1.5", "automation.yaml:4: min_answerable: input should be less than or equal to 1"),
        ("automation.yaml", "intents: [", "channels: [fax]\nintents: [", "automation.yaml:1: channels[0]: 'fax' is"),
        ("articles/deck/bikes.md", "id: bikes", "id: bike", "articles/deck/bikes.md:2: id: 'bike' differs from"),
        ("articles/deck/bikes.md", "[bike_price]", "[x]", "articles/deck/bikes.md:8: intents[0]: 'x' is not an intent"),
        ("articles/deck/bikes.md", "for: [short]", "for: [fax]", "articles/deck/bikes.md:11: replies[0].for[0]: 'fax'"),
        (
            "articles/deck/bikes.md",
            "for: [short]",
            "for: short",
            "articles/deck/bikes.md:11: replies[0].for: must be a",
        ),
        (
            "articles/deck/bikes.md",
            "for:",
            "channels:",
            "articles/deck/bikes.md:11: replies[0].channels: is not a fiel",
        ),
        (
            "articles/deck/bikes.md",
            "      A bic",
            "      " + "A" * 200,
            "articles/deck/bikes.md:13: replies[0].text: has",
        ),
        (
            "articles/deck/bikes.md",
            "2026-03-01",
            "1 March",
            "articles/deck/bikes.md:5: valid_from: must be a date like",
        ),
        (
            "articles/deck/bikes.md",
            "owner",
            "valid_until: 2026-02-01\nowner",
            "articles/deck/bikes.md:6: valid_until: lies",
        ),
        ("articles/deck/bikes.md", "owner: deck", "owner: ' '", "articles/deck/bikes.md:6: owner: is blank"),
        (
            "articles/deck/bikes.md",
            "version: 2",
            "language: fr\nversion: 2",
            "articles/deck/bikes.md:7: language: 'fr'",
        ),
        ("articles/deck/bikes.md", "version: 2", "body: x\nversion: 2", "articles/deck/bikes.md:7: body: is not a"),
        ("articles/deck/bikes.md", "---\nid", "id", "articles/deck/bikes.md:1: the first line must be ---"),
        ("articles/deck/bikes.md", "\n---\n# ", "\n# ", "articles/deck/bikes.md:1: the fields are not closed"),
        (
            "articles/deck/bikes.md",
            "# Bicycles\n\nA bicycle costs EUR 10.\n",
            "\n",
            "articles/deck/bikes.md:2: nothing is written below",
        ),
    ],
)
def test_a_mistake_is_named_with_its_place(folder: Path, name: str, old: str, new: str, wanted: str) -> None:
    change(folder, name, old, new)
    found = problems(folder)
    assert any(problem.startswith(wanted) for problem in found), found


def test_two_articles_of_one_id(folder: Path) -> None:
    (folder / "articles/cars").mkdir()
    (folder / "articles/cars/bikes.md").write_text(ARTICLE, encoding="utf-8")
    assert problems(folder) == (
        "articles/deck/bikes.md:2: id: 'bikes' is also the id of articles/cars/bikes.md; ids are unique",
    )


def test_a_short_reply_may_be_exactly_as_long_as_the_limit(folder: Path) -> None:
    change(folder, "articles/deck/bikes.md", "      A bicycle costs EUR 10.", "      " + "a" * 210)
    assert len(load_pack(folder).articles[0].replies[0].text) == 210


def test_missing_files_and_folders_are_named(folder: Path) -> None:
    (folder / "queues.yaml").unlink()
    (folder / "articles/deck/bikes.md").unlink()
    (folder / "articles/deck").rmdir()
    (folder / "articles").rmdir()
    assert problems(folder) == (
        "articles:1: the folder is missing; every pack needs articles/<area>/<id>.md",
        "queues.yaml:1: the file is missing; every pack needs queues.yaml",
    )
    assert problems(folder / "nowhere")[0].endswith("no such folder; name the folder that holds brand.yaml")


def test_broken_utf8_and_empty_files_are_named(folder: Path) -> None:
    (folder / "channels.yaml").write_bytes(b"- {name: x}\n- {name: \xff}\n")
    (folder / "automation.yaml").write_text("# nothing yet\n", encoding="utf-8")
    assert problems(folder) == (
        "automation.yaml:1: holds nothing; write it",
        "channels.yaml:2: not UTF-8 at byte 22 of the file; save it as UTF-8",
    )


def test_the_shipped_pack_has_no_mistake() -> None:
    pack = load_pack(Path(__file__).parents[2] / "knowledge")
    assert len(pack.articles) > 50
    assert len(pack.intents) > 50


def test_who_only_complains_is_not_sent_to_court() -> None:
    """ "Your website is rubbish" was met with three authorities and the courts; who asks for them still finds them."""
    pack = load_pack(Path(__file__).parents[2] / "knowledge")
    courts = [article.id for article in pack.articles if any("go to court" in reply.text for reply in article.replies)]
    assert courts
    assert not pack.bears_out("general_complaint", courts)


def test_a_region_or_product_that_no_channel_has_is_named(folder: Path) -> None:
    change(folder, "articles/deck/bikes.md", "version: 2\n", "version: 2\nregions: [ie]\nproducts: [deck]\n")
    assert [problem.split(": ", 1)[1].split(";")[0] for problem in problems(folder)] == [
        "regions[0]: 'ie' is the region of no channel in channels.yaml",
        "products[0]: 'deck' is the product of no channel in channels.yaml",
    ]
    with (folder / "channels.yaml").open("a", encoding="utf-8") as file:
        file.write("- {name: shop_ie, region: ie, product: deck}\n")
    (article,) = load_pack(folder).articles
    assert (article.regions, article.products) == (("ie",), ("deck",))
