"""What a guide says to write into `channels.yaml` connects the channel it is about."""

import json
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml
from joserfc.jwk import ECKey

from assistant.adapters.channels.webhook import WebhookLink
from assistant.compose.channel_kinds import KINDS
from assistant.compose.channels import build_link
from assistant.domain.brand import ChannelPolicy, Connection
from assistant.domain.incoming import Mentioned
from assistant.domain.vocabulary import Visibility
from assistant.errors import SettingInvalid

GUIDES = Path(__file__).parents[2] / "docs" / "guides" / "channels"
_BLOCK = re.compile(r"```yaml\n(.*?)```|`(- \{name: [^`]*\}\})`", re.DOTALL)


def _blocks(guide: Path) -> Sequence[ChannelPolicy]:
    text = guide.read_text(encoding="utf-8")
    found = [each[1] or each[2] for each in _BLOCK.finditer(text)]
    return [ChannelPolicy.model_validate(row) for block in found for row in yaml.safe_load(block)]


BLOCKS = {policy.name: policy for guide in sorted(GUIDES.glob("*.md")) for policy in _blocks(guide)}
SECRETS = ["token", "secret", "password", "app_secret", "verify_token", "consumer_secret", "key", "refresh_token"]


def _give_secrets(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for secret in SECRETS:
        monkeypatch.setenv(f"ASSISTANT_CHANNEL_{name.upper()}_{secret.upper()}", "c2VjcmV0")
    pem = ECKey.generate_key("P-256").as_pem(private=True).decode()
    monkeypatch.setenv(f"ASSISTANT_CHANNEL_{name.upper()}_PRIVATE_KEY", pem)


@pytest.mark.parametrize("visibility", list(Visibility))
def test_a_webhooks_messages_are_as_private_as_their_channel_unless_they_say(
    visibility: Visibility, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = BLOCKS["webhook"].model_copy(update={"default_visibility": visibility})
    assert policy.connect is not None
    _give_secrets("webhook", monkeypatch)
    link: object = build_link(policy, policy.connect, data_dir=tmp_path)
    assert isinstance(link, WebhookLink)
    told = [{"id": "1"}, {"id": "2", "visibility": "private"}, {"id": "3", "visibility": "public"}]
    bodies = [json.dumps({"type": "mention.created", "data": {"text": "Hi", **data}}).encode() for data in told]
    events = [event for body in bodies for event in link.parse(body)]
    seen = [event.post.visibility for event in events if isinstance(event, Mentioned)]
    assert seen == [visibility, Visibility.PRIVATE, Visibility.PUBLIC]
    link.close()


def test_every_kind_has_a_guide_with_a_block() -> None:
    assert set(KINDS) == {policy.connect.kind for policy in BLOCKS.values() if policy.connect}


def test_a_setting_the_kind_does_not_know_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _give_secrets("mastodon", monkeypatch)
    connect = Connection(kind="mastodon", settings={"server": "https://a.test", "sever": "https://a.test"})
    with pytest.raises(SettingInvalid, match=r"channel mastodon: connect\.settings\.sever is unknown; known: server"):
        build_link(ChannelPolicy(name="mastodon"), connect, data_dir=tmp_path)


@pytest.mark.parametrize("name", BLOCKS)
def test_the_block_of_a_guide_connects(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = BLOCKS[name]
    assert policy.connect is not None
    _give_secrets(name, monkeypatch)
    if name == "x":
        monkeypatch.delenv("ASSISTANT_CHANNEL_X_REFRESH_TOKEN")  # its block is for a token that lasts
    link = build_link(policy, policy.connect, data_dir=tmp_path)
    assert link.kind == policy.connect.kind == name
    link.close()
    for secret in (*SECRETS, "private_key"):
        monkeypatch.delenv(f"ASSISTANT_CHANNEL_{name.upper()}_{secret.upper()}", raising=False)
    if name not in {"rss", "files"}:
        with pytest.raises(SettingInvalid, match=f"ASSISTANT_CHANNEL_{name.upper()}_"):
            build_link(policy, policy.connect, data_dir=tmp_path)
