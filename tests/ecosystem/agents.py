"""The tracing agents: how each is started, and how a view can tell that it works.

Each runs in a process of its own (`run_under`), since it patches Flask for good. None is given
anything to send to, and the process refuses to connect beyond this machine.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Flask


@dataclass(frozen=True)
class Agent:
    """One way to run an app under an agent.

    :ivar launcher: the program that starts Python, in the folder of the interpreter, and its
        arguments.
    :ivar environment: variables that the agent reads.
    :ivar start: runs before the app is made.
    :ivar before: runs on the app right before `CrossOrigin` is initialised.
    :ivar after: runs on the app right after it.
    :ivar is_tracing: return whether the agent traces the request that is at work.
    """

    is_tracing: Callable[[], bool]
    launcher: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    start: Callable[[], Any] | None = None
    before: Callable[[Flask], Any] | None = None
    after: Callable[[Flask], Any] | None = None


# Datadog.


def drop_datadog_traces() -> None:
    """Drop each trace before it is sent."""
    from ddtrace.trace import TraceFilter, tracer

    class Drop(TraceFilter):
        def process_trace(self, trace: Any) -> None:
            return None

    tracer.configure(trace_processors=[Drop()])


def datadog_is_tracing() -> bool:
    from ddtrace.trace import tracer

    return tracer.current_span() is not None


DATADOG = {
    "DD_AGENTLESS_LOG_SUBMISSION_ENABLED": "false",
    "DD_CRASHTRACKING_ENABLED": "false",
    "DD_INSTRUMENTATION_TELEMETRY_ENABLED": "false",
    "DD_REMOTE_CONFIGURATION_ENABLED": "false",
    "DD_TRACE_AGENT_URL": "http://127.0.0.1:9",
}

# New Relic.


def register_with_newrelic() -> None:
    """Wait until the agent, which talks to itself in developer mode, takes transactions."""
    from newrelic import agent

    utilization = agent.global_settings().utilization
    for cloud in ("aws", "azure", "gcp", "pcf"):
        setattr(utilization, f"detect_{cloud}", False)  # or it asks the cloud's own address
    agent.register_application(timeout=10.0)


def newrelic_is_tracing() -> bool:
    from newrelic import agent

    return agent.current_transaction() is not None


NEW_RELIC = {
    "NEW_RELIC_APP_NAME": "tests",
    "NEW_RELIC_DEVELOPER_MODE": "true",
    "NEW_RELIC_LICENSE_KEY": "0" * 40,
    "NEW_RELIC_LOG": "stderr",
    "NEW_RELIC_LOG_LEVEL": "warning",
}

# OpenTelemetry.


def provide_opentelemetry_tracer() -> None:
    """Record spans, and export none."""
    from opentelemetry import trace
    from opentelemetry.sdk.trace import TracerProvider

    trace.set_tracer_provider(TracerProvider())


def instrument_with_opentelemetry(app: Flask) -> None:
    from opentelemetry.instrumentation.flask import FlaskInstrumentor

    FlaskInstrumentor().instrument_app(app)


def opentelemetry_is_tracing() -> bool:
    from opentelemetry import trace

    return bool(trace.get_current_span().is_recording())


OPENTELEMETRY = {
    "OTEL_LOGS_EXPORTER": "none",
    "OTEL_METRICS_EXPORTER": "none",
    "OTEL_TRACES_EXPORTER": "none",
}

# Sentry.


def start_sentry() -> None:
    """Trace every request, and drop what would be sent."""
    import sentry_sdk
    from sentry_sdk.transport import Transport

    class Drop(Transport):
        def capture_envelope(self, envelope: Any) -> None:
            pass

    sentry_sdk.init("http://key@127.0.0.1:9/1", transport=Drop, traces_sample_rate=1.0)


def sentry_is_tracing() -> bool:
    import sentry_sdk

    return sentry_sdk.get_current_span() is not None


AGENTS = {
    "ddtrace": Agent(datadog_is_tracing, ("ddtrace-run",), DATADOG, drop_datadog_traces),
    "newrelic": Agent(
        newrelic_is_tracing,
        ("newrelic-admin", "run-program"),
        NEW_RELIC,
        register_with_newrelic,
    ),
    "opentelemetry-instrument": Agent(
        opentelemetry_is_tracing, ("opentelemetry-instrument",), OPENTELEMETRY
    ),
    "opentelemetry-before": Agent(
        opentelemetry_is_tracing,
        start=provide_opentelemetry_tracer,
        before=instrument_with_opentelemetry,
    ),
    "opentelemetry-after": Agent(
        opentelemetry_is_tracing,
        start=provide_opentelemetry_tracer,
        after=instrument_with_opentelemetry,
    ),
    "sentry": Agent(sentry_is_tracing, start=start_sentry),
}
