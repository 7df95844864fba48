"""What others wrote in a thread is never taken for the customer's own words; who is signed out signs in again."""

import base64
import json
from contextlib import closing
from types import SimpleNamespace

import pytest

from assistant.adapters.channels.bluesky import Bluesky, said_before
from tests.desk_builders import NOW
from tests.rigs.http_server import Answer, Asked, HttpServer


def view(did: str, text: str, parent: object = None) -> SimpleNamespace:
    post = SimpleNamespace(author=SimpleNamespace(did=did), record=SimpleNamespace(text=text))
    return SimpleNamespace(post=post, parent=parent)


def test_only_the_authors_own_words_are_the_customers() -> None:
    thread = view("ann", "and mine?", view("brand", "DM us.", view("bob", "My booking is K7Q2MX.", view("ann", "Hi"))))
    said = said_before(thread, ours="brand", author="ann")
    assert [(each.role, each.text) for each in said] == [
        ("customer", "Hi"),
        ("other", "My booking is K7Q2MX."),
        ("brand", "DM us."),
    ]


def test_a_deleted_message_ends_the_thread() -> None:
    gone = SimpleNamespace(parent=view("ann", "long ago"))
    assert said_before(view("ann", "now", gone), ours="brand", author="ann") == ()


@pytest.mark.network
def test_a_session_that_the_network_ended_is_begun_anew() -> None:
    token = f"e30.{base64.urlsafe_b64encode(json.dumps({'exp': 2**32}).encode()).decode().rstrip('=')}.e30"
    signed_in: list[Asked] = []

    def sign_in(asked: Asked) -> Answer:
        signed_in.append(asked)
        return Answer({"did": "did:plc:a", "handle": "a.test", "accessJwt": token, "refreshJwt": token})

    def profile(asked: Asked) -> Answer:
        if len(signed_in) == 1:
            return Answer({"error": "ExpiredToken", "message": "Token has been revoked"}, 400)
        return Answer({"did": "did:plc:a", "handle": "a.test", "labels": []})

    server = HttpServer(
        {
            "POST /xrpc/com.atproto.server.createSession": sign_in,
            "GET /xrpc/app.bsky.actor.getProfile": profile,
        }
    )
    with closing(server):
        link = Bluesky(service=server.url, handle="a.test", password="good", clock=lambda: NOW)
        (ended,) = link.check()
        assert (ended.ok, "signs in anew" in ended.detail) == (False, True)
        assert link.check()[0].ok
        link.close()
    assert len(signed_in) == 2
