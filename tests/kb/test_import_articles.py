"""Imported articles are drafts of a pack that loads; importing again changes only what changed."""

from datetime import date
from pathlib import Path

import pytest

from assistant.domain.gaps import UNWRITTEN
from assistant.domain.knowledge import ApprovedReply, Article
from assistant.domain.vocabulary import ArticleStatus, Audience, Visibility
from assistant.errors import InputInvalid, NotFound, PackInvalid
from assistant.kb.approve import approve
from assistant.kb.import_articles import Defaults, Imported, import_articles, write_article
from assistant.kb.new_pack import NewBrand, new_pack
from assistant.kb.pack import load_brand_file, load_pack
from assistant.ports.sources import SourceArticle

BODY = "## Cost\n\nSending a parcel back costs EUR 4. Islands pay more.\n\n- Put the label on the box."
PARCEL = SourceArticle(key="Returning a parcel", title="Returning a parcel", body=BODY, origin="faq.csv:2")


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    new_pack(tmp_path, NewBrand(name='Harbour "& Sons"', language="de", time_zone="Europe/Berlin"))
    return tmp_path


def put(pack: Path, *found: SourceArticle, status: ArticleStatus = ArticleStatus.DRAFT) -> Imported:
    return import_articles(pack, found, Defaults(area="faq", language="de", status=status, on=date(2026, 3, 1)))


def only(pack: Path) -> Article:
    (article,) = load_pack(pack).articles
    return article


def test_a_new_pack_loads_with_the_brands_own_words(pack: Path) -> None:
    put(pack, PARCEL)
    brand = load_pack(pack).brand
    assert (brand.id, brand.name, brand.answers_in) == ("harbour-sons", 'Harbour "& Sons"', ("de",))
    assert load_pack(pack).automation.intents == ()


def test_a_new_pack_leaves_what_is_there_alone(pack: Path) -> None:
    (pack / "brand.yaml").write_text("mine", encoding="utf-8")
    (pack / "queues.yaml").unlink()
    assert new_pack(pack, NewBrand(name="Other")) == ("queues.yaml",)
    assert (pack / "brand.yaml").read_text(encoding="utf-8") == "mine"


def test_a_brand_needs_a_name_and_a_language(tmp_path: Path) -> None:
    with pytest.raises(InputInvalid, match="--name"):
        new_pack(tmp_path, NewBrand(name=" "))
    with pytest.raises(InputInvalid, match="two letters"):
        new_pack(tmp_path, NewBrand(name="X", language="english"))


def test_an_imported_article_is_a_draft_nobody_is_told(pack: Path) -> None:
    assert put(pack, PARCEL).added == ("returning-a-parcel",)
    article = only(pack)
    assert (article.status, article.language, article.sources) == (ArticleStatus.DRAFT, "de", ("faq.csv:2",))
    assert article.summary.startswith("Sending a parcel back costs EUR 4.")
    assert article.body == BODY
    assert not article.is_current(date(2026, 3, 2))


def test_an_approved_article_holds(pack: Path) -> None:
    put(pack, PARCEL, PARCEL.model_copy(update={"key": "b", "title": "B"}))
    assert approve(pack, {"b"}) == ("b",)
    assert {article.id: article.status.value for article in load_pack(pack).articles} == {
        "b": "approved",
        "returning-a-parcel": "draft",
    }
    assert approve(pack, None) == ("returning-a-parcel",)
    assert approve(pack, None) == ()
    assert all(article.is_current(date(2026, 3, 2)) for article in load_pack(pack).articles)
    with pytest.raises(NotFound, match="nowhere"):
        approve(pack, {"nowhere"})


@pytest.mark.parametrize(
    ("body", "summary"),
    [
        ("| Thing | Price |\n|---|---|\n| Drill | EUR 5 |\n\nBring your card.", "Bring your card."),
        ("Borrow things.\n\n| Thing | Price |\n|---|---|\n| Drill | EUR 5 |", "Borrow things."),
        ("| Thing | Price |\n|---|---|\n| Drill | EUR 5 |", "What we lend"),
    ],
)
def test_a_summary_is_made_of_sentences_not_of_the_first_rows_of_a_table(pack: Path, body: str, summary: str) -> None:
    put(pack, SourceArticle(key="lend", title="What we lend", body=body, origin="a.md"))
    assert only(pack).summary == summary


def test_dates_and_questions_of_the_source_are_followed_without_another_approval(pack: Path) -> None:
    put(pack, PARCEL, status=ArticleStatus.APPROVED)
    ends = PARCEL.model_copy(update={"valid_until": date(2026, 12, 31), "questions": ("What does it cost?",)})
    assert put(pack, ends).changed == ("returning-a-parcel",)
    article = only(pack)
    assert (article.version, article.status, article.valid_until) == (2, ArticleStatus.APPROVED, date(2026, 12, 31))
    assert article.questions == ("What does it cost?",)
    assert put(pack, ends).unchanged == ("returning-a-parcel",)
    assert put(pack, PARCEL).unchanged == ("returning-a-parcel",)


def test_the_same_text_again_changes_nothing_a_new_one_is_a_draft_again(pack: Path) -> None:
    put(pack, PARCEL)
    approve(pack, None)
    before = only(pack)
    assert put(pack, PARCEL) == Imported(unchanged=("returning-a-parcel",))
    assert only(pack) == before
    assert put(pack, PARCEL.model_copy(update={"body": "Now EUR 5."})).changed == ("returning-a-parcel",)
    after = only(pack)
    assert (after.version, after.status, after.body) == (2, ArticleStatus.DRAFT, "Now EUR 5.")


def test_a_draft_that_waits_for_its_answer_is_never_approved(pack: Path) -> None:
    put(pack, PARCEL, PARCEL.model_copy(update={"key": "gap", "title": "Gap", "body": f"## Gap\n\n{UNWRITTEN}"}))
    assert approve(pack, None) == ("returning-a-parcel",)
    with pytest.raises(InputInvalid, match="nobody has written its answer yet"):
        approve(pack, ["gap"])
    path = pack / "articles" / "faq" / "gap.md"
    path.write_text(path.read_text(encoding="utf-8").replace("status: draft", "status: approved"), encoding="utf-8")
    with pytest.raises(PackInvalid, match=r"gap\.md:.*nobody has written its answer yet"):
        load_pack(pack)


def test_what_a_title_calls_internal_is_for_agents(pack: Path) -> None:
    done = put(
        pack,
        PARCEL.model_copy(update={"key": "a", "title": "Refund limits (Internal)"}),
        PARCEL.model_copy(update={"key": "b", "title": "International parcels"}),
    )
    assert done.internal == ("a",)
    assert {article.id: article.audience for article in load_pack(pack).articles} == {
        "a": Audience.AGENTS,
        "b": Audience.PUBLIC,
    }


def test_an_article_that_ended_before_it_came_leaves_the_pack_whole(pack: Path) -> None:
    ended = PARCEL.model_copy(update={"valid_until": date(2025, 12, 31)})
    put(pack, ended)
    assert (only(pack).valid_from, only(pack).valid_until) == (date(2025, 12, 31), date(2025, 12, 31))
    put(pack, PARCEL.model_copy(update={"key": "b"}))
    put(pack, ended.model_copy(update={"key": "b"}))
    assert {article.valid_until for article in load_pack(pack).articles} == {date(2025, 12, 31)}


def test_blank_questions_of_a_source_leave_the_pack_whole(pack: Path) -> None:
    put(pack, PARCEL.model_copy(update={"questions": ("", " \x07", "What does it cost?")}))
    assert only(pack).questions == ("What does it cost?",)


@pytest.mark.parametrize(
    ("edited", "says", "title", "told"),
    [
        (Audience.PUBLIC, Audience.CUSTOMERS, PARCEL.title, Audience.CUSTOMERS),
        (Audience.PUBLIC, None, "Returning a parcel (internal)", Audience.AGENTS),
        (Audience.AGENTS, Audience.PUBLIC, PARCEL.title, Audience.AGENTS),
        (Audience.CUSTOMERS, None, PARCEL.title, Audience.CUSTOMERS),
    ],
)
def test_what_a_source_tells_fewer_now_is_told_to_fewer(
    pack: Path, edited: Audience, says: Audience | None, title: str, told: Audience
) -> None:
    put(pack, PARCEL)
    path = pack / "articles" / "faq" / "returning-a-parcel.md"
    path.write_text(path.read_text(encoding="utf-8").replace("audience: public", f"audience: {edited}"), "utf-8")
    put(pack, PARCEL.model_copy(update={"audience": says, "title": title}))
    assert only(pack).audience is told


@pytest.mark.parametrize(("pages_say", "told"), [(None, Audience.AGENTS), (Audience.PUBLIC, Audience.PUBLIC)])
def test_a_source_that_the_pack_opens_to_fewer_now_is_told_to_fewer(
    pack: Path, pages_say: Audience | None, told: Audience
) -> None:
    page = PARCEL.model_copy(update={"audience": pages_say})
    put(pack, page)
    fewer = Defaults(area="faq", language="de", audience=Audience.AGENTS, on=date(2026, 3, 1))
    done = import_articles(pack, [page], fewer)
    assert only(pack).audience is told
    assert (done.changed == ()) == (pages_say is Audience.PUBLIC)


@pytest.mark.parametrize("visibility", Visibility)
def test_what_is_told_to_fewer_keeps_its_wording_and_approval(pack: Path, visibility: Visibility) -> None:
    put(pack, PARCEL)
    reply = ApprovedReply(channels=("any",), visibility=visibility, text="Es kostet EUR 4.")
    approved = only(pack).model_copy(update={"status": ArticleStatus.APPROVED, "replies": (reply,)})
    write_article(pack / approved.path, approved)
    fewer = Defaults(area="faq", language="de", audience=Audience.CUSTOMERS, on=date(2026, 3, 1))
    import_articles(pack, [PARCEL], fewer)
    assert only(pack) == approved.model_copy(update={"audience": Audience.CUSTOMERS, "version": 2})


def test_what_was_edited_with_a_byte_order_mark_stays_edited(pack: Path) -> None:
    put(pack, PARCEL, status=ArticleStatus.APPROVED)
    path = pack / only(pack).path
    path.write_text(path.read_text("utf-8").replace("audience: public", "audience: agents"), "utf-8-sig")
    assert put(pack, PARCEL, status=ArticleStatus.APPROVED).unchanged == ("returning-a-parcel",)
    assert only(pack).audience is Audience.AGENTS


def test_a_file_with_mistakes_is_named_and_not_written_over(pack: Path) -> None:
    put(pack, PARCEL, status=ArticleStatus.APPROVED)
    path = pack / only(pack).path
    edited = path.read_text("utf-8").replace("audience: public", "audience: agents\nreveiw_by: 2026-05-01")
    path.write_text(edited, "utf-8")
    with pytest.raises(PackInvalid, match=r"articles/faq/returning-a-parcel\.md:7: reveiw_by"):
        put(pack, PARCEL, PARCEL.model_copy(update={"key": "b"}), status=ArticleStatus.APPROVED)
    assert path.read_text("utf-8") == edited
    assert len(list(path.parent.iterdir())) == 1


def test_a_title_somebody_looked_at_stays_for_whom_they_said(pack: Path) -> None:
    internal = PARCEL.model_copy(update={"title": "Internal transfers"})
    put(pack, internal)
    path = pack / "articles" / "faq" / "returning-a-parcel.md"
    path.write_text(path.read_text(encoding="utf-8").replace("audience: agents", "audience: public"), "utf-8")
    put(pack, internal.model_copy(update={"body": "They take a day."}))
    assert only(pack).audience is Audience.PUBLIC


@pytest.mark.parametrize(
    "title", ["---", "日本語", "a: b # c", "'quoted' \"twice\"", "x" * 300, "../../etc/passwd", "\x00\x1b[2J!"]
)
def test_any_title_and_body_makes_a_file_the_pack_can_load(pack: Path, title: str) -> None:
    put(pack, SourceArticle(key=title, title=title, body=f"---\n{title}\n---\r\nText.\x07", origin="x"))
    assert only(pack).body.endswith("Text.")
    assert all(path.parent == pack / "articles" / "faq" for path in pack.rglob("*.md"))


def test_keys_that_look_alike_get_ids_of_their_own(pack: Path) -> None:
    found = [PARCEL.model_copy(update={"key": key}) for key in ("Fees?", "fees", "Fees!")]
    put(pack, *found)
    assert len({article.id for article in load_pack(pack).articles}) == 3
    assert len(put(pack, *found).unchanged) == 3


def test_pages_that_look_alike_keep_their_ids_whoever_comes_first(pack: Path) -> None:
    """A second page took the first one's article, and both were drafts again."""
    one, two = (
        SourceArticle(key=f"/help{end}", title="Help", body=f"Help{end}", origin=f"https://x.example/help{end}")
        for end in ("", "/")
    )
    put(pack, one)
    put(pack, two, one)
    said = {article.body: article.id for article in load_pack(pack).articles}
    assert said["Help"] == "help"
    for found in ((two, one), (one, two), (two,), (one,)):
        assert (put(pack, *found).added, put(pack, *found).changed) == ((), ())
    assert {article.body: article.id for article in load_pack(pack).articles} == said


def test_a_folder_without_a_brand_says_how_to_begin(tmp_path: Path) -> None:
    with pytest.raises(PackInvalid, match="assistant pack new"):
        load_brand_file(tmp_path)


def test_what_the_source_takes_from_customers_is_taken_from_them(pack: Path) -> None:
    put(pack, PARCEL, status=ArticleStatus.APPROVED)
    done = put(pack, PARCEL.model_copy(update={"audience": Audience.AGENTS}))
    assert (done.changed, done.internal) == (("returning-a-parcel",), ("returning-a-parcel",))
    assert (only(pack).audience, only(pack).version) == (Audience.AGENTS, 2)


def test_what_people_wrote_above_a_text_outlives_its_change(pack: Path) -> None:
    put(pack, PARCEL)
    path = pack / "articles" / "faq" / "returning-a-parcel.md"
    edited = path.read_text(encoding="utf-8").replace("questions: []", "questions: [Can I send it back?]")
    edited = edited.replace("valid_until: null", "valid_until: 2026-12-31").replace("2026-03-01", "2026-02-01")
    (pack / "channels.yaml").write_text("- {name: x, default_visibility: public, region: at, product: parcels}\n")
    edited = edited.replace("language: de", "language: de\nregions: [at]\nproducts: [parcels]")
    path.write_text(edited, encoding="utf-8")
    put(pack, PARCEL.model_copy(update={"body": "Now EUR 5."}))
    after = only(pack)
    assert (after.body, after.regions, after.products) == ("Now EUR 5.", ("at",), ("parcels",))
    assert after.questions == ("Can I send it back?",)
    assert (after.valid_from, after.valid_until) == (date(2026, 2, 1), date(2026, 12, 31))


def test_what_was_imported_is_not_imported_into_another_area_again(pack: Path) -> None:
    more = [PARCEL.model_copy(update={"key": name, "title": name}) for name in ("Letters", "Stamps")]
    put(pack, PARCEL, more[0])
    elsewhere = Defaults(area="post", language="de", on=date(2026, 3, 1))
    with pytest.raises(InputInvalid, match=r"2 of 3 articles stand in articles/faq already.*area"):
        import_articles(pack, [PARCEL, *more], elsewhere)
    assert not (pack / "articles" / "post").exists()
    new = [PARCEL.model_copy(update={"key": name, "title": name}) for name in ("Boxes", "Tape")]
    assert len(import_articles(pack, [PARCEL, *new], elsewhere).added) == 3
    assert len(import_articles(pack, [PARCEL], elsewhere).unchanged) == 1


def test_the_same_key_in_three_sources_makes_three_articles(pack: Path) -> None:
    for area in ("faq", "shop", "club"):
        said = PARCEL.model_copy(update={"body": f"{BODY} Ask the {area}."})
        import_articles(pack, [said], Defaults(area=area, language="de", on=date(2026, 3, 1)))
    ids = {article.id: article.path for article in load_pack(pack).articles}
    assert len(ids) == 3
    (pack / "articles" / "faq" / "returning-a-parcel.md").unlink()
    said = PARCEL.model_copy(update={"body": f"{BODY} Ask the shop."})
    again = import_articles(pack, [said], Defaults(area="shop", language="de", on=date(2026, 3, 1)))
    assert len(again.unchanged) == 1


def test_halves_of_characters_make_no_pack_that_can_not_be_read(pack: Path) -> None:
    half = SourceArticle(
        key="x", title="Half \ud83d?", questions=("Half \ud83d?",), summary="\ud83d", body="y", origin="\ud83d"
    )
    put(pack, half)
    article = only(pack)
    assert (article.title, article.questions) == ("Half ??", ("Half ??",))
    article.model_dump_json().encode("utf-8")


def test_an_article_keeps_its_id_when_a_key_that_looks_alike_comes(pack: Path) -> None:
    fees = PARCEL.model_copy(update={"key": "Fees?", "title": "Fees?"})
    put(pack, fees)
    other = PARCEL.model_copy(update={"key": "fees", "title": "fees", "origin": "faq.csv:3"})
    done = put(pack, other, fees)
    assert (done.unchanged, len(done.added)) == (("fees",), 1)
    assert len(put(pack, fees, other).unchanged) == 2


def test_what_a_source_says_twice_is_one_article(pack: Path) -> None:
    """As desks do whose pages move while they are read."""
    assert len(put(pack, PARCEL, PARCEL, PARCEL, PARCEL).added) == 1
    assert len(load_pack(pack).articles) == 1


def test_a_pack_begins_with_a_time_zone_there_is(tmp_path: Path) -> None:
    with pytest.raises(InputInvalid, match="'Mars/Base' is not a time zone; give one such as Europe/Dublin"):
        new_pack(tmp_path / "pack", NewBrand(name="Skylark", time_zone="Mars/Base"))
    assert not (tmp_path / "pack").exists()
