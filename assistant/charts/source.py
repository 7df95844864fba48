"""YAML with the line of everything in it, so that a mistake can be named where it stands."""

from collections.abc import Iterator, Mapping, Sequence

import yaml

from assistant.charts.grammar import Place


class Source:
    """One YAML file as plain data, with the line every key and list item starts on, counted from 1.

    Numbers stay numbers; every other scalar stays the text it is written as (`yes`, `no` and dates too), so that
    a label needs no quotes. Raises `SourceUnreadable`.
    """

    def __init__(self, text: str) -> None:
        self._lines: dict[Place, int] = {(): 1}
        self.repeated: list[Place] = []
        try:
            root = yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            raise SourceUnreadable(mark.line + 1 if mark else 1, error.problem or "not YAML") from error
        except (yaml.YAMLError, RecursionError) as error:
            raise SourceUnreadable(1, " ".join(str(error).split()) or "nested too deeply") from error
        self.data: object = None if root is None else self._plain(root, (), frozenset())

    def line_of(self, place: Place) -> int:
        """The line of that place, or of the nearest one around it."""
        while place not in self._lines:
            place = place[:-1]
        return self._lines[place]

    def _plain(self, node: yaml.Node, place: Place, around: frozenset[int]) -> object:
        if id(node) in around:
            raise SourceUnreadable(node.start_mark.line + 1, "an alias holds itself")
        around |= {id(node)}
        if isinstance(node, yaml.MappingNode):
            return {key: self._plain(value, (*place, key), around) for key, value in self._entries(node, place)}
        if isinstance(node, yaml.SequenceNode):
            items: list[object] = []
            for number, item in enumerate(node.value):
                self._lines[*place, number] = item.start_mark.line + 1
                items.append(self._plain(item, (*place, number), around))
            return items
        return _scalar(node)

    def _entries(self, node: yaml.MappingNode, place: Place) -> Iterator[tuple[str, yaml.Node]]:
        seen: set[str] = set()
        for key_node, value in node.value:
            key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else "?"
            self._lines[*place, key] = key_node.start_mark.line + 1
            if key in seen:
                self.repeated.append((*place, key))
            seen.add(key)
            yield key, value


class SourceUnreadable(ValueError):
    """The text is no YAML; `line` counts from 1."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(problem)
        self.line = line
        self.problem = problem


def _scalar(node: yaml.Node) -> object:
    text = str(node.value)
    match node.tag:
        case "tag:yaml.org,2002:null":
            return None
        case "tag:yaml.org,2002:int" if text.isdecimal():
            return int(text)
        case _:
            return text


def field_of(place: Place) -> str:
    """`nodes.first.branches[0].when` for a place."""
    shown = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place)
    return shown.removeprefix(".") or "file"


def as_mapping(data: object) -> Mapping[str, object]:
    """The data where it is a mapping, else an empty one."""
    return data if isinstance(data, Mapping) else {}


def as_sequence(data: object) -> Sequence[object]:
    """The data where it is a list, else an empty one."""
    return data if isinstance(data, list) else ()
