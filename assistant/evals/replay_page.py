"""A replay as one page that needs nothing else: the parts, then every mention that isn't the same, worst first."""

from html import escape

from assistant.evals.replay import Replay, Replayed, Verdict

_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1d1d1f;background:#fff}
table{border-collapse:collapse}td,th{text-align:left;padding:.2rem 1.2rem .2rem 0}td.n{text-align:right}
article{border-top:1px solid #ccc;padding:1rem 0}article p{white-space:pre-wrap;margin:.3rem 0}b.worse{color:#a40000}
b.safer{color:#00613a}dt{font-size:.85rem;color:#555}dd{margin:0 0 .6rem}
@media(prefers-color-scheme:dark){body{color:#eee;background:#161618}dt{color:#aaa}b.worse{color:#ff8a80}b.safer{color:#7ddba8}}
"""


def page_of(found: Replay) -> str:
    """The page's whole text; everything that isn't ours is escaped."""
    rows = "".join(
        f"<tr><td>{part.verdict.value}</td><td class=n>{part.n}</td><td>{part.n / max(found.mentions, 1):.1%}</td>"
        f"<td>{part.low:.1%} to {part.high:.1%}</td></tr>"
        for part in found.parts
    )
    moves = "".join(
        f"<tr><td>{decision}</td><td class=n>{before}</td><td class=n>{after}</td></tr>"
        for decision, (before, after) in found.decisions.items()
    )
    cases = "".join(_case(case) for case in found.cases if case.verdict is not Verdict.SAME)
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>Replay: {escape(found.change)}</title>"
        f"<style>{_STYLE}</style><h1>Replay: {escape(found.change)}</h1>"
        f"<p>{found.mentions} mentions, {found.acted_on} of them with an answer or silence by people. "
        f"Safer against worse: exact McNemar p = {found.p:.3f}.</p>"
        f"<table><tr><th>Verdict<th>Mentions<th>Share<th>95 %</tr>{rows}</table>"
        f"<h2>Decisions</h2><table><tr><th>Decision<th>Now<th>Changed</tr>{moves}</table>"
        f"<h2>What isn't the same</h2>{cases or '<p>Nothing.</p>'}</html>"
    )


def _case(case: Replayed) -> str:
    words = {"Asked": case.text, "Now": case.draft_before, "Changed": case.draft_after, "People sent": case.sent}
    said = "".join(f"<dt>{name}</dt><dd dir=auto>{escape(text)}</dd>" for name, text in words.items() if text)
    kind = {Verdict.WORSE: "worse", Verdict.SAFER: "safer"}.get(case.verdict, "")
    return (
        f"<article id='{escape(case.mention_id)}'><p><b class='{kind}'>{escape(case.verdict.value)}</b> "
        f"{case.before} → {case.after}: {escape(case.why)}</p><dl>{said}</dl></article>"
    )
