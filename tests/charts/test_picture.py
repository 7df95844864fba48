"""The picture is one well-formed SVG with every question and leaf in it once."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from assistant.charts.picture import draw
from tests.chart_builders import CHARTS, shipped, small

_SVG = "{http://www.w3.org/2000/svg}"
_DRAWN = Path(__file__).parents[2] / "docs" / "charts"


def _tree(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - drawn here a moment ago


@pytest.mark.parametrize("name", [path.stem for path in CHARTS])
def test_every_leaf_and_question_stands_in_it_once(name: str) -> None:
    chart = shipped(name)
    tree = _tree(draw(chart))
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    expected = [*(node.id for node in chart.nodes), *(leaf.id for leaf in chart.leaves)]
    assert sorted(map(str, ids)) == sorted(f"{name}-{box}" for box in expected)
    leaves = [group for group in tree.iter(f"{_SVG}g") if (group.get("class") or "").startswith("leaf ")]
    assert len(leaves) == len(chart.leaves)
    links = {link.get("href") for link in tree.iter(f"{_SVG}a")}
    assert links <= {f"#{box}" for box in ids}


@pytest.mark.parametrize("name", [path.stem for path in CHARTS])
def test_boxes_do_not_overlap_and_stay_inside(name: str) -> None:
    tree = _tree(draw(shipped(name)))
    width, height = (int(str(tree.get(side))) for side in ("width", "height"))
    boxes = [
        tuple(int(str(box.get(side))) for side in ("x", "y", "width", "height")) for box in tree.iter(f"{_SVG}rect")
    ]
    for x, y, wide, high in boxes:
        assert 0 <= x <= x + wide <= width
        assert 0 <= y <= y + high <= height
    for place, (x, y, wide, high) in enumerate(boxes):
        for other_x, other_y, other_wide, other_high in boxes[place + 1 :]:
            apart = x + wide <= other_x or other_x + other_wide <= x or y + high <= other_y or other_y + other_high <= y
            assert apart


@pytest.mark.parametrize("name", [path.stem for path in CHARTS])
def test_it_needs_nothing_from_outside_and_follows_the_page_in_colour(name: str) -> None:
    svg = draw(shipped(name))
    assert set(re.findall(r"https?://[^\"']+", svg)) == {"http://www.w3.org/2000/svg"}
    assert "<image" not in svg
    assert "<script" not in svg
    assert "currentColor" in svg
    assert "prefers-color-scheme:dark" in svg
    body = svg.split("</style>")[1]
    assert not re.search(r"(fill|stroke|style)=", body)


@pytest.mark.parametrize("name", [path.stem for path in CHARTS])
def test_the_committed_picture_is_the_chart_of_today(name: str) -> None:
    drawn = (_DRAWN / f"{name}.svg").read_text(encoding="utf-8")
    assert drawn == draw(shipped(name)), f"draw it again: assistant chart draw knowledge/charts/{name}.yaml"


def test_words_that_mean_something_in_xml_are_only_words() -> None:
    chart = small(
        ("ask: What does it bring?", 'ask: "<b>&\\u0001 \\"x\\" ]]>"'),
        ("label: bait", 'label: "</text><script>\'"'),
        ("why: It is bait.", 'why: "a < b & \\u0007c"'),
    )
    tree = _tree(draw(chart))
    written = [element.text for element in tree.iter(f"{_SVG}text")]
    assert '<b>&  "x" ]]>' in written
    assert "</text><script>'" in written


def test_long_words_are_wrapped_into_their_box() -> None:
    chart = small(("ask: What does it bring?", f"ask: {'long ' * 30}{'endless' * 20}"))
    lines = [element.text or "" for element in _tree(draw(chart)).iter(f"{_SVG}text") if "g" in (element.text or "")]
    assert max(len(line) for line in lines if line.startswith(("long", "endless"))) <= 30
