"""The knowledge room: articles written where they are read, what stands on them, gaps, and what edits point to."""

import html
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from assistant.adapters.memory_index import MemoryIndex
from assistant.compose import Assistant
from assistant.desk.act import act
from assistant.domain.conversation import ReplyState, conversation_id_of
from assistant.domain.draft import Citation, Claim
from assistant.domain.gaps import UNWRITTEN
from assistant.domain.knowledge import EvidenceRef
from assistant.domain.turn import Turn
from assistant.domain.vocabulary import ClaimKind, Decision, Reason
from assistant.kb.new_pack import NewBrand, new_pack
from assistant.kb.pack import load_pack
from assistant.web.app import create_app
from assistant.workflows.keep_articles import keep_articles
from tests.desk_builders import SetClock, make_draft, make_mention, make_turn
from tests.web.test_api import take

PASSAGE = "bag-size@1#0"
ARTICLE = """\
---
id: bag-size
title: Bag size
summary: A cabin bag may measure 55 x 40 x 20 cm.
valid_from: 2026-01-01
owner: desk
version: 1
questions:
  - How big may my cabin bag be?
---
A cabin bag may measure 55 x 40 x 20 cm.
"""


@pytest.fixture
def wired(assistant: Assistant, tmp_path: Path) -> Assistant:
    """With a folder of its own, whose one article is indexed."""
    new_pack(tmp_path, NewBrand(name="Skylark"))
    (tmp_path / "articles" / "bag-size.md").write_text(ARTICLE, encoding="utf-8")
    pack = load_pack(tmp_path)
    keep_articles(pack, store=assistant.require_store(), clock=assistant.clock)
    index = MemoryIndex(assistant.embedder.fingerprint)
    index.replace([], assistant.embedder.embed([]))
    return replace(assistant, pack=pack, folder=tmp_path, index=index)


@pytest.fixture
def room(wired: Assistant) -> TestClient:
    return TestClient(create_app(wired))


def fields_of(page: str) -> dict[str, str]:
    hidden = dict(re.findall(r'type="hidden" name="(article_id|seen)" value="([^"]*)"', page))
    text = re.search(r'<textarea id="source"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    assert text is not None
    return {**hidden, "text": html.unescape(text[1])}


def test_an_article_is_edited_as_its_next_version(room: TestClient, wired: Assistant, tmp_path: Path) -> None:
    fields = fields_of(room.get("/knowledge/bag-size/edit").text)
    fields["text"] = fields["text"].replace("55 x 40 x 20", "56 x 45 x 25")
    kept = room.post("/knowledge/keep", data=fields)
    assert "Kept as the next version" in kept.text
    assert "Version 2 is kept and is being taken up." in kept.text
    written = (tmp_path / "articles" / "bag-size.md").read_text(encoding="utf-8")
    assert written == ARTICLE.replace("55 x 40 x 20", "56 x 45 x 25").replace("version: 1", "version: 2")
    with wired.require_store().read() as look:
        newest, oldest = look.article_versions(wired.pack.brand.id, article_id="bag-size")
        assert (newest.article.version, oldest.article.version) == (2, 1)
        (entry,) = look.audit(subject="bag-size")
    assert (entry.actor, entry.event, entry.facts) == ("console", "article_edited", '{"version":2}')
    again = keep_articles(load_pack(tmp_path), store=wired.require_store(), clock=wired.clock)
    assert (again.added, again.changed) == ((), ())


def test_a_page_hears_since_when_a_version_is_in_use(room: TestClient, wired: Assistant, clock: SetClock) -> None:
    """Nothing is indexed while somebody waits for the answer; a worker does it, and the page that waits is told."""
    fields = fields_of(room.get("/knowledge/bag-size/edit").text)
    kept = room.post("/knowledge/keep", data={**fields, "text": fields["text"].replace("55 x 40", "56 x 40")}).text
    assert "A cabin bag may measure 56 x 40 x 20 cm." in kept
    assert 'id="since-2">not yet' in kept
    assert "being taken up" in room.get("/knowledge/bag-size/in-use").text
    assert "is a worker running?" not in room.get("/knowledge/bag-size/in-use").text
    clock.now += timedelta(minutes=1)
    assert "is a worker running?" in room.get("/knowledge/bag-size/in-use").text
    with wired.require_store().begin() as tx:
        hashes = [each.content_hash for each in tx.current_articles(wired.pack.brand.id)]
        tx.put_in_use(wired.pack.brand.id, hashes, at=datetime(2026, 3, 2, 9, 7, 5, tzinfo=UTC))
    told = "02 Mar 2026, 09:07:05 UTC"
    assert f"Version 2 is in use from {told}" in room.get("/knowledge/bag-size/in-use").text
    assert f'id="since-2">{told}' in room.get("/knowledge/bag-size").text


def test_two_authors_do_not_overwrite_each_other(room: TestClient, tmp_path: Path) -> None:
    fields = fields_of(room.get("/knowledge/bag-size/edit").text)
    room.post("/knowledge/keep", data={**fields, "text": fields["text"] + "Ana adds this.\n"})
    late = room.post("/knowledge/keep", data={**fields, "text": fields["text"] + "Ben adds that.\n"})
    assert late.status_code == 409
    assert "somebody else changed this article" in late.text
    assert "Ben adds that." in late.text
    assert "Ana adds this." in (tmp_path / "articles" / "bag-size.md").read_text(encoding="utf-8")


def test_an_article_that_somebody_removed_meanwhile_does_not_come_back(room: TestClient, tmp_path: Path) -> None:
    fields = fields_of(room.get("/knowledge/bag-size/edit").text)
    (tmp_path / "articles" / "bag-size.md").unlink()
    late = room.post("/knowledge/keep", data={**fields, "text": fields["text"] + "Ben adds that.\n"})
    assert late.status_code == 409
    assert "somebody removed bag-size" in late.text
    assert not (tmp_path / "articles" / "bag-size.md").exists()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("title: Bag size\n", "", "title"),
        ("intents", "intents", "intents"),
        ("id: bag-size", "id: other", "its id stays bag-size"),
        ("---\nid", "id", "first line must be ---"),
    ],
)
def test_mistakes_change_nothing(room: TestClient, tmp_path: Path, old: str, new: str, said: str) -> None:
    fields = fields_of(room.get("/knowledge/bag-size/edit").text)
    if old == "intents":
        fields["text"] = fields["text"].replace("version: 1", "version: 1\nintents: [nobody_knows_this]")
    text = fields["text"].replace(old, new, 1)
    refused = room.post("/knowledge/keep", data={**fields, "text": text})
    assert refused.status_code == 422  # a browser shows no page that says the server failed
    assert "This was not kept" in refused.text
    assert said in refused.text
    assert (tmp_path / "articles" / "bag-size.md").read_text(encoding="utf-8") == ARTICLE


def test_the_preview_tries_questions(room: TestClient) -> None:
    assert "A cabin bag may measure" in room.post("/knowledge/try", data={"text": ARTICLE}).text
    assert room.post("/knowledge/ask", data={"text": "no article", "questions": "what?"}).text == ""
    shown = room.post("/knowledge/ask", data={"text": ARTICLE, "questions": "cabin bag measure"}).text
    assert "How big may my cabin bag be?" in shown
    assert "cabin bag measure" in shown
    assert "Not readable yet" in room.post("/knowledge/try", data={"text": "no article"}).text


def test_the_replies_that_stand_on_a_version_are_named(room: TestClient, wired: Assistant) -> None:
    cited = Citation(passage_id=PASSAGE, article_id="bag-size", version=1, quote="55 x 40")
    claim = Claim(text="A cabin bag may measure 55 x 40 x 20 cm.", kind=ClaimKind.FACT, citations=(cited,))
    brand_id = wired.pack.brand.id
    cites = [make_draft().model_copy(update={"claims": (claim,)}), make_draft()]
    for number, draft in enumerate(cites):
        mention = make_mention(str(number), handle=f"@reader{number}", brand_id=brand_id)
        _answered(wired, make_turn(mention, Decision.AUTO_REPLY, draft=draft))
    page = room.get("/knowledge/bag-size").text
    assert "@reader0" in page
    assert "@reader1" not in page
    assert re.search(r'<td>1</td>.*?<td class="number">1</td>', page, re.DOTALL)  # nothing to recall: none is out yet


def _answered(wired: Assistant, turn: Turn) -> None:
    with wired.require_store().begin() as tx:
        tx.take_in(turn.mention, at=wired.clock())
        act(tx, turn, pack=wired.pack, at=wired.clock())


def test_a_version_is_recalled_after_a_look(room: TestClient, wired: Assistant) -> None:
    cited = Citation(passage_id=PASSAGE, article_id="bag-size", version=1, quote="55 x 40")
    claim = Claim(text="A cabin bag may measure 55 x 40 x 20 cm.", kind=ClaimKind.FACT, citations=(cited,))
    mention = make_mention("1", handle="@reader", brand_id=wired.pack.brand.id)
    _answered(wired, make_turn(mention, draft=make_draft().model_copy(update={"claims": (claim,)})))
    talk = conversation_id_of(mention)
    with wired.require_store().begin() as tx:
        (reply,) = tx.detail(talk).replies
        tx.save_reply(reply.model_copy(update={"state": ReplyState.SENT, "sent_id": "9", "not_before": wired.clock()}))
    assert "/knowledge/bag-size/recall/1" in room.get("/knowledge/bag-size").text
    assert "Recall 1 reply" in room.get("/knowledge/bag-size/recall/1").text
    assert "Done: each conversation waits" in room.post("/knowledge/bag-size/recall/1").text
    assert "/knowledge/bag-size/recall/1" not in room.get("/knowledge/bag-size").text
    with wired.require_store().read() as look:
        assert look.conversation(talk).state == "open"
    assert "No reply stands on it" in room.get("/knowledge/bag-size/recall/2").text


def test_a_gap_becomes_an_article(room: TestClient, wired: Assistant, tmp_path: Path) -> None:
    for number in range(3):
        mention = make_mention(
            str(number), text="Do you carry pianos?", handle=f"@p{number}", brand_id=wired.pack.brand.id
        )
        turn = make_turn(mention, Decision.HANDOFF)
        route = turn.route.model_copy(update={"reasons": (Reason.NO_EVIDENCE,)})
        best = EvidenceRef("bag-size", PASSAGE, 1, "Bag size", 0.4)
        _answered(wired, turn.model_copy(update={"route": route, "evidence": (best,)}))
    listed = room.get("/knowledge/gaps/found").text
    assert 'Nearest is <a href="/knowledge/bag-size">Bag size</a>' in listed
    assert "Do you carry pianos?" in listed
    assert "3 times" in listed
    link = re.search(r'href="(/knowledge/new\?gap=\w+)"', listed)
    assert link is not None
    fields = fields_of(room.get(link[1]).text)
    approved = fields["text"].replace("status: draft", "status: approved")
    assert room.post("/knowledge/keep", data={**fields, "text": approved}).status_code == 422
    kept = room.post("/knowledge/keep", data={**fields, "text": approved.replace(UNWRITTEN, "No, they are too big.")})
    assert kept.status_code == 200, kept.text
    written = next((tmp_path / "articles" / "new").glob("*.md"))
    assert load_pack(tmp_path).articles[-1].id == written.stem
    taken = room.post("/knowledge/keep", data=fields)
    assert taken.status_code == 409


def test_an_article_is_begun_without_a_gap(room: TestClient, wired: Assistant, tmp_path: Path) -> None:
    assert 'href="/knowledge/new"' in room.get("/knowledge").text
    fields = fields_of(room.get("/knowledge/new").text)
    named = fields["text"].replace("new-article", "pianos")
    approved = named.replace("status: draft", "status: approved")
    assert "nobody has written its answer yet" in room.post("/knowledge/keep", data={**fields, "text": approved}).text
    assert room.post("/knowledge/keep", data={**fields, "text": named}).status_code == 200
    assert [each.id for each in load_pack(tmp_path).articles if not each.is_current(date(2030, 1, 1))] == ["pianos"]


def test_a_brand_without_articles_is_told_how_to_begin(wired: Assistant) -> None:
    bare = TestClient(create_app(replace(wired, pack=wired.pack.model_copy(update={"articles": ()}), renewal=None)))
    begun = bare.get("/knowledge").text
    assert "No articles yet" in begun
    assert '<a href="/knowledge/new">Write the first one</a>' in begun
    assert "Nothing found" not in begun
    assert "Nothing found" in bare.get("/knowledge?find=bag").text


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("valid_from: 2026-01-01\nstatus: draft", "a draft, told to nobody"),
        ("valid_from: 2026-01-01\nvalid_until: 2026-02-01", "no longer told"),
        ("valid_from: 2099-01-01", "not told yet"),
    ],
)
def test_the_list_says_what_nobody_is_told_today(wired: Assistant, tmp_path: Path, field: str, said: str) -> None:
    assert said not in TestClient(create_app(wired)).get("/knowledge").text
    text = ARTICLE.replace("valid_from: 2026-01-01", field)
    (tmp_path / "articles" / "bag-size.md").write_text(text, encoding="utf-8")
    page = TestClient(create_app(replace(wired, pack=load_pack(tmp_path))))
    assert said in page.get("/knowledge").text


def test_who_edits_what_a_source_writes_again_is_told(room: TestClient, wired: Assistant, tmp_path: Path) -> None:
    (tmp_path / "articles" / "faq").mkdir()
    imported = ARTICLE.replace("id: bag-size", "id: fees").replace("owner: desk", "owner: desk\nsources: [faq.csv:2]")
    (tmp_path / "articles" / "faq" / "fees.md").write_text(imported, encoding="utf-8")
    (tmp_path / "sources.yaml").write_text("- name: faq\n  address: faq.csv\n", encoding="utf-8")
    page = TestClient(create_app(replace(wired, pack=load_pack(tmp_path))))
    assert "comes from the source faq" in page.get("/knowledge/fees/edit").text
    assert "comes from the source" not in page.get("/knowledge/bag-size/edit").text
    assert "change it there" in page.get("/knowledge/fees").text


def test_proposals_are_decided_here(client: TestClient) -> None:
    for number in range(3):
        taken = take(client, f"what about this {number}", number, author={"handle": f"@p{number}"})
        page = client.get(f"/conversations/{taken['conversation_id']}").text
        hidden = dict(re.findall(r'type="hidden" name="(turn_id|seen_version)" value="([^"]+)"', page))
        text = "You may bring one bag of 55 x 40 x 20 cm."
        client.post(
            f"/conversations/{taken['conversation_id']}/review", data={**hidden, "disposition": "send", "text": text}
        )
    listed = client.get("/knowledge/proposals").text
    assert "Better wording" in listed
    shown = listed.split("What was changed")[1].split("</details>")[0]
    assert shown.count('class="diff"') == 1
    assert "<ins>may bring one</ins>" in shown
    chosen = re.search(r'action="(/knowledge/proposals/[\w-]+)"', listed)
    assert chosen is not None
    refused = client.post(chosen[1], data={"accept": "true"})
    assert refused.status_code == 422
    assert "without a folder of articles" in refused.text
    assert chosen[1] in refused.text
    left = client.post(chosen[1], data={"accept": "false"}).text
    assert "rejected" in left
    assert "It won’t be proposed again." in left
    assert client.post(chosen[1], data={"accept": "true"}).status_code == 409
