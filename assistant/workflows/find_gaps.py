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
    """The proposed articles as files a pack takes, each named by its article; a file that is there stays."""
    folder.mkdir(parents=True, exist_ok=True)
    return [_write(gap, folder) for gap in found]


def _write(gap: Gap, folder: Path) -> Path:
    entry = parse_article("", gap.proposal, Problems())
    path = folder / f"{entry.value.id if entry else gap.id}.md"
    number = 2
    while path.exists():
        path, number = path.with_name(f"{gap.id}-{number}.md"), number + 1
    path.write_text(gap.proposal, encoding="utf-8")
    return path


def _impersonal(text: str) -> str:
    return nameless(mask(text).text)
