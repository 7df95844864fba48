"""What an agent is about to send, judged sentence by sentence while they write: what to underline, and why."""

from assistant.desk.ledger import ledger_of
from assistant.desk.replies import posts_of
from assistant.domain.brand import Pack
from assistant.domain.draft import Citation
from assistant.domain.guardrail import Finding
from assistant.domain.value import Value
from assistant.domain.vocabulary import ClaimKind
from assistant.errors import NotFound
from assistant.gate import judge_text
from assistant.guardrails.fit import measure
from assistant.ports import Clock, Languages, Store
from assistant.workflows.own_language import in_another_language
from assistant.workflows.settle import Passages


class Span(Value):
    """One sentence and where it stands: characters `start` to `end` of the text. Underline it where not `supported`."""

    start: int
    end: int
    text: str
    kind: ClaimKind
    supported: bool
    missing: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()


class Post(Value):
    """One post the text would be sent as, and how long it is as its network counts."""

    text: str
    measures: int


class CheckedReply(Value):
    """Every sentence in order, every finding, and the posts it would go out as: one, or numbered ones."""

    spans: tuple[Span, ...]
    findings: tuple[Finding, ...]
    posts: tuple[Post, ...]


def check_reply(
    turn_id: str,
    text: str,
    *,
    store: Store,
    passages: Passages,
    pack: Pack,
    clock: Clock,
    languages: Languages | None = None,
) -> CheckedReply:
    """Judge a text as a person's answer to the turn's mention; nothing is kept. Raises `NotFound`."""
    with store.read() as look:
        record = look.turn(turn_id)
        detail = look.detail(record.conversation_id)
        ledger = ledger_of(look, detail.conversation, pack=pack, at=clock())
    mention = next(each for each in detail.mentions if each.id == record.turn.mention_id)
    if mention.brand_id != pack.brand.id:
        raise NotFound("turn", turn_id)
    shown = passages(record.turn.passage_ids)
    verdict = judge_text(
        text, passages=tuple(shown.values()), mention=mention, pack=pack, automated=False, ledger=ledger
    )
    spans: list[Span] = []
    at = 0
    for claim in verdict.claims:
        start = text.index(claim.text, at)
        at = start + len(claim.text)
        spans.append(
            Span(
                start=start,
                end=at,
                text=claim.text,
                kind=claim.kind,
                supported=bool(claim.supported),
                missing=claim.missing,
                citations=claim.citations,
            )
        )
    posts = posts_of(text, channel=mention.channel, pack=pack, automated=False)
    kind = pack.network_of(mention.channel)
    measured = tuple(Post(text=post, measures=measure(kind, post)) for post in posts)
    findings = (*verdict.findings, *in_another_language(text, record.turn, languages))
    return CheckedReply(spans=tuple(spans), findings=findings, posts=measured)
