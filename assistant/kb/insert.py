"""One more entry in a file of a pack, with every other line as its authors wrote it."""

import json

import yaml

from assistant.domain.vocabulary import Visibility
from assistant.errors import InputInvalid
from assistant.kb.yaml_lines import compose


def with_phrase_avoided(brand: str, phrase: str) -> str:
    """The text of brand.yaml with one more phrase under `voice: avoid:`; itself where it stands there already."""
    root = compose(brand)
    voice = _value(root, "voice")
    avoid = _value(voice, "avoid")
    if isinstance(avoid, yaml.SequenceNode) and any(each.value == phrase for each in avoid.value):
        return brand
    if isinstance(avoid, yaml.SequenceNode):
        return _added(brand, avoid, [_text(phrase)])
    if isinstance(voice, yaml.MappingNode) and not voice.flow_style:
        indent = " " * voice.start_mark.column
        return _at_line(brand, voice.start_mark.line, [f"{indent}avoid:", f"{indent}  - {_text(phrase)}"])
    if voice is None:
        return brand.rstrip("\n") + f"\nvoice:\n  avoid:\n    - {_text(phrase)}\n"
    raise InputInvalid("brand.yaml: write `voice:` with one field a line, so that a phrase can be added")


def with_reply(article: str, text: str, *, visibility: Visibility, about: str) -> str:
    """The text of an article's file with one more approved reply, for every channel."""
    head, fence, body = article.removeprefix("---\n").partition("\n---\n")
    entry = ["for: [any]", f"visibility: {visibility.value}", *([f"about: {_text(about)}"] if about else [])]
    entry.append(f"text: {_text(text)}")
    replies = _value(compose(head), "replies")
    if isinstance(replies, yaml.SequenceNode) and any(_said(each) == text for each in replies.value):
        return article
    if isinstance(replies, yaml.SequenceNode) and replies.value and not replies.flow_style:
        head = _added(head + "\n", replies, entry).rstrip("\n")
    elif replies is None:
        head += "\n" + "\n".join(["replies:", *_item("  ", entry)])
    elif isinstance(replies, yaml.SequenceNode) and not replies.value:
        first, rest = head[: replies.start_mark.index].rstrip(), head[replies.end_mark.index :]
        line, *others = rest.split("\n")
        head = "\n".join([f"{first}{line}", *_item("  ", entry), *others])
    else:
        raise InputInvalid(
            "write the article's `replies:` one below the other, or leave the line out, so that one can be added"
        )
    return f"---\n{head}{fence}{body}"


def _value(node: yaml.Node | None, key: str) -> yaml.Node | None:
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return next((value for name, value in pairs if name.value == key), None)


def _said(reply: yaml.Node) -> str:
    found = _value(reply, "text")
    return " ".join(str(found.value).split()) if found is not None else ""


def _added(text: str, entries: yaml.SequenceNode, entry: list[str]) -> str:
    """The text with the entry as the list's first: where its end is, comments and blank lines make hard to say."""
    if entries.flow_style:
        at = entries.start_mark.index + 1
        return f"{text[:at]}{entry[0]}{', ' if entries.value else ''}{text[at:]}"
    return _at_line(text, entries.start_mark.line, _item(" " * entries.start_mark.column, entry))


def _item(indent: str, entry: list[str]) -> list[str]:
    return [f"{indent}- {entry[0]}", *(f"{indent}  {line}" for line in entry[1:])]


def _at_line(text: str, line: int, new: list[str]) -> str:
    lines = text.split("\n")
    return "\n".join([*lines[:line], *new, *lines[line:]])


def _text(value: str) -> str:
    """As YAML reads it whatever it holds: JSON's texts are YAML's."""
    return json.dumps(value, ensure_ascii=False)
