"""Tracing agents: requests to an app that each one watches, in a process of its own.

Usage of the child process: python -m benchmarks.agents NAME SECONDS. It prints JSON.

An agent patches Flask for good, and most do so when Flask is imported. So nothing that imports
Flask may be imported here before the agent has started. None has anywhere to send to.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple, TypeAlias

from . import ROOT

COMPARED: Final = ("bare", "flask-cors", "this")
KINDS: Final = ("allowed", "preflight")
Measured: TypeAlias = dict[str, dict[str, list[float]]]
"""By kind of request and variant."""


class Agent(NamedTuple):
    """One agent.

    :ivar start: starts it; it traces every request, and drops the traces.
    :ivar is_tracing: return whether it traces the current request.
    :ivar environment: variables that it reads.
    """

    start: Callable[[], object]
    is_tracing: Callable[[], object]
    environment: Mapping[str, str]


def start_ddtrace() -> None:
    """Start Datadog's agent as ``ddtrace-run`` does."""
    import ddtrace.auto  # noqa: F401
    from ddtrace.trace import TraceFilter, tracer

    drop = type("Drop", (TraceFilter,), {"process_trace": lambda self, trace: None})
    tracer.configure(trace_processors=[drop()])


def ddtrace_is_tracing() -> bool:
    """Return whether there is a span."""
    from ddtrace.trace import tracer

    return tracer.current_span() is not None


def start_newrelic() -> None:
    """Start New Relic's agent as ``newrelic-admin run-program`` does; it talks to itself."""
    from newrelic import agent

    agent.initialize()
    utilization = agent.global_settings().utilization
    for cloud in ("aws", "azure", "gcp", "pcf"):
        setattr(utilization, f"detect_{cloud}", False)  # it would ask the network
    agent.register_application(timeout=10.0)


def newrelic_is_tracing() -> bool:
    """Return whether there is a transaction."""
    from newrelic import agent

    return agent.current_transaction() is not None


def start_opentelemetry() -> None:
    """Replace Flask's class as ``opentelemetry-instrument`` does."""
    from opentelemetry import trace
    from opentelemetry.instrumentation.flask import FlaskInstrumentor
    from opentelemetry.sdk.trace import TracerProvider

    trace.set_tracer_provider(TracerProvider())
    FlaskInstrumentor().instrument()


def opentelemetry_is_tracing() -> bool:
    """Return whether a span is recorded."""
    from opentelemetry import trace

    return bool(trace.get_current_span().is_recording())


def start_sentry() -> None:
    """Start Sentry's SDK, with tracing."""
    import sentry_sdk
    from sentry_sdk.transport import Transport

    drop = type("Drop", (Transport,), {"capture_envelope": lambda self, envelope: None})
    sentry_sdk.init("http://key@127.0.0.1:9/1", transport=drop, traces_sample_rate=1.0)


def sentry_is_tracing() -> bool:
    """Return whether there is a span."""
    import sentry_sdk

    return sentry_sdk.get_current_span() is not None


NONE: Final = "no agent"
AGENTS: Final[dict[str, Agent]] = {
    NONE: Agent(lambda: None, lambda: True, {}),
    "ddtrace": Agent(
        start_ddtrace,
        ddtrace_is_tracing,
        {
            "DD_CRASHTRACKING_ENABLED": "false",
            "DD_INSTRUMENTATION_TELEMETRY_ENABLED": "false",
            "DD_REMOTE_CONFIGURATION_ENABLED": "false",
            "DD_TRACE_AGENT_URL": "http://127.0.0.1:9",
        },
    ),
    "New Relic": Agent(
        start_newrelic,
        newrelic_is_tracing,
        {
            "NEW_RELIC_APP_NAME": "measured",
            "NEW_RELIC_DEVELOPER_MODE": "true",
            "NEW_RELIC_LICENSE_KEY": "0" * 40,
            "NEW_RELIC_LOG": "stderr",
            "NEW_RELIC_LOG_LEVEL": "warning",
        },
    ),
    "OpenTelemetry": Agent(start_opentelemetry, opentelemetry_is_tracing, {}),
    "Sentry": Agent(start_sentry, sentry_is_tracing, {}),
}


class NotTracingError(Exception):
    """The agent does not trace, so that costs under it mean nothing."""


def measured(name: str, seconds: float) -> tuple[Measured, Measured]:
    """Return the microseconds and the bytecodes of requests under the agent `name`.

    :param seconds: of timing, for each kind of request.
    """
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.agents", name, str(seconds)],
        cwd=ROOT,
        env={**os.environ, **AGENTS[name].environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    times, counts = json.loads(done.stdout.splitlines()[-1])
    return times, counts


def _measure(agent: Agent, seconds: float) -> tuple[Measured, Measured]:
    """Measure in this process, for good under `agent`."""
    agent.start()
    from . import bytecodes, rounds
    from .subjects import Apps, Subject

    _require_tracing(agent)
    apps = Apps()
    times, counts = {}, {}
    for kind in KINDS:
        group = {variant: Subject(variant, kind) for variant in COMPARED}
        times[kind] = rounds.measure(apps.runners(group), seconds)
        counts[kind] = bytecodes.count(apps, group)
    return times, counts


def _require_tracing(agent: Agent) -> None:
    from flask import Flask

    app = Flask("traced")
    app.add_url_rule("/", "index", lambda: str(agent.is_tracing()))
    if app.test_client().get("/").text != "True":
        raise NotTracingError


if __name__ == "__main__":
    print(json.dumps(_measure(AGENTS[sys.argv[1]], float(sys.argv[2]))))
