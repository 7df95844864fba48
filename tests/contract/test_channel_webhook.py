"""The contract of channels over signed webhooks."""

from collections.abc import Iterator

import pytest

from tests.contract.channel_promises import ChannelPromises
from tests.rigs.webhook import WebhookRig


class TestWebhook(ChannelPromises):
    @pytest.fixture
    def rig(self) -> Iterator[WebhookRig]:
        rig = WebhookRig()
        yield rig
        rig.server.close()
