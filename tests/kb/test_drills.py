"""A drill's mistakes are named with file, line and field."""

from pathlib import Path

import pytest

from assistant.domain.vocabulary import Decision
from assistant.errors import InputInvalid, PackInvalid
from assistant.kb.drills import drill_names, read_drill
from tests.desk_builders import make_pack

GOOD = """name: Storm
begins: 2027-01-29T20:40:00+00:00
topics: [baggage]
tell: [baggage]
posts:
  - {minute: 0, channel: x, handle: "@a", text: "no", decision: [HANDOFF]}
  - {minute: 9, channel: x, handle: "@b", followers: 7, text: "yes", decision: [REVIEW, NO_REPLY]}
"""


def written(folder: Path, text: str) -> Path:
    (folder / "drills").mkdir()
    (folder / "drills" / "storm.yaml").write_text(text, encoding="utf-8")
    return folder


def test_a_good_one_is_read(tmp_path: Path) -> None:
    drill = read_drill(written(tmp_path, GOOD), "storm", make_pack())
    assert (drill.id, drill.minutes, drill.posts[0].needs_person) == ("storm", 29, True)
    assert drill.posts[1].decision == (Decision.REVIEW, Decision.NO_REPLY)
    assert drill_names(tmp_path) == ("storm",)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[baggage]\ntell", "[luggage]\ntell", "drills/storm.yaml:3: topics[0]: the pack knows no 'luggage'"),
        ("tell: [baggage]", "tell: [nobody]", "drills/storm.yaml:4: tell[0]: the pack knows no 'nobody'"),
        ("minute: 9, channel: x", "minute: 9, channel: fax", "drills/storm.yaml:7: posts[1].channel: 'fax' is not in"),
        ("decision: [HANDOFF]", "decision: [SHRUG]", "drills/storm.yaml:6: posts[0].decision[0]: must be"),
        ("minute: 0", "minute: -1", "drills/storm.yaml:6: posts[0].minute:"),
        ("+00:00", "", "drills/storm.yaml:2: begins:"),
        ("name: Storm", "nme: Storm", "drills/storm.yaml:1: nme: is not a field here"),
    ],
)
def test_mistakes_are_named_where_they_stand(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(PackInvalid) as raised:
        read_drill(written(tmp_path, GOOD.replace(old, new)), "storm", make_pack())
    assert said in str(raised.value)


def test_one_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputInvalid, match="there is: storm"):
        read_drill(written(tmp_path, GOOD), "flood", make_pack())
    assert drill_names(tmp_path / "nowhere") == ()
