"""A changed value forgets what was worked out from the old one."""

from functools import cached_property

from assistant.domain.value import Value
from tests import pipeline_builders as build


class Counted(Value):
    words: tuple[str, ...]

    @cached_property
    def many(self) -> int:
        return len(self.words)


def test_a_copy_works_out_its_own() -> None:
    one = Counted(words=("a",))
    assert one.many == 1
    two = one.model_copy(update={"words": ("a", "b")})
    assert (two.many, one.many) == (2, 1)
    assert one.model_copy().many == 1
    assert two == Counted(words=("a", "b"))


def test_a_pack_whose_articles_changed_knows_what_they_are_written_for_and_in() -> None:
    pack = build.pack(articles=(build.article(),))
    (intent,) = build.article().intents[:1]
    assert pack.bears_out(intent, [build.article().id])
    assert pack.told_in == {"en"}
    changed = pack.model_copy(update={"articles": (build.article(intents=(), language="de"),)})
    assert not changed.bears_out(intent, [build.article().id])
    assert changed.told_in == {"de"}
