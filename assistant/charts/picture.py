"""A chart as one SVG file: questions run down, their branches to the right, every leaf once.

The picture takes its colour from the page around it (`currentColor`) and, standing alone, from the reader's light or
dark setting. Decisions differ by outline as well as shade, so that nothing depends on colour.
"""

import textwrap
from dataclasses import dataclass, field
from html import escape

from assistant.charts.chart import NO_REPLY, Chart, Leaf, Node
from assistant.charts.grammar import in_words
from assistant.domain.vocabulary import Decision

_WIDTH, _GAP = 210, 176
"""Width of a box, and of the space between columns that carries the labels; all lengths in SVG user units."""
_LINE, _PAD, _ROW = 15, 9, 16
"""Height of a text line, room inside a box, room between boxes."""
_IN = 22
"""A branch enters and leaves a box this far below its top."""
_MARGIN, _HEAD = 24, 92
_IN_BOX, _IN_LABEL = 30, 23
"""Characters of a line in a box (12 units high, about 6.5 wide) and beside an edge (11 high, about 6 wide)."""

_STYLE = (
    "svg:root{color:#1f2328;background:#ffffff}"
    "@media (prefers-color-scheme:dark){svg:root{color:#e6edf3;background:#0d1117}}"
    ".chart text{font:12px system-ui,'Liberation Sans',sans-serif;fill:currentColor}"
    ".chart .label{font-size:11px;font-style:italic}.chart .strong{font-weight:600}"
    ".chart .title{font-size:18px;font-weight:600}"
    ".chart rect{fill:currentColor;fill-opacity:0;stroke:currentColor;stroke-width:1.2}"
    ".chart path{fill:none;stroke:currentColor}"
    ".chart .REVIEW rect{fill-opacity:.07}.chart .HANDOFF rect{fill-opacity:.16;stroke-width:2.4}"
    ".chart .NO_REPLY rect{stroke-dasharray:6 4}.chart .again rect{stroke-opacity:.35}"
)


@dataclass
class _Drawing:
    """What has been drawn so far, and how far it reaches."""

    chart: Chart
    parts: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    right: int = 0


def draw(chart: Chart) -> str:
    """The chart as SVG text. Boxes reached by several branches stand once; the others point to them by link."""
    drawing = _Drawing(chart)
    bottom = _place(drawing, chart.start, left=_MARGIN, top=_HEAD)
    bottom = _legend(drawing, bottom + _ROW)
    width, height = max(drawing.right, 640) + _MARGIN, bottom + _MARGIN
    about = f"Version {chart.version}, owned by {_plain(chart.owner)}, reviewed on {chart.reviewed_on}. {chart.goal}"
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" aria-label="{_text(chart.title)}">'
    )
    title = f'<text class="title" x="{_MARGIN}" y="30">{_text(chart.title)}</text>'
    line = f'<text x="{_MARGIN}" y="48">{_text(about)}</text>'
    return "\n".join((head, f"<style>{_STYLE}</style>", title, line, *drawing.parts, "</svg>", ""))


def _place(drawing: _Drawing, box_id: str, *, left: int, top: int) -> int:
    """Draw the box and all that follows from it; returns where the space below it begins."""
    drawing.right = max(drawing.right, left + _WIDTH)
    if box_id in drawing.seen:
        return _pointer(drawing, box_id, left, top)
    drawing.seen.add(box_id)
    node = drawing.chart.node(box_id)
    if node is not None:
        return _question(drawing, node, left, top)
    leaf = drawing.chart.leaf(box_id)
    return top if leaf is None else _leaf(drawing, leaf, left, top)


def _question(drawing: _Drawing, node: Node, left: int, top: int) -> int:
    bottom = _box(
        drawing,
        f"{drawing.chart.id}-{node.id}",
        "question",
        [(line, "") for line in _wrap(node.ask, _IN_BOX)],
        left,
        top,
        "",
    )
    column, below = left + _WIDTH + _GAP, top
    for branch in node.in_order():
        start, entry = left + _WIDTH, below + _IN
        drawing.parts.append(
            f'<path d="M{start} {top + _IN}H{start + 12}V{entry}H{column}"/>'
            f"{_arrow(column, entry)}<g><title>{_text(in_words(branch.when))}</title>"
            f"{_label(branch.label, start + 18, entry)}</g>"
        )
        below = _place(drawing, branch.to, left=column, top=below) + _ROW
    if node.otherwise is None:
        return max(bottom, below - _ROW)
    lines = len(_wrap(node.otherwise.label, _IN_LABEL))
    next_top = max(below, bottom + _ROW) + lines * _LINE
    middle = left + _WIDTH // 2
    drawing.parts.append(
        f'<path d="M{middle} {bottom}V{next_top}"/>{_arrow_down(middle, next_top)}'
        f"{_label(node.otherwise.label, middle + 10, next_top - 4)}"
    )
    return max(below - _ROW, _place(drawing, node.otherwise.to, left=left, top=next_top))


def _leaf(drawing: _Drawing, leaf: Leaf, left: int, top: int) -> int:
    promise = "" if leaf.sla_minutes is None else f", within {_duration(leaf.sla_minutes)}"
    lines = [(line, "strong") for line in _wrap(_plain(_name(leaf)).capitalize(), _IN_BOX)]
    lines += [(line, "") for line in _wrap(f"{leaf.decision}{promise}", _IN_BOX)]
    lines += [(line, "") for line in _wrap(_plain(leaf.owner or "nobody"), _IN_BOX)]
    hint = f"{leaf.why} Next: {leaf.next_step}"
    return _box(drawing, f"{drawing.chart.id}-{leaf.id}", f"leaf {leaf.decision}", lines, left, top, hint)


def _pointer(drawing: _Drawing, box_id: str, left: int, top: int) -> int:
    """A small box that sends the reader to one drawn already."""
    node, leaf = drawing.chart.node(box_id), drawing.chart.leaf(box_id)
    name = node.ask if node else _plain(_name(leaf)) if leaf else box_id
    lines = [(line, "") for line in _wrap(f"↷ {name}", _IN_BOX)]
    drawing.parts.append(f'<a href="#{drawing.chart.id}-{box_id}">')
    bottom = _box(drawing, "", "again", lines, left, top, "")
    drawing.parts.append("</a>")
    return bottom


def _box(
    drawing: _Drawing, box_id: str, kind: str, lines: list[tuple[str, str]], left: int, top: int, hint: str
) -> int:
    height = max(len(lines) * _LINE + 2 * _PAD, 2 * _IN)
    first = top + (height - len(lines) * _LINE) // 2 + 12
    named = f' id="{box_id}"' if box_id else ""
    written = "".join(
        f'<text x="{left + 12}" y="{first + number * _LINE}"{_class(style)}>{_text(line)}</text>'
        for number, (line, style) in enumerate(lines)
    )
    corner = 4 if kind == "question" else 14
    drawing.parts.append(
        f'<g class="{kind}"{named}>{f"<title>{_text(hint)}</title>" if hint else ""}'
        f'<rect x="{left}" y="{top}" width="{_WIDTH}" height="{height}" rx="{corner}"/>{written}</g>'
    )
    return top + height


def _label(text: str, left: int, bottom: int) -> str:
    """Lines that end just above `bottom`."""
    lines = _wrap(text, _IN_LABEL)
    first = bottom - 5 - (len(lines) - 1) * 13
    return "".join(
        f'<text class="label" x="{left}" y="{first + number * 13}">{_text(line)}</text>'
        for number, line in enumerate(lines)
    )


def _legend(drawing: _Drawing, top: int) -> int:
    said = {
        Decision.AUTO_REPLY: "the chart has nothing against an automatic reply",
        Decision.REVIEW: "a person looks before it goes out",
        Decision.HANDOFF: "a person answers",
        Decision.NO_REPLY: "nobody answers; the owner does the next step",
    }
    for decision, meaning in said.items():
        drawing.parts.append(
            f'<g class="{decision}"><rect x="{_MARGIN}" y="{top}" width="34" height="18" rx="8"/>'
            f'<text x="{_MARGIN + 44}" y="{top + 13}">{decision}: {meaning}</text></g>'
        )
        top += 26
    return top


def _arrow(right: int, middle: int) -> str:
    return f'<path d="M{right - 6} {middle - 4}L{right} {middle}L{right - 6} {middle + 4}"/>'


def _arrow_down(middle: int, bottom: int) -> str:
    return f'<path d="M{middle - 4} {bottom - 6}L{middle} {bottom}L{middle + 4} {bottom - 6}"/>'


def _wrap(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width) or [""]


def _name(leaf: Leaf) -> str:
    """Silence has many kinds; the leaf's own name tells which."""
    return leaf.id if leaf.outcome == NO_REPLY else leaf.outcome


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _class(style: str) -> str:
    return f' class="{style}"' if style else ""


def _text(text: str) -> str:
    """Safe in XML, which allows no control characters even when escaped."""
    return escape("".join(char if char.isprintable() else " " for char in text))


def _duration(minutes: int) -> str:
    return f"{minutes // 60} h" if minutes % 60 == 0 else f"{minutes} min"
