"""One article file: YAML front matter between two lines of `---`, then the body in Markdown."""

from pydantic import TypeAdapter

from assistant.domain.knowledge import Article
from assistant.kb.pack_source import Entry, Problems, Source, as_mapping, validated, values_of

_FENCE = "---"
_ADAPTER = TypeAdapter(Article)
_OURS = ("body", "path")
"""Fields of an article that come from the file itself."""


def parse_article(name: str, text: str, problems: Problems) -> Entry[Article] | None:
    """The article in the file `name` of the pack, or None where it has mistakes, which are noted."""
    lines = text.split("\n")
    end = next((number for number, line in enumerate(lines[1:], start=1) if line.rstrip() == _FENCE), None)
    if lines[0].rstrip() != _FENCE:
        problems.add_line(name, 1, f"the first line must be {_FENCE}, followed by the fields of the article")
        return None
    if end is None:
        problems.add_line(name, 1, f"the fields are not closed; write a line {_FENCE} between them and the body")
        return None
    source = Source(name, "\n".join(lines[1:end]), lines_before=1)
    value = values_of(source, problems)
    if value is None:
        return None
    fields = as_mapping(value)
    if fields is None:
        problems.add_line(name, 2, "the front matter must be fields, one `name: value` a line")
        return None
    for ours in _OURS:
        if ours in fields:
            problems.add(source, (ours,), "is not a field of the front matter; remove it")
    body = "\n".join(lines[end + 1 :]).strip("\n")
    renamed = {**fields, "replies": _renamed(fields.get("replies", []), source, problems), "body": body, "path": name}
    article = validated(_ADAPTER, source, renamed, problems, names={"channels": "for"})
    return Entry(article, source) if article is not None else None


def _renamed(replies: object, source: Source, problems: Problems) -> object:
    """`for` in the file is `channels` in the domain, since `for` is no name in code."""
    if not isinstance(replies, list):
        return replies
    renamed: list[object] = []
    for position, reply in enumerate(replies):
        fields = as_mapping(reply)
        if fields and "channels" in fields:
            problems.add(source, ("replies", position, "channels"), "is not a field here; it is called `for`")
        renamed.append(
            {"channels" if key == "for" else key: value for key, value in fields.items()} if fields else reply
        )
    return renamed
