"""Under tracing agents, each as its users start it: in a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from .agents import AGENTS
from .run_under import Report

ROOT = Path(__file__).parents[2]


def report(name: str, way: str) -> Report:
    """Run the contract under an agent."""
    agent = AGENTS[name]
    program, *arguments = (*agent.launcher, sys.executable)
    module = ("-m", "tests.ecosystem.run_under", name, way)
    done = subprocess.run(
        [Path(sys.executable).parent / program, *arguments, *module],
        cwd=ROOT,
        env={**os.environ, **agent.environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    return Report(**json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize("name", AGENTS)
def test_nothing_is_broken_under_an_agent(name: str) -> None:
    seen = report(name, "alone")
    assert seen.broken == []
    assert seen.is_tracing
    assert seen.contexts == 0  # the shortcut answers
    assert seen.connections == []


@pytest.mark.parametrize("name", AGENTS)
def test_nothing_is_broken_under_an_agent_and_a_middleware(name: str) -> None:
    seen = report(name, "proxied")
    assert seen.broken == []
    assert seen.is_tracing
    assert seen.contexts == 1  # the app answers
    assert seen.connections == []
