"""What the knowledge base should hold and doesn't: unanswered questions in groups, with articles to begin with."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from assistant.domain.brand import Pack
from assistant.domain.gaps import UNWRITTEN, Gap
from assistant.domain.knowledge import Article
from assistant.domain.vocabulary import ArticleStatus
from assistant.guardrails.nameless import nameless
from assistant.guardrails.privacy import mask
from assistant.insights.gaps import gaps
from assistant.kb.import_articles import article_file, slug
from assistant.kb.pack_article import parse_article
from assistant.kb.pack_source import Problems
from assistant.ports import Embedder, Store

MOST = 5_000
"""Questions looked at, the newest."""
_TITLE = 80


def find_gaps(
    pack: Pack, *, store: Store, embedder: Embedder, at: datetime, days: int = 30, at_least: int = 2
) -> tuple[Gap, ...]:
    """The gaps of the last `days` days, the most asked first, in groups of `at_least` questions or more."""
    with store.read() as look:
        asked = look.unanswered_questions(brand_id=pack.brand.id, since=at - timedelta(days=days), limit=MOST)
    vectors = embedder.embed([each.text for each in asked])
    on = pack.brand.day(at)
    return gaps(asked, vectors, at_least=at_least, propose=lambda gap: proposal(gap, pack=pack, on=on))


def proposal(gap: Gap, *, pack: Pack, on: date) -> str:
    """An article file, a draft: the questions as they were asked, and as body what agents answered, or a request to
    write it, personal data and names taken out. Nothing in it is made up."""
    known = {intent.id for intent in pack.intents}
    example, answers = _impersonal(gap.example), [_impersonal(answer) for answer in gap.answers]
    title = example if len(example) <= _TITLE else f"{example[:_TITLE].rsplit(' ', 1)[0]} …"
    body = "\n\n".join(answers) or UNWRITTEN
    return article_file(
        Article(
            id=slug(title),
            title=" ".join(title.split()) or gap.id,
            summary=" ".join((answers[0] if answers else title).split()) or gap.id,
            status=ArticleStatus.DRAFT,
            language=pack.brand.answers_in[0],
            valid_from=on,
            owner="gaps",
            version=1,
            intents=tuple(intent for intent in gap.intents if intent in known),
            questions=tuple(dict.fromkeys(map(_impersonal, gap.questions))),
            body=body,
        )
    )


def write_gaps(found: Sequence[Gap], folder: Path) -> list[Path]:
    """The proposed articles as files a pack takes, each named by its article; those that were written.

    A file that is there stays, and what has its title is not written again.
    """
    folder.mkdir(parents=True, exist_ok=True)
    return [path for gap in found if (path := _write(gap, folder)) is not None]


def _write(gap: Gap, folder: Path) -> Path | None:
    article = _article(gap.proposal)
    if article is None:
        return None
    name, number = article.id, 2
    while (path := folder / f"{name}.md").exists():
        there = _article(path.read_text(encoding="utf-8", errors="replace"))
        if there is not None and there.title == article.title:
            return None
        name, number = f"{article.id}-{number}", number + 1
    path.write_text(article_file(article.model_copy(update={"id": name})), encoding="utf-8")
    return path


def _article(file: str) -> Article | None:
    entry = parse_article("", file, Problems())
    return entry.value if entry else None


def _impersonal(text: str) -> str:
    return nameless(mask(text).text)
