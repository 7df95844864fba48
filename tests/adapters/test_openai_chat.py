"""The model path over real HTTP, against a small server that answers as told."""

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr

from assistant.adapters.openai_chat import OpenAIChat
from assistant.errors import ModelOutputInvalid, ModelRefusesKey, ModelUnavailable

pytestmark = pytest.mark.network

Answer = tuple[int, dict[str, str], bytes, float]
"""Status, headers, body, and seconds to wait before it."""


class Colour(BaseModel):
    name: str
    certain: bool


class FakeServer:
    """Gives out scripted answers in order and remembers the requests."""

    def __init__(self, answers: Sequence[Answer]) -> None:
        self.answers = list(answers)
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.at: list[float] = []
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # the body would wait 40 ms for the client to acknowledge the head

            def do_POST(self) -> None:
                fake.at.append(time.monotonic())
                body = self.rfile.read(int(self.headers["content-length"]))
                fake.requests.append({"path": self.path, **json.loads(body)})
                fake.headers.append({key.lower(): value for key, value in self.headers.items()})
                status, headers, payload, wait_s = fake.answers.pop(0)
                time.sleep(wait_s)
                self.send_response_only(status)
                for key, value in {"content-type": "application/json", **headers}.items():
                    self.send_header(key, value)
                self.send_header("content-length", str(len(payload)))
                self.end_headers()
                self.wfile.write(payload)

            def log_message(self, format: str, *args: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/v1"


Serve = Callable[..., FakeServer]


@pytest.fixture
def serve() -> Iterator[Serve]:
    running: list[FakeServer] = []

    def start(*answers: Answer) -> FakeServer:
        running.append(FakeServer(answers))
        return running[-1]

    yield start
    for server in running:
        server.server.shutdown()
        server.server.server_close()


def completion(content: str, **message: object) -> Answer:
    body = {
        "id": "c1",
        "object": "chat.completion",
        "created": 1,
        "model": "tiny",
        "choices": [
            {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": content, **message}}
        ],
        "usage": {"prompt_tokens": 21, "completion_tokens": 7, "total_tokens": 28},
    }
    return 200, {}, json.dumps(body).encode(), 0.0


def error(status: int, **headers: str) -> Answer:
    return status, headers, json.dumps({"error": {"message": "no", "type": "t", "code": "c"}}).encode(), 0.0


GOOD = completion('{"name": "red", "certain": true}')


async def ask(server: FakeServer, *, timeout_s: float = 5.0, key: str | None = "sk-test") -> tuple[Colour, object]:
    chat = OpenAIChat(model="tiny", api_key=SecretStr(key) if key else None, base_url=server.url, timeout_s=timeout_s)
    assert chat.name == "tiny"
    return await chat.complete(system="You name colours.", user="Of a tomato?", into=Colour)


async def test_a_strict_schema_is_asked_for_and_filled(serve: Serve) -> None:
    server = serve(GOOD)
    assert await ask(server) == (Colour(name="red", certain=True), {"in": 21, "out": 7})
    (sent,) = server.requests
    assert sent["path"] == "/v1/chat/completions"
    assert [message["role"] for message in sent["messages"]] == ["system", "user"]
    assert sent["response_format"]["type"] == "json_schema"
    assert sent["response_format"]["json_schema"]["strict"] is True
    assert sorted(sent["response_format"]["json_schema"]["schema"]["required"]) == ["certain", "name"]
    assert server.headers[0]["authorization"] == "Bearer sk-test"


async def test_a_server_of_ones_own_needs_no_key(serve: Serve) -> None:
    server = serve(GOOD)
    await ask(server, key=None)
    assert "sk-" not in server.headers[0]["authorization"]


@pytest.mark.parametrize("status", [401, 403])
async def test_a_wrong_key_is_said_at_once(serve: Serve, status: int) -> None:
    server = serve(error(status))
    with pytest.raises(ModelRefusesKey, match="OPENAI_API_KEY"):
        await ask(server)
    assert len(server.requests) == 1


async def test_an_unknown_model_names_the_settings_to_check(serve: Serve) -> None:
    server = serve(error(404))
    with pytest.raises(ModelUnavailable, match="ASSISTANT_MODEL"):
        await ask(server)
    assert len(server.requests) == 1


async def test_a_refused_request_is_not_repeated(serve: Serve) -> None:
    server = serve(error(422))
    with pytest.raises(ModelUnavailable, match="422"):
        await ask(server)
    assert len(server.requests) == 1


async def test_overload_waits_as_long_as_the_server_asks(serve: Serve) -> None:
    server = serve(error(429, **{"retry-after": "0.6"}), GOOD)
    assert (await ask(server))[0].name == "red"
    assert server.at[1] - server.at[0] >= 0.6


async def test_a_date_to_come_back_at_is_read_on_the_servers_clock(serve: Serve) -> None:
    dates = {"date": "Sat, 14 Nov 2026 09:00:00 GMT", "retry-after": "Sat, 14 Nov 2026 09:00:01 GMT"}
    server = serve(error(503, **dates), GOOD)
    await ask(server)
    assert server.at[1] - server.at[0] >= 1.0


async def test_a_pause_past_the_deadline_gives_up_at_once(serve: Serve) -> None:
    server = serve(error(429, **{"retry-after": "60"}), GOOD)
    started = time.monotonic()
    with pytest.raises(ModelUnavailable, match="429"):
        await ask(server)
    assert time.monotonic() - started < 2
    assert len(server.requests) == 1


async def test_a_server_error_is_tried_again(serve: Serve) -> None:
    server = serve(error(500), GOOD)
    assert (await ask(server))[0].name == "red"
    assert len(server.requests) == 2


async def test_a_server_that_stays_broken_is_unavailable(serve: Serve) -> None:
    server = serve(error(500), error(502), error(503), GOOD)
    with pytest.raises(ModelUnavailable, match="503"):
        await ask(server)
    assert len(server.requests) == 3


async def test_a_server_that_isnt_there_is_unavailable(serve: Serve) -> None:
    server = serve()
    server.server.server_close()
    with pytest.raises(ModelUnavailable, match="can't be reached"):
        await ask(server, timeout_s=2)


async def test_a_slow_server_is_left_at_the_deadline(serve: Serve) -> None:
    status, headers, body, _ = GOOD
    server = serve((status, headers, body, 1.0))
    started = time.monotonic()
    with pytest.raises(ModelUnavailable, match=r"within 0\.3 s"):
        await ask(server, timeout_s=0.3)
    assert time.monotonic() - started < 0.9


@pytest.mark.parametrize(
    "answer",
    [
        completion('{"name": "red", "certain": tr'),
        completion('{"colour": "red"}'),
        completion("I'd say red."),
        completion(""),
        completion("", refusal="I can't talk about tomatoes."),
        (200, {}, b'{"choices": [{"message"', 0.0),
        (200, {"content-type": "text/html"}, b"<html>login</html>", 0.0),
        (200, {}, b"{}", 0.0),
    ],
    ids=["cut", "other schema", "prose", "empty", "refusal", "cut body", "html", "no choices"],
)
async def test_an_unusable_answer_is_said_to_be_one(serve: Serve, answer: Answer) -> None:
    server = serve(answer)
    with pytest.raises(ModelOutputInvalid):
        await ask(server)
    assert len(server.requests) == 1


async def test_an_answer_cut_at_its_length_is_unusable(serve: Serve) -> None:
    status, headers, body, wait_s = completion('{"name": "re')
    cut = body.replace(b'"finish_reason": "stop"', b'"finish_reason": "length"')
    with pytest.raises(ModelOutputInvalid):
        await ask(serve((status, headers, cut, wait_s)))


def test_a_model_outlives_the_event_loop_it_was_first_used_in(serve: Serve) -> None:
    server = serve(GOOD, GOOD)
    chat = OpenAIChat(model="tiny", api_key=None, base_url=server.url, timeout_s=5)
    for _ in range(2):
        answer, _ = asyncio.run(chat.complete(system="s", user="u", into=Colour))
        assert answer.name == "red"
