"""`assistant agent`: who may sign in to the console."""

import secrets
import sys
from contextlib import closing

import click

from assistant.domain.agent import Role


@click.group()
def agent() -> None:
    """Who may sign in to the console. Without any agent, whoever sits at this machine is its admin."""


@agent.command()
@click.argument("name")
@click.option("--role", type=click.Choice([role.value for role in Role]), default="agent", show_default=True)
@click.option("--queue", "queues", multiple=True, help="A queue a vendor may see; repeat for more.")
@click.option("--no-password", is_flag=True, help="They sign in with the OpenID Connect provider only.")
def add(name: str, role: str, queues: tuple[str, ...], no_password: bool) -> int:
    """Add an agent, or give one a new role and password. The password is asked for, or read from standard input."""
    from assistant import compose
    from assistant.compose.console import build_passwords
    from assistant.desk.agents import add_agent
    from assistant.settings import read_settings

    if no_password:
        password = secrets.token_urlsafe(32)
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True) if _asks() else _given()
    with closing(compose.build_store(read_settings())) as store, store.begin() as tx:
        added = add_agent(
            tx,
            name=name,
            role=Role(role),
            queues=queues,
            password=password,
            passwords=build_passwords(),
            at=compose.utc_now(),
        )
    click.echo(f"{added.name} may sign in as {added.role}")
    return 0


@agent.command()
@click.argument("name")
def remove(name: str) -> int:
    """Remove an agent; they are signed out at once."""
    from assistant import compose
    from assistant.settings import read_settings

    with closing(compose.build_store(read_settings())) as store, store.begin() as tx:
        tx.drop_agent(name)
    click.echo(f"{name} can't sign in any more")
    return 0


@agent.command(name="list")
def list_agents() -> int:
    """Everybody who may sign in."""
    from assistant import compose
    from assistant.settings import read_settings

    with closing(compose.build_store(read_settings())) as store, store.read() as look:
        found = look.agents()
    for each in found:
        click.echo(f"{each.name}\t{each.role}\t{', '.join(each.queues)}")
    if not found:
        click.echo("no agents: whoever sits at this machine is the console's admin", err=True)
    return 0


def _asks() -> bool:
    return sys.stdin.isatty()


def _given() -> str:
    return sys.stdin.readline().rstrip("\r\n")
