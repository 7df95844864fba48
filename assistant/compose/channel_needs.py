"""What a kind of channel asks for, as data: settings in `channels.yaml`, secrets in the environment, its adapter."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from pydantic import SecretStr

from assistant.domain.vocabulary import Visibility
from assistant.errors import SettingInvalid
from assistant.ports import Link


@dataclass(frozen=True)
class Setting:
    """One line of `connect.settings`. What isn't given is left to the adapter, where it isn't `required`.

    `least` makes it a number of seconds, `flag` a yes or no, `choices` one of these words; `argument` is what the
    adapter calls it, where that differs.
    """

    name: str
    about: str
    required: bool = False
    argument: str = ""
    least: int | None = None
    flag: bool = False
    choices: tuple[str, ...] = ()

    def read(self, wants: "Wants") -> object:
        """Its value, None where it isn't given. Raises `SettingInvalid`."""
        given = wants.given(self.name, required=self.required)
        where = f"channels.yaml: channel {wants.channel}: connect.settings.{self.name}"
        if given is None:
            return None
        if self.flag:
            if str(given).casefold() not in {"true", "false"}:
                raise SettingInvalid(f"{where} is true or false, not {given!r}")
            return str(given).casefold() == "true"
        if self.least is not None:
            if not str(given).isdigit() or int(given) < self.least:
                raise SettingInvalid(f"{where} is a number of seconds, {self.least} at least, not {given!r}")
            return float(given)
        if self.choices and given not in self.choices:
            raise SettingInvalid(f"{where} is one of {', '.join(self.choices)}, not {given!r}")
        return str(given)


@dataclass(frozen=True)
class Secret:
    """One variable of the environment, `ASSISTANT_CHANNEL_<NAME>_<SECRET>`."""

    name: str
    about: str
    required: bool = True


@dataclass(frozen=True)
class Wants:
    """What one channel was given. `tokens` is the file for tokens that are renewed."""

    channel: str
    settings: Mapping[str, str | int | bool]
    secrets: Mapping[str, SecretStr]
    tokens: Path
    visibility: Visibility = Visibility.PUBLIC

    def given(self, name: str, *, required: bool = False) -> str | int | bool | None:
        """A setting as it was written. Raises `SettingInvalid` naming its place."""
        value = self.settings.get(name)
        if value is None or value == "":
            if required:
                where = f"channels.yaml: channel {self.channel}: connect.settings.{name}"
                raise SettingInvalid(f"{where} is missing; add it")
            return None
        return value

    def text(self, name: str, default: str) -> str:
        """A setting that needn't be given."""
        value = self.given(name)
        return default if value is None else str(value)

    def secret(self, name: str, *, required: bool = True) -> str | None:
        """Raises `SettingInvalid` naming the variable."""
        if name in self.secrets:
            return self.secrets[name].get_secret_value()
        if required:
            raise SettingInvalid(f"channel {self.channel} needs the environment variable {self.variable(name)}; set it")
        return None

    def variable(self, secret: str) -> str:
        """Where a secret stands."""
        return variable_of(self.channel, secret)


More = Callable[[Wants], Mapping[str, object]]
"""What an adapter takes besides settings and secrets of the same name. Raises `SettingInvalid`."""


@dataclass(frozen=True)
class Kind:
    """One kind of channel. `adapter` is module and class below `assistant.adapters.channels`, imported when used.

    `called`: the network calls `/webhooks/<name>`. `private`: its messages are private.
    """

    title: str
    adapter: str
    settings: tuple[Setting, ...] = ()
    secrets: tuple[Secret, ...] = ()
    more: More = lambda wants: {}
    called: bool = False
    private: bool = False

    def build(self, wants: Wants) -> Link:
        """Raises `SettingInvalid` naming what is missing, wrong or unknown."""
        self._check_names(wants)
        made = {setting.argument or setting.name: setting.read(wants) for setting in self.settings}
        made |= {secret.name: wants.secret(secret.name, required=secret.required) for secret in self.secrets}
        made |= self.more(wants)
        module, _, name = self.adapter.partition(":")
        adapter: Callable[..., Link] = getattr(import_module(f"assistant.adapters.channels.{module}"), name)
        return adapter(**{argument: value for argument, value in made.items() if value is not None})

    def _check_names(self, wants: Wants) -> None:
        known = [setting.name for setting in self.settings]
        unknown = sorted(set(wants.settings) - set(known))
        if unknown:
            where = f"channels.yaml: channel {wants.channel}: connect.settings.{unknown[0]}"
            raise SettingInvalid(f"{where} is unknown; known: {', '.join(known) or 'none'}")


def variable_of(channel: str, secret: str) -> str:
    """The environment variable that holds a secret of a channel."""
    return f"ASSISTANT_CHANNEL_{channel.upper()}_{secret.upper()}"
