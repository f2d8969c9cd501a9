"""prometheus-flask-exporter: metrics for everyone in an app whose views are closed by default."""

from flask import Flask
from prometheus_flask_exporter import PrometheusMetrics

from flask_crossorigin import Access


def add_metrics(app: Flask, access: Access) -> PrometheusMetrics:
    """Add `/metrics`. Preflights are no requests of it."""
    metrics = PrometheusMetrics(app)
    endpoint = "prometheus_metrics"
    app.view_functions[endpoint] = access.public(app.view_functions[endpoint])
    return metrics
