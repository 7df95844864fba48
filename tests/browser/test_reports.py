"""Reports are read on phones, too, and by everybody."""

from pathlib import Path

from assistant.evals.compare import compare
from assistant.evals.gates import judge_gates
from assistant.evals.report import html
from tests.browser.conftest import NewPage
from tests.browser.test_everybody import seen_by_all
from tests.eval_builders import case, row, run, suite


def test_the_report_fits_a_phone_and_breaks_no_word(new_page: NewPage, tmp_path: Path) -> None:
    rows = [row(f"c{i}", i > 3, metric="care:disclosure", slice="power", cluster=f"k{i % 5}") for i in range(40)]
    after, before = run(rows), run([row(f"c{i}", metric="care:disclosure", slice="power") for i in range(40)])
    asked = suite(*(case(f"c{i}", {"type": "care:route", "value": "HANDOFF"}) for i in range(40)))
    text = html(after, gates=judge_gates([asked], rows), comparison=compare(before, after))
    (tmp_path / "report.html").write_text(text, encoding="utf-8")
    page = new_page(bypass_csp=True)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto((tmp_path / "report.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for head in page.locator("th").all():
        height = head.evaluate(
            "head => head.getBoundingClientRect().height / parseFloat(getComputedStyle(head).lineHeight)"
        )
        assert height < 2, head.inner_text()
    seen_by_all(page, "a report")
