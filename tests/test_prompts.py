"""Templates are loaded once, checked against their headers, and filled strictly."""

from pathlib import Path

import pytest

from assistant.errors import NotFound, PromptInvalid
from assistant.prompts import Prompts

SHIPPED = Path(__file__).parent.parent / "prompts"


def header(inputs: str) -> str:
    return f"{{#\nabout: a test\ninputs: {inputs}\nschema: text\n-#}}\n"


def folder_with(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.j2").write_text(text, "utf-8")
    return folder


def test_the_shipped_templates_load_and_match_their_headers() -> None:
    prompts = Prompts(SHIPPED)
    assert {
        "reply_extractive.j2",
        "draft_reply.system.j2",
        "draft_reply.user.j2",
        "_voice.j2",
    } <= prompts.headers.keys()


def test_a_template_is_filled_without_escaping(tmp_path: Path) -> None:
    prompts = Prompts(folder_with(tmp_path, hello=header("who") + "Hello {{ who }}"))
    assert prompts.render("hello", who="<Ann & Bob>") == "Hello <Ann & Bob>"


def test_filled_in_text_is_never_a_template(tmp_path: Path) -> None:
    prompts = Prompts(folder_with(tmp_path, hello=header("who") + "{{ who }}"))
    assert prompts.render("hello", who="{{ 7 * 7 }}{% include 'x' %}") == "{{ 7 * 7 }}{% include 'x' %}"


def test_an_include_counts_with_what_it_needs(tmp_path: Path) -> None:
    prompts = Prompts(
        folder_with(tmp_path, hello=header("who") + '{% include "_part.j2" %}', _part=header("who") + "to {{ who }}")
    )
    assert prompts.render("hello", who="you") == "to you"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Hello {{ who }}", "header lacks about, inputs, schema"),
        (header("none") + "Hello {{ who }}", "uses who"),
        (header("who, when") + "Hello {{ who }}", "names when"),
        (header("who") + "Hello {{ who", "hello.j2:6"),
        (header("none") + '{% include "absent.j2" %}', "absent.j2"),
        (header("none") + '{% include "hello.j2" %}', "includes itself"),
    ],
)
def test_a_mistake_is_named_with_its_file(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(PromptInvalid, match=r"hello\.j2") as caught:
        Prompts(folder_with(tmp_path, hello=text))
    assert problem in str(caught.value)


def test_a_missing_input_is_an_error_not_a_gap(tmp_path: Path) -> None:
    prompts = Prompts(folder_with(tmp_path, hello=header("who") + "Hello {{ who }}"))
    with pytest.raises(PromptInvalid, match="who"):
        prompts.render("hello")


def test_a_template_can_not_reach_into_the_program(tmp_path: Path) -> None:
    prompts = Prompts(folder_with(tmp_path, hello=header("who") + "{{ who.__class__.__mro__ }}"))
    with pytest.raises(PromptInvalid):
        prompts.render("hello", who="x")


def test_unknown_and_partial_names_are_not_found(tmp_path: Path) -> None:
    prompts = Prompts(folder_with(tmp_path, _part=header("none") + "part", hello=header("none") + "x"))
    for name in ("absent", "_part"):
        with pytest.raises(NotFound, match="prompt"):
            prompts.render(name)


def test_a_folder_without_templates_says_which_setting_names_it(tmp_path: Path) -> None:
    with pytest.raises(PromptInvalid, match="ASSISTANT_PROMPTS"):
        Prompts(tmp_path / "nowhere")


def test_the_fingerprint_follows_the_content(tmp_path: Path) -> None:
    before = Prompts(folder_with(tmp_path, hello=header("none") + "x")).fingerprint
    assert Prompts(tmp_path).fingerprint == before
    assert Prompts(folder_with(tmp_path, hello=header("none") + "y")).fingerprint != before
