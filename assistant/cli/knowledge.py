"""`assistant index` and `assistant search`: what the brand knows."""

import json
from collections.abc import Sequence
from pathlib import Path

import click

from assistant.cli import options
from assistant.cli.places import FileToWrite, RowsToRead
from assistant.cli.progress import busy, progress_bar
from assistant.cli.rows import BadRows, write_rows
from assistant.cli.stopping import stopping

_NAMED = 5
"""Articles named one by one where the same reason leaves them out."""


@click.group(invoke_without_command=True)
@click.option("--rebuild", is_flag=True, help="Build all of the index afresh, whatever is there.")
@options.progress
@options.knowledge
@click.pass_context
def index(ctx: click.Context, rebuild: bool, show_progress: bool, knowledge: Path | None) -> int:
    """Index the brand's articles for everybody who may read them.

    The old index serves until the new one is whole; no change costs nothing.
    """
    if ctx.invoked_subcommand is not None:
        return 0
    from assistant import compose
    from assistant.compose.knowledge import index_brand, index_or_mend
    from assistant.settings import read_settings

    settings = read_settings()
    pack = compose.load_brand(settings, knowledge)
    stands = "search goes on with the index there was; the same command goes on, and embeds nothing a second time"
    with stopping(stands), progress_bar("texts", None, forced=show_progress) as advance:
        if rebuild:
            built = index_brand(settings, pack, rebuild=True, progress=advance)
        else:
            built = index_or_mend(
                settings, pack, progress=advance, damaged=lambda why: click.echo(f"built again: {why}")
            )
    what = f"{built.articles} articles, {built.passages} passages"
    click.echo(f"indexed {what}, {built.embedded} texts embedded" if built.changed else f"index is up to date: {what}")
    for line in _left_out(built.skipped):
        click.echo(f"left out: {line}")
    return 0


@index.command()
@options.knowledge
def tune(knowledge: Path | None) -> int:
    """Fit this brand's search on its intents' examples and on accepted drafts; half is held back to measure."""
    from assistant import compose
    from assistant.compose.tuning import tune_brand
    from assistant.settings import read_settings

    settings = read_settings()
    pack = compose.load_brand(settings, knowledge)
    with busy(f"fitting search on {len(pack.intents)} intents' examples and {len(pack.articles)} articles"):
        tuned = tune_brand(settings, pack)
    click.echo(f"fitted on {tuned.fitted} questions, measured on {tuned.held} others")
    interval = f"{tuned.gain:+.3f}, 95 % {tuned.gain_low:+.3f} to {tuned.gain_high:+.3f}"
    click.echo(
        f"reciprocal rank of the answer: {tuned.rank_before:.3f} before, {tuned.rank_after:.3f} now ({interval})"
    )
    interval = f"95 % {tuned.auroc_low:.3f} to {tuned.auroc_high:.3f}"
    click.echo(f"answerable, AUROC: {tuned.auroc_before:.3f} before, {tuned.auroc_after:.3f} now ({interval})")
    click.echo(
        "the order of hits is learned too" if tuned.weights.rerank else "a learned order of hits gave nothing sure"
    )
    click.echo(f"weights: {tuned.weights.model_dump_json()}")
    return 0


def _left_out(skipped: Sequence[str]) -> list[str]:
    """One line a reason where many share it: `12 articles: is for agents only (a, b, c ...)`."""
    by_reason: dict[str, list[str]] = {}
    for each in skipped:
        article_id, reason = each.split(": ", 1)
        by_reason.setdefault(reason, []).append(article_id)
    lines: list[str] = []
    for reason, ids in by_reason.items():
        if len(ids) <= _NAMED:
            lines += [f"{article_id}: {reason}" for article_id in ids]
        else:
            lines.append(f"{len(ids)} articles: {reason} ({', '.join(ids[:_NAMED])} ...)")
    return lines


@click.command()
@click.argument("query", required=False)
@click.option("-k", "k", type=click.IntRange(1, 100), default=10, show_default=True, help="Hits per query.")
@click.option("--json", "as_json", is_flag=True, help="Print hits as JSON.")
@click.option(
    "--audience",
    type=click.Choice(["public", "customers", "agents"]),
    default="public",
    show_default=True,
    help="Who reads: in public, in private, or at the desk.",
)
@click.option("--corpus", type=RowsToRead(), help="A foreign collection: rows _id, title, text.")
@click.option("--queries", type=RowsToRead(), help="Queries for it: rows _id, text.")
@click.option("--out", "out_file", type=FileToWrite(), help="Where the ranking is written.")
@options.errors_file
@options.progress
@options.knowledge
def search(
    query: str | None,
    k: int,
    as_json: bool,
    audience: str,
    corpus: Path | None,
    queries: Path | None,
    out_file: Path | None,
    errors_file: Path | None,
    show_progress: bool,
    knowledge: Path | None,
) -> int:
    """Search the brand's articles for QUERY, or rank --corpus for --queries into --out."""
    if corpus is not None or queries is not None or out_file is not None:
        if corpus is None or queries is None or out_file is None or query is not None:
            raise click.UsageError("a foreign collection needs --corpus, --queries and --out, and no QUERY")
        return _rank(corpus, queries, out_file, k, errors_file, show_progress)
    if query is None or not query.strip():
        raise click.UsageError("say what to search for: assistant search QUERY")
    return _search(query, k, as_json, audience, knowledge)


def _search(query: str, k: int, as_json: bool, audience: str, knowledge: Path | None) -> int:
    from assistant import compose
    from assistant.domain.readers import Readers, anybody
    from assistant.domain.vocabulary import Audience
    from assistant.settings import read_settings

    settings = read_settings()
    pack = compose.load_brand(settings, knowledge)
    embedder = compose.build_embedder(settings)
    index = compose.build_index(settings, pack, embedder)
    readers = Readers(language=anybody(pack).language, audience=Audience(audience))
    asked = (compose.asker_of(settings, embedder) or embedder).embed([query])
    (evidence,) = index.of(readers).search([query], asked, k=k)
    if as_json:
        hits = [
            {
                "article_id": hit.passage.article_id,
                "passage_id": hit.passage.id,
                "score": hit.score,
                "text": hit.passage.text,
            }
            for hit in evidence.hits
        ]
        click.echo(json.dumps({"query": query, "answerable": evidence.answerable, "hits": hits}, ensure_ascii=False))
        return 0
    click.echo(f"answerable: {evidence.answerable:.2f}")
    for hit in evidence.hits:
        where = " > ".join((hit.passage.title, *hit.passage.headings))
        click.echo(f"{hit.score:.2f}  {where}  [{hit.passage.id}]\n      {' '.join(hit.passage.text.split())[:160]}")
    return 0


def _rank(corpus: Path, queries: Path, out_file: Path, k: int, errors_file: Path | None, show_progress: bool) -> int:
    from assistant.compose.knowledge import rank_corpus
    from assistant.settings import read_settings

    bad = BadRows()
    with progress_bar("ranking", None, forced=show_progress) as advance, write_rows(out_file) as write:
        rank_corpus(
            read_settings(),
            corpus,
            queries,
            k=k,
            write=write,
            bad=lambda path, line, why: bad.add(line, f"{path.name}: {why}"),
            progress=advance,
        )
    return bad.report(errors_file)
