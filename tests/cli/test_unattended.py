"""What docs/how-to/unattended.md says to write into cron, systemd and GitHub Actions."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

import altsync
from tests.cli.conftest import TOKEN, Owner

ROOT = Path(altsync.__file__).parents[1]
PAGE = ROOT / "docs" / "how-to" / "unattended.md"


def blocks(language: str) -> list[str]:
    """The fenced blocks of one language, in order."""
    found = re.findall(
        rf"^```{language}\n(.*?)^```$",
        PAGE.read_text("utf-8"),
        re.MULTILINE | re.DOTALL,
    )
    assert found, f"the page has no {language}"
    return found


@pytest.fixture
def bare(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What cron gives: a short PATH (with altsync on it), and no more: no HOME, no
    terminal, no language."""
    directory = tmp_path_factory.mktemp("bin")
    command = directory / "altsync"
    command.write_text(
        f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m altsync "$@"\n'
    )
    command.chmod(0o755)
    return {"PATH": f"{directory}:/usr/bin:/bin", "LANG": "C", "SHELL": "/bin/sh"}


def sh(
    line: str, directory: Path, environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/bash", "-e", "-c", line] if "\n" in line else ["/bin/sh", "-c", line],
        cwd=directory,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        start_new_session=True,
        check=False,
    )


def bounded(owner: Owner) -> None:
    with (owner.directory / "altsync.toml").open("a") as file:
        file.write("\n[run]\nlimit = 3\n")


def test_the_settings_of_the_page_are_settings(mirrored: Owner) -> None:
    (toml,) = blocks("toml")
    text = re.sub(r"^# (?=\w+ =)", "", toml, flags=re.MULTILINE)
    with (mirrored.directory / "altsync.toml").open("a") as file:
        file.write(text)
    mirrored.run("status")


def test_the_line_for_cron(
    mirrored: Owner, bare: dict[str, str], tmp_path: Path
) -> None:
    bounded(mirrored)
    secrets = blocks("sh")[-1]
    assert "export ALTSYNC_TOKEN=…" in secrets
    (mirrored.directory / "altsync.env").write_text(f"export ALTSYNC_TOKEN={TOKEN}\n")
    (table,) = [one for one in blocks("text") if "MAILTO" in one]
    minute, hour, _, _, _, line = table.splitlines()[-1].split(maxsplit=5)
    assert (minute, hour) == ("17", "3")
    line = line.replace("/srv/altsync", str(mirrored.directory))
    path = mirrored.directory / "altsync.toml"
    settings = path.read_text()
    path.write_text(settings.replace('model = "altsync-demo"', ""))
    silent = sh(line, tmp_path, bare)
    assert (silent.returncode, silent.stdout, silent.stderr) == (0, "", "")
    path.write_text(settings)
    ran = sh(line, tmp_path, bare)
    assert (ran.returncode, ran.stderr) == (3, "")
    assert "3 images to judge" in ran.stdout


@pytest.mark.skipif(
    not shutil.which("systemd-analyze"), reason="there is no systemd-analyze"
)
def test_the_units_for_systemd(bare: dict[str, str], tmp_path: Path) -> None:
    service, timer = blocks("ini")
    altsync = bare["PATH"].partition(":")[0] + "/altsync"
    service = service.replace("/usr/local/bin/altsync", altsync)
    service = service.replace("User=altsync", "User=root")
    for name, text in (("altsync.service", service), ("altsync.timer", timer)):
        (tmp_path / name).write_text(text)
    said = subprocess.run(
        [
            "systemd-analyze",
            "verify",
            tmp_path / "altsync.service",
            tmp_path / "altsync.timer",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    about_us = [line for line in said.stderr.splitlines() if "altsync" in line]
    assert about_us == [], said
    (moment,) = re.findall(r"OnCalendar=(.*)", timer)
    subprocess.run(
        ["systemd-analyze", "calendar", moment], check=True, capture_output=True
    )


def steps() -> list[dict[str, Any]]:
    (text,) = blocks("yaml")
    job = yaml.safe_load(text)["jobs"]["run"]
    return list(job["steps"])


def test_the_workflow_names_secrets_and_prints_none() -> None:
    text = blocks("yaml")[0]
    for step in steps():
        for value in step.get("env", {}).values():
            assert re.fullmatch(r"\$\{\{ secrets\.[A-Z_]+ \}\}", value)
        assert "${{" not in step.get("run", "")
    assert yaml.safe_load(text)["concurrency"]["cancel-in-progress"] is False


@pytest.mark.slow
def test_the_workflow_keeps_the_mirror_from_one_night_to_the_next(
    mirrored: Owner, bare: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Its own steps, on a machine that forgets: each night is a fresh clone."""
    bounded(mirrored)
    forge = tmp_path_factory.mktemp("forge")
    bare |= {
        "ALTSYNC_TOKEN": TOKEN,
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GITHUB_STEP_SUMMARY": str(forge / "summary.md"),
    }
    origin = forge / "origin.git"
    first = forge / "first"
    config = mirrored.directory / "altsync.toml"
    made = (
        f"git init -q --bare -b main {origin}\n"
        f"git clone -q {origin} {first} 2>&1\n"
        f"cp {config} {first}\n"
        f"cd {first}; git checkout -q -b main; git add .\n"
        "git -c user.name=a -c user.email=a@b.c commit -qm begin; git push -q origin main"
    )
    assert sh(made, forge, bare).returncode == 0
    scripts = [step["run"] for step in steps() if "altsync" in step.get("run", "")]
    nights = [scripts[1:], scripts[1:]]
    for number, night in enumerate(nights, 1):
        clone = forge / f"night-{number}"
        assert sh(f"git clone -q {origin} {clone}", forge, bare).returncode == 0
        for script in night:
            ran = sh(f"set -e\n{script}", clone, bare)
            assert ran.returncode == 0, ran
            assert TOKEN not in ran.stdout + ran.stderr
        summary = (forge / "summary.md").read_text("utf-8")
        assert f"{3 * number} images to judge" in summary
    said = sh("git log --oneline\n", forge / "night-2", bare).stdout.splitlines()
    assert len(said) == 3
