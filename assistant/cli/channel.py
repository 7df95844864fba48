"""`assistant channel`, `listen`, `send`, `record` and `replay-channel`: connected channels at the command line."""

import json
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli import options
from assistant.cli.places import RowsToRead
from assistant.errors import ChannelUnknown, SettingInvalid

if TYPE_CHECKING:
    from assistant.domain.brand import Pack
    from assistant.domain.conversation import Reply
    from assistant.domain.incoming import Incoming
    from assistant.ports import Link, Reading

PAUSE_S = 2.0
"""Between looks of `listen` and `record`."""

_seconds = click.option(
    "--seconds", type=click.FloatRange(0), default=None, help="Stop after so long (default: never)."
)


@click.group()
def channel() -> None:
    """Check a connected channel; label its account as a bot."""


@channel.command("check")
@click.argument("name")
@options.knowledge
def check_channel(name: str, knowledge: Path | None) -> int:
    """Ask the network whether the channel NAME is connected well; exit status 1 where something is missing."""
    from assistant.compose import build_store, utc_now
    from assistant.compose.channel_check import probes_of
    from assistant.domain.networks import NETWORKS
    from assistant.settings import read_settings

    pack, links = _links(knowledge, name)
    (link,) = links.values()
    channel = pack.channel(name)
    store = build_store(read_settings())
    try:
        with store.read() as look:
            probes = probes_of(link, channel, look=look, brand_id=pack.brand.id, at=utc_now()) if channel else ()
    finally:
        store.close()
        link.close()
    for probe in probes:
        word = {True: "ok", False: "MISSING", None: "note"}[probe.ok]
        click.echo(f"{word:8} {probe.what}: {probe.detail}")
    network, which = NETWORKS[link.kind], {None: "", True: "private ", False: "public "}
    for budget in network.budgets:
        amount = f"{budget.answers} {which[budget.private]}answers in {budget.per_s} s"
        click.echo(f"budget   {amount} ({network.source}, {network.checked})")
    return 1 if any(probe.ok is False for probe in probes) else 0


@channel.command("label")
@click.argument("name")
@options.knowledge
def label_channel(name: str, knowledge: Path | None) -> int:
    """Label the account of channel NAME as a bot, where the network lets programs do so; exit status 1 elsewhere."""
    from assistant.compose.channels import label_as_bot

    _, links = _links(knowledge, name)
    (link,) = links.values()
    try:
        labelled = label_as_bot(link)
    finally:
        link.close()
    click.echo("labelled" if labelled else f"{link.kind} has no way to do so from here: set the label in its settings")
    return 0 if labelled else 1


@click.command()
@click.argument("name", required=False)
@_seconds
@options.knowledge
def listen(name: str | None, seconds: float | None, knowledge: Path | None) -> int:
    """Show what comes in from now on, on channel NAME or all connected ones. Nothing is taken in or answered."""
    for channel_name, event in _events(*_links(knowledge, name), seconds):
        click.echo(json.dumps({"channel": channel_name, **_shown(event)}, ensure_ascii=False))
    return 0


@click.command()
@click.option("--dry-run", is_flag=True, help="Show what would go out and what forbids it; nothing is sent.")
@options.knowledge
def send(dry_run: bool, knowledge: Path | None) -> int:
    """Deliver the replies that are due."""
    from assistant.compose import build_store, load_brand, utc_now
    from assistant.compose.sending import deliver
    from assistant.settings import read_settings

    settings = read_settings()
    pack = load_brand(settings, knowledge)
    with closing(build_store(settings)) as store:
        if dry_run:
            with store.read() as look:
                due = look.due_replies(brand_id=pack.brand.id, now=utc_now(), limit=1_000)
                for reply in due:
                    click.echo(json.dumps(_outgoing(look, reply, pack), ensure_ascii=False))
            if not due:
                click.echo("nothing is due", err=True)
            return 0
        click.echo(json.dumps(deliver(settings, pack, store, knowledge=knowledge).model_dump()))
        return 0


@click.command()
@click.argument("name")
@options.out_file
@_seconds
@options.knowledge
def record(name: str, out_file: Path, seconds: float | None, knowledge: Path | None) -> int:
    """Keep what channel NAME brings from now on, one event a line, with people's names, numbers and ids replaced."""
    from assistant.workflows.recording import as_line, without_people

    pack, links = _links(knowledge, name)
    salt = secrets.token_hex(16)  # forgotten at the end: nobody can tell who a pseudonym was
    with click.open_file(str(out_file), "w", encoding="utf-8") as out:
        for _, event in _events(pack, links, seconds):
            out.write(as_line(without_people(event, salt=salt)) + "\n")
            out.flush()
    return 0


@click.command("replay-channel")
@click.argument("file", type=RowsToRead())
@click.option("--channel", "name", default=None, help="Channel to play it on (default: the pack's first).")
@options.knowledge
def replay_channel(file: Path, name: str | None, knowledge: Path | None) -> int:
    """Play a recording into an empty store that is thrown away, and say what became of it."""
    from assistant.compose import load_brand, scratch_store, utc_now
    from assistant.desk.receive import receive
    from assistant.settings import read_settings
    from assistant.workflows.recording import read_recording

    pack = load_brand(read_settings(), knowledge)
    played_on = name or pack.channels[0].name
    if pack.channel(played_on) is None:
        raise ChannelUnknown(played_on, [channel.name for channel in pack.channels])
    events = tuple(read_recording(file))
    with scratch_store() as store, store.begin() as tx:
        received, taken = receive(tx, events, channel=played_on, pack=pack, at=utc_now())
        waiting = len(tx.unanswered(brand_id=pack.brand.id, limit=len(taken) + 1))
    click.echo(json.dumps({**received.model_dump(), "waiting": waiting}))
    return 0


def _links(knowledge: Path | None, name: str | None) -> "tuple[Pack, Mapping[str, Link]]":
    """The links asked for. Raises `ChannelUnknown`, and `SettingInvalid` where nothing is connected."""
    from assistant.compose import load_brand
    from assistant.compose.channels import build_link, build_links
    from assistant.settings import read_settings

    settings = read_settings()
    pack = load_brand(settings, knowledge)
    if name is None:
        links = build_links(settings, pack)
        if not links:
            raise SettingInvalid("no channel is connected: give one a `connect` block in channels.yaml")
        return pack, links
    policy = pack.channel(name)
    if policy is None:
        raise ChannelUnknown(name, [channel.name for channel in pack.channels])
    if policy.connect is None:
        raise SettingInvalid(f"channels.yaml: channel {name} isn't connected: give it a `connect` block")
    return pack, {name: build_link(policy, policy.connect, data_dir=settings.data_dir)}


def _events(pack: "Pack", links: "Mapping[str, Link]", seconds: float | None) -> "Iterator[tuple[str, Incoming]]":
    """What comes in from now on, and what became of posts held here where their network is asked for it, until the time
    is over or somebody interrupts; closes the links."""
    until = None if seconds is None else time.monotonic() + seconds
    try:
        cursors = {name: link.read("").cursor for name, link in links.items()}
        looked, asked = dict.fromkeys(links, time.monotonic()), _Asked(pack)
        while until is None or time.monotonic() < until:
            _wait(until)
            for name, link in links.items():
                if time.monotonic() - looked[name] >= _pause_of(link):
                    batch = link.read(cursors[name])
                    cursors[name], looked[name] = batch.cursor, time.monotonic()
                    yield from ((name, event) for event in batch.events)
                yield from ((name, event) for event in asked.again(name, link))
    except KeyboardInterrupt:
        return
    finally:
        for link in links.values():
            link.close()


class _Asked:
    """Posts held here, each asked for once at its network's pace; nothing of it is taken in."""

    def __init__(self, pack: "Pack") -> None:
        self._pack = pack
        self._ids: dict[str, set[str]] = {}
        self._due: dict[str, float] = {}

    def again(self, name: str, link: "Link") -> "Sequence[Incoming]":
        """What changed since it was taken in, of the posts whose turn it is."""
        from assistant.compose import build_store, utc_now
        from assistant.ports import Revisiting
        from assistant.settings import read_settings
        from assistant.workflows.revisit import look_again

        if not isinstance(link, Revisiting) or time.monotonic() < self._due.get(name, 0.0):
            return ()
        ids = self._ids.setdefault(name, set())
        with closing(build_store(read_settings())) as store, store.read() as look:
            now, found = look_again(link, channel=name, look=look, pack=self._pack, at=utc_now(), asked=ids)
        ids.update(now)
        self._due[name] = time.monotonic() + link.pace.pause_s
        return found


def _pause_of(link: "Link") -> float:
    """Networks that bill or count looks say how long to wait between two."""
    from assistant.ports import Paced

    return link.poll_s if isinstance(link, Paced) else 0.0


def _wait(until: float | None, now: Callable[[], float] = time.monotonic) -> None:
    left = PAUSE_S if until is None else min(PAUSE_S, until - now())
    time.sleep(max(0.0, left))


def _shown(event: "Incoming") -> dict[str, object]:
    """The event as people read it, with personal data masked."""
    from assistant.domain.incoming import Edited, Mentioned
    from assistant.guardrails.privacy import mask

    row: dict[str, object] = {"event": type(event).__name__, **event.model_dump(mode="json")}
    if isinstance(event, Mentioned | Edited):
        post = event.post
        row["post"] = {**post.model_dump(mode="json", exclude={"address", "thread"}), "text": mask(post.words()).text}
    return row


def _outgoing(look: "Reading", reply: "Reply", pack: "Pack") -> dict[str, object]:
    """A reply that is due: how it measures and what forbids it."""
    from assistant.compose import utc_now
    from assistant.desk.channel_gate import refused
    from assistant.guardrails import fit

    posts, network = list(reply.parts[len(reply.sent_parts) :]) or [reply.text], pack.network_of(reply.channel)
    return {
        "reply_id": reply.id,
        "channel": reply.channel,
        "in_reply_to": reply.in_reply_to,
        "automated": reply.automated,
        "text": reply.text,
        "posts": [{"text": post, "measures": fit.measure(network, post)} for post in posts],
        "measures": fit.measure(network, reply.text),
        "fits": all(fit.fits(network, post) for post in posts),
        "refused": refused(look, reply, at=utc_now()),
    }
