"""Setting a channel up by form: what was filled in becomes a block of `channels.yaml`, is checked, and is written.

Secrets never pass through here: a block names none, and the form only says which variables the environment lacks.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import yaml
from pydantic import TypeAdapter, ValidationError

from assistant.compose.channel_check import probes_of
from assistant.compose.channel_kinds import KINDS
from assistant.compose.channel_needs import Kind, variable_of
from assistant.compose.channels import build_link
from assistant.domain.brand import ChannelPolicy
from assistant.domain.incoming import Probe
from assistant.domain.networks import NETWORKS
from assistant.domain.value import Value
from assistant.errors import ChannelUnknown, InputInvalid, PackInvalid, SettingInvalid
from assistant.kb.pack import load_pack
from assistant.kb.pack_file import put_into_pack
from assistant.kb.pack_source import Problems, read_text
from assistant.ports import Store
from assistant.settings import Settings, read_channel_secrets

FILE = "channels.yaml"
_CHANNELS = TypeAdapter(tuple[ChannelPolicy, ...])


class SecretState(Value):
    """One variable of the environment a channel reads, and whether this process has it."""

    variable: str
    about: str
    required: bool
    is_set: bool


def kind_named(name: str) -> Kind:
    """Raises `InputInvalid`."""
    if name not in KINDS:
        raise InputInvalid(f"{name!r} is no kind of channel; one of {', '.join(sorted(KINDS))}")
    return KINDS[name]


def secrets_of(channel: str, kind: str) -> Sequence[SecretState]:
    """What the environment holds of what this kind reads."""
    there = read_channel_secrets(channel)
    return [
        SecretState(
            variable=variable_of(channel, secret.name),
            about=secret.about,
            required=secret.required,
            is_set=secret.name in there,
        )
        for secret in kind_named(kind).secrets
    ]


def filled_in(before: ChannelPolicy, kind: str, *, given: Mapping[str, str], approval: str) -> ChannelPolicy:
    """The channel with what was filled in; empty fields and those of other kinds are left out.

    Raises `InputInvalid`.
    """
    settings: dict[str, str | bool] = {}
    for setting in kind_named(kind).settings:
        value = given.get(setting.name, "").strip()
        if value:
            settings[setting.name] = value == "true" if setting.flag else value
        elif setting.required:
            raise InputInvalid(f"{setting.name} is missing: {setting.about}")
    connect = {"kind": kind, "settings": settings, **({"approval": approval.strip()} if approval.strip() else {})}
    try:
        return ChannelPolicy.model_validate({**before.model_dump(), "connect": connect})
    except ValidationError as invalid:
        raise InputInvalid("; ".join(str(error["msg"]) for error in invalid.errors())) from invalid


def block_of(channel: ChannelPolicy) -> str:
    """The channel as it stands in `channels.yaml`, one item of its list."""
    row = channel.model_dump(mode="json", exclude_defaults=True)
    row = {"name": channel.name, "default_visibility": channel.default_visibility.value, **row}
    return yaml.safe_dump([row], sort_keys=False, allow_unicode=True)


def try_out(
    channel: ChannelPolicy, settings: Settings, *, store: Store, brand_id: str, at: datetime
) -> Sequence[Probe]:
    """What `assistant channel check` says of the channel, before it is written. Never raises for what is missing."""
    if channel.connect is None:
        return ()
    try:
        link = build_link(channel, channel.connect, data_dir=settings.data_dir)
    except SettingInvalid as missing:
        return (Probe(what="settings", ok=False, detail=str(missing)),)
    try:
        with store.read() as look:
            probes = probes_of(link, channel, look=look, brand_id=brand_id, at=at)
    finally:
        link.close()
    budgets = NETWORKS[link.kind].budgets
    return [*probes, *(_told(budget.answers, budget.per_s) for budget in budgets)]


def _told(answers: int, per_s: int) -> Probe:
    return Probe(what="budget", ok=True, detail=f"{answers} answers in {per_s} s")


def write_block(channel: ChannelPolicy, folder: Path) -> None:
    """Replace the channel's item in `channels.yaml`, or add it; everything else stays as people wrote it.

    A file with which the pack can't be loaded is put back. Raises `PackInvalid`, and `Infrastructure` where it can't be
    written.
    """
    problems = Problems()
    before = read_text(folder, FILE, problems)
    if before is None:
        raise PackInvalid(problems.in_order())
    put_into_pack(folder, FILE, with_block(before, channel), remedy="copy the block into it by hand")


def with_block(text: str, channel: ChannelPolicy) -> str:
    """The file's text with the channel's item put in the place of its old one, or at the end."""
    block = block_of(channel)
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    for item in node.value if isinstance(node, yaml.SequenceNode) else ():
        names = {key.value: value.value for key, value in item.value if isinstance(value, yaml.ScalarNode)}
        if names.get("name") == channel.name:
            lines = text.splitlines(keepends=True)
            first, last = item.start_mark.line, item.end_mark.line + (1 if item.end_mark.column else 0)
            while lines[last - 1].lstrip()[:1] in {"", "#"}:  # what stands before the next item is the next item's
                last -= 1
            return "".join([*lines[:first], block, *lines[last:]])
    return f"{text.rstrip()}\n{block}" if text.strip() else block


def written(folder: Path) -> tuple[ChannelPolicy, ...]:
    """The channels as their file stands now. Raises `PackInvalid`."""
    try:
        return _CHANNELS.validate_python(yaml.safe_load((folder / FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError, yaml.YAMLError):
        return load_pack(folder).channels  # says where the mistake is


def channel_of(name: str, channels: Sequence[ChannelPolicy]) -> ChannelPolicy:
    """The channel of that name, or a new one. Raises `ChannelUnknown` where no channel can have it."""
    known = next((channel for channel in channels if channel.name == name), None)
    if known is not None:
        return known
    if not (name.isascii() and name.replace("_", "a").isalnum() and name[:1].isalpha() and name == name.lower()):
        raise ChannelUnknown(name, [channel.name for channel in channels])
    return ChannelPolicy(name=name)
