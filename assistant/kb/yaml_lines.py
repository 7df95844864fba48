"""YAML read fast, with the line of any field found again where something is wrong with it."""

from collections.abc import Sequence

import yaml
from yaml.constructor import ConstructorError

FieldPath = Sequence[int | str]
"""The way to a value: mapping keys and list positions, as pydantic gives them."""


class YamlInvalid(Exception):
    """Text that is not YAML, or that names a key twice; `line` counts from 1."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(f"line {line}: {problem}")
        self.line = line
        self.problem = problem


class _Loader(yaml.CSafeLoader):
    """The C loader, where every plain scalar but null is text: whoever validates turns it into numbers and dates.

    So `- no`, `- 158` or `- 12:30` in a list of messages stay the words an author meant.
    """

    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML's own way to say it
        first: [(tag, pattern) for tag, pattern in resolvers if tag.endswith((":null", ":merge"))]
        for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:
        """Strict about keys written twice, which YAML would silently let win."""
        mapping: dict[object, object] = super().construct_mapping(node, deep)
        if len(mapping) < len(node.value):
            seen: set[str] = set()
            for key, _ in node.value:
                if key.value in seen:
                    raise ConstructorError(None, None, f"{key.value!r} is written twice; keep one", key.start_mark)
                seen.add(key.value)
        return mapping


def parse(text: str) -> object:
    """The values of one document. Raises `YamlInvalid`."""
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - built on the safe loader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlInvalid(mark.line + 1 if mark else 1, _in_words(error)) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise YamlInvalid(line, "a control character, which YAML does not allow; remove it") from error
    except RecursionError as error:
        raise YamlInvalid(1, "nested too deeply to be read") from error


def compose(text: str) -> yaml.Node | None:
    """The document with its line marks; slower than `parse`, so only asked for where something is wrong."""
    node: yaml.Node | None = yaml.compose(text, Loader=_Loader)
    return node


def line_of(node: yaml.Node | None, path: FieldPath) -> int:
    """The line, from 1, of the value at `path`; where it is missing, of the nearest thing around it."""
    line = 1
    for step in path:
        found = _step(node, step)
        if found is None:
            break
        line, node = found
    return line


def _step(node: yaml.Node | None, step: int | str) -> tuple[int, yaml.Node] | None:
    """One step down: the line where the step is written, and what is there."""
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        child = node.value[step]
        return _line(child), child
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return _line(key), value
    return None


def _line(node: yaml.Node) -> int:
    line: int = node.start_mark.line
    return line + 1


def _in_words(error: yaml.MarkedYAMLError) -> str:
    problem = error.problem or "can't be read"
    if "mapping values are not allowed" in problem:
        return 'a colon inside plain text; put "double quotes" around the text'
    if "cannot start any token" in problem:
        return 'plain text may not begin with this character; put "double quotes" around the text'
    return problem
