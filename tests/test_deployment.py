"""What compose.yaml and the Procfile start exists, and is what the guide says."""

import json
import os
import re
import shlex
from pathlib import Path

import click
import yaml

from assistant.cli import cli
from assistant.settings import Settings

ROOT = Path(__file__).parent.parent
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())


def parsed(words: list[str]) -> click.Context:
    """The command these words start, its options checked."""
    command = cli.get_command(click.Context(cli), words[0])
    assert command is not None, words
    return command.make_context(words[0], words[1:])


def test_every_command_of_compose_is_one_of_ours() -> None:
    services = COMPOSE["services"]
    assert parsed(services["web"]["command"][1:]).params["worker"] is False
    parsed(services["worker"]["command"][1:])
    for each in services["prepare"]["command"][2].split(" && "):
        parsed(each.split()[1:])
    assert (services["web"]["deploy"]["replicas"], services["worker"]["deploy"]["replicas"]) == (2, 3)


def test_compose_sets_only_what_the_settings_know_and_waits_for_services_it_has() -> None:
    known = {f"ASSISTANT_{name.upper()}" for name in Settings.model_fields}
    for name in ("web", "worker", "prepare"):
        service = COMPOSE["services"][name]
        assert set(service["environment"]) <= known
        assert service["environment"]["ASSISTANT_CHROMA_URL"] == "http://chroma:8000"
        assert set(service["depends_on"]) <= set(COMPOSE["services"])
        assert {each.split(":")[0] for each in service["volumes"]} <= set(COMPOSE["volumes"])


def test_the_procfile_starts_two_web_processes_and_three_workers() -> None:
    lines = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines())
    waiting = "deploy/after-servers assistant "
    ours = {name: parsed(shlex.split(line)[2:]) for name, line in lines.items() if line.startswith(waiting)}
    assert os.access(ROOT / "deploy/after-servers", os.X_OK)
    assert sorted(ours) == ["web1", "web2", "worker1", "worker2", "worker3"]
    assert {ours[name].params["port"] for name in ("web1", "web2")} == {8000, 8001}
    assert lines.keys() - ours.keys() == {"postgres", "chroma"}


def test_the_unit_starts_what_is_there_with_settings_that_are_known() -> None:
    lines = dict(
        line.split("=", 1)
        for line in (ROOT / "deploy/assistant.service").read_text().splitlines()
        if "=" in line and not line.startswith("#")
    )
    program, *words = shlex.split(lines["ExecStart"])
    assert program.startswith(lines["WorkingDirectory"])
    assert parsed(words).params["worker"] is True
    given = dict(each.split("=", 1) for each in shlex.split(lines["Environment"]))
    assert set(given) <= {f"ASSISTANT_{name.upper()}" for name in Settings.model_fields}
    assert given["ASSISTANT_DATA_DIR"] == f"/var/lib/{lines['StateDirectory']}"


def test_the_image_asks_for_its_key_before_it_fits_models_and_looks_at_the_port_it_serves_on() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    shell, option, script = json.loads(next(line for line in lines if line.startswith("CMD")).removeprefix("CMD "))
    steps = script.split(" && ")
    assert (shell, option) == ("sh", "-c")
    assert steps[0].startswith(': "${ASSISTANT_API_KEY:?')
    assert [parsed(step.removeprefix("exec ").split()[1:]).info_name for step in steps[1:]] == [
        "index",
        "train",
        "serve",
    ]
    assert any("HEALTHCHECK" in line for line in lines)
    assert any("$ASSISTANT_PORT/api/health" in line for line in lines)
    settings = next(line for line in lines if line.startswith("ENV "))
    assert set(re.findall(r"ASSISTANT_[A-Z_]+", settings)) <= {f"ASSISTANT_{n.upper()}" for n in Settings.model_fields}


def test_the_image_holds_the_suites_and_its_web_processes_share_their_runs() -> None:
    """QA runs suites from the console, where nobody has a shell; what one process ran the other shows."""
    image = (ROOT / "Dockerfile").read_text()
    for folder in ("suites", "judges"):
        assert re.search(rf"^COPY --chown=assistant evals/{folder} \./evals/{folder}$", image, re.MULTILINE)
        assert (ROOT / "evals" / folder).is_dir()
    before, after = image.split("USER 10001")
    assert "chown assistant evals evals/runs" in before
    assert "WORKDIR" not in after, "suites are looked for below the folder that processes start in"
    assert "evals:/app/evals" in COMPOSE["services"]["web"]["volumes"]
    assert "evals" in COMPOSE["volumes"]
