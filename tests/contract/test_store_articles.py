"""What every store promises of article versions."""

from datetime import timedelta

import pytest

from assistant.domain.article_history import ArticleVersion, content_hash
from assistant.domain.canary import Canary
from assistant.domain.draft import Citation, Claim
from assistant.domain.knowledge import Article
from assistant.domain.vocabulary import ClaimKind, Decision, Disposition, Reason
from assistant.ports import Store
from tests.builders import an_article
from tests.desk_builders import NOW, make_draft, make_mention, make_reply, make_turn

pytestmark = pytest.mark.xdist_group("postgres")


def version(article: Article, *, hours: int = 0, brand_id: str = "skylark") -> ArticleVersion:
    seen = NOW + timedelta(hours=hours)
    return ArticleVersion(brand_id=brand_id, article=article, content_hash=content_hash(article), seen_at=seen)


OLD, NEW = version(an_article("bags", body="Old.")), version(an_article("bags", body="New.", version=2), hours=1)


def test_a_new_version_ends_the_one_before(store: Store) -> None:
    with store.begin() as tx:
        for each in (OLD, version(an_article("pets")), NEW, version(an_article("bags"), brand_id="other")):
            tx.add_article_version(each)
    with store.read() as look:
        assert [each.article.body for each in look.current_articles("skylark")] == ["New.", an_article().body]
        history = look.article_versions("skylark", article_id="bags")
        assert len(look.article_versions("skylark")) == 3
    assert history == [NEW, OLD.model_copy(update={"withdrawn_at": NEW.seen_at})]


def test_a_withdrawn_article_stays_in_its_history(store: Store) -> None:
    with store.begin() as tx:
        tx.add_article_version(OLD)
        assert tx.withdraw_article("skylark", "bags", at=NEW.seen_at)
        assert not tx.withdraw_article("skylark", "bags", at=NEW.seen_at)
        assert not tx.withdraw_article("other", "bags", at=NEW.seen_at)
    with store.read() as look:
        assert look.current_articles("skylark") == []
        assert [each.withdrawn_at for each in look.article_versions("skylark")] == [NEW.seen_at]


def test_a_mark_tells_that_something_changed(store: Store) -> None:
    marks = []
    steps = (
        lambda tx: None,
        lambda tx: tx.add_article_version(OLD),
        lambda tx: tx.add_article_version(NEW),
        lambda tx: tx.withdraw_article("skylark", "bags", at=NEW.seen_at),
        lambda tx: tx.forget_article("skylark", "bags"),
    )
    for step in steps:
        with store.begin() as tx:
            step(tx)
        with store.read() as look:
            marks.append(look.articles_mark("skylark"))
            assert look.articles_mark("skylark") == marks[-1]
    assert marks[0] == marks[4]  # nothing is nothing again
    assert len(set(marks)) == 4


def test_the_store_knows_which_versions_are_in_use_and_since_when(store: Store) -> None:
    pets, foreign = version(an_article("pets")), version(an_article("bags"), brand_id="other")
    with store.begin() as tx:
        for each in (OLD, NEW, pets, foreign):
            tx.add_article_version(each)
        assert tx.articles_waiting("skylark") == 2
        old_and_new = [OLD.content_hash, NEW.content_hash]
        assert tx.put_in_use("skylark", old_and_new, at=NEW.seen_at) == 1
        assert tx.put_in_use("skylark", old_and_new, at=NEW.seen_at + timedelta(hours=1)) == 0
        assert (tx.articles_waiting("skylark"), tx.articles_waiting("other")) == (1, 1)
    with store.read() as look:
        since = {each.article.version: each.in_use_at for each in look.article_versions("skylark", article_id="bags")}
    assert since == {1: None, 2: NEW.seen_at}


def test_a_forgotten_article_is_gone_for_good_and_no_other(store: Store) -> None:
    with store.begin() as tx:
        for each in (OLD, NEW, version(an_article("pets")), version(an_article("bags"), brand_id="other")):
            tx.add_article_version(each)
        assert tx.forget_article("skylark", "bags") == 2
    with store.read() as look:
        assert [each.article.id for each in look.article_versions("skylark")] == ["pets"]
        assert len(look.article_versions("other")) == 1


def test_accepted_drafts_are_questions_with_their_articles(store: Store) -> None:
    for number, disposition in enumerate((Disposition.ACCEPTED, Disposition.EDITED, None, Disposition.ACCEPTED)):
        mention = make_mention(str(number), text=f"question {number}")
        draft = make_draft().model_copy(update={"article_ids": (f"article-{number}",) if number < 3 else ()})
        with store.begin() as tx:
            tx.take_in(mention, at=NOW)
            kept = tx.add_turn(make_turn(mention, Decision.REVIEW).model_copy(update={"draft": draft}), at=NOW)
            if disposition:
                tx.set_disposition(kept.id, disposition)
    with store.read() as look:
        (found,) = look.accepted_citations(brand_id="skylark", limit=10)
        assert (found.text, found.article_ids) == ("question 0", frozenset({"article-0"}))
        assert look.accepted_citations(brand_id="skylark", limit=1) == []
        assert look.accepted_citations(brand_id="other", limit=10) == []


def test_what_was_planted_teaches_nothing(store: Store) -> None:
    for number, decision in enumerate((Decision.REVIEW, Decision.HANDOFF)):
        mention, draft = make_mention(str(number)), make_draft().model_copy(update={"article_ids": ("bags",)})
        turn = make_turn(mention, decision)
        route = turn.route.model_copy(update={"reasons": (Reason.NO_EVIDENCE,)})
        with store.begin() as tx:
            tx.take_in(mention, at=NOW)
            kept = tx.add_turn(turn.model_copy(update={"draft": draft, "route": route}), at=NOW)
            tx.set_disposition(kept.id, Disposition.ACCEPTED)
            assert len(tx.unanswered_questions(brand_id="skylark", since=NOW, limit=9)) == 1
            assert len(tx.accepted_citations(brand_id="skylark", limit=9)) == 1
            tx.save_canary(
                Canary(
                    turn_id=kept.id,
                    brand_id="skylark",
                    conversation_id=kept.conversation_id,
                    queue="care",
                    kind="figure",
                    wrong="45 cm",
                    planted="55 cm",
                    planted_at=NOW,
                )
            )
    with store.read() as look:
        assert look.unanswered_questions(brand_id="skylark", since=NOW, limit=9) == []
        assert look.accepted_citations(brand_id="skylark", limit=9) == []


def test_answers_stand_on_an_article_and_words_of_waiting_do_not(store: Store) -> None:
    cited = Citation(passage_id="bags@1#0", article_id="bags", version=1, quote="10 kg")
    claim = Claim(text="A bag may weigh 10 kg.", kind=ClaimKind.FACT, citations=(cited,))
    turn = make_turn(make_mention("1"), draft=make_draft().model_copy(update={"claims": (claim,)}))
    with store.begin() as tx:
        tx.take_in(turn.mention, at=NOW)
        record = tx.add_turn(turn, at=NOW)
        for key in ("answer", "holding"):
            reply = make_reply(record.id, record.conversation_id, key=key)
            tx.enqueue(reply.model_copy(update={"id": f"{'holding-' if key == 'holding' else 'r-'}{record.id}"}))
    with store.read() as look:
        (use,) = look.uses("skylark", "bags", limit=10)
    assert (use.reply.id, use.versions) == (f"r-{record.id}", (1,))
