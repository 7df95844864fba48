"""How the brand speaks, in which words machines say that they are, and which versions think now."""

import re
from collections.abc import Mapping
from dataclasses import replace

from starlette.testclient import TestClient

from assistant.compose import Assistant
from assistant.domain.certificate import Permits, Proof
from assistant.prompts import Prompts
from assistant.web.app import create_app


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def thinking(assistant: Assistant, versions: Mapping[str, str]) -> TestClient:
    return TestClient(create_app(replace(assistant, proof=lambda: Proof(permits=Permits(), versions=versions))))


def test_the_voice_and_the_disclosure_stand_in_their_words(client: TestClient, assistant: Assistant) -> None:
    page = words(client.get("/voice").text)
    voice, disclosure = assistant.pack.brand.voice, assistant.pack.brand.disclosure["en"]
    for said in (*voice.empathy, *voice.next_step_public, *voice.holding, disclosure.short):
        assert said in page
    assert "Closing questions" not in page or voice.closing_questions


def test_every_prompt_is_shown_with_what_it_is_for(client: TestClient, assistant: Assistant) -> None:
    page = client.get("/voice").text
    prompts = Prompts(assistant.settings.prompts)
    for name, header in prompts.headers.items():
        assert name in page
        assert header.about in page
    assert "{{ answer" in page or "{% for sentence in answer %}" in page


def test_the_versions_that_think_are_named_and_prompts_that_wait_for_a_restart(assistant: Assistant) -> None:
    now = Prompts(assistant.settings.prompts).fingerprint
    page = words(thinking(assistant, {"pack": "1" * 64, "prompts": now}).get("/voice").text)
    assert "pack 111111111111" in page
    assert "wait for a restart" not in page
    older = words(thinking(assistant, {"prompts": "older"}).get("/voice").text)
    assert "The files were changed since this process read them: they wait for a restart." in older
