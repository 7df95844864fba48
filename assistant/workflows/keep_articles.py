"""A pack's articles become versions in the store, which are the truth an index is built from."""

from collections.abc import Sequence

from assistant.domain.article_history import ArticleVersion, content_hash
from assistant.domain.brand import Pack
from assistant.domain.knowledge import Article
from assistant.domain.value import Value
from assistant.ports import Clock, Store

ACTOR = "index"


class Kept(Value):
    """Ids of the articles that came, changed and went since the pack was kept last."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()


def keep_articles(pack: Pack, *, store: Store, clock: Clock) -> Kept:
    """Keep each text that is new as a version, and end those that are gone, in one transaction with audit entries.

    The same text again changes nothing. What a brand begins with is no change; whatever comes later is one.
    """
    brand_id = pack.brand.id
    with store.begin() as tx:
        now = clock()
        current = {each.article.id: each.content_hash for each in tx.current_articles(brand_id)}
        first = not current and not tx.article_versions(brand_id)
        kept = _compared(current, pack.articles)
        touched = {*kept.added, *kept.changed}
        for article in pack.articles:
            if article.id in touched:
                tx.add_article_version(
                    ArticleVersion(
                        brand_id=brand_id,
                        article=article,
                        content_hash=content_hash(article),
                        seen_at=now,
                        first=first,
                    )
                )
        for article_id in kept.withdrawn:
            tx.withdraw_article(brand_id, article_id, at=now)
        for event, ids in (
            ("article_added", kept.added),
            ("article_changed", kept.changed),
            ("article_withdrawn", kept.withdrawn),
        ):
            for article_id in () if first else ids:
                tx.append_audit(brand_id=brand_id, at=now, actor=ACTOR, event=event, subject=article_id, facts={})
    return kept


def _compared(current: dict[str, str], articles: Sequence[Article]) -> Kept:
    ids = {article.id for article in articles}
    return Kept(
        added=tuple(each.id for each in articles if each.id not in current),
        changed=tuple(each.id for each in articles if current.get(each.id, content_hash(each)) != content_hash(each)),
        withdrawn=tuple(sorted(current.keys() - ids)),
    )
