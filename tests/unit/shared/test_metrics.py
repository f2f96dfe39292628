"""Metrics: their names, their labels, and series that exist before the first event."""

from prometheus_client import REGISTRY

from shared.http.auth import REFUSALS
from shared.service.api.authentication import tokens_of
from shared.service.observability import metrics
from shared.service.settings import ServiceSettings


def test_metrics_have_our_prefix_base_units_and_no_ids() -> None:
    declared = [value for value in vars(metrics).values() if hasattr(value, "_labelnames")]
    assert len(declared) > 20
    for metric in declared:
        assert metric._name.startswith("duban_")
        forbidden = {"case", "case_id", "person", "agency", "unit", "actor"}
        allowed = {"unit"} if metric is metrics.RUNNING_CLOCKS else set()
        assert (forbidden & set(metric._labelnames)) == allowed


def test_a_refused_token_of_every_kind_is_counted_from_zero() -> None:
    """A series that appears with its first burst hides that burst from rate()."""
    tokens_of(ServiceSettings(_env_file=None), "unvisited")
    for rule in REFUSALS:
        labels = {"service": "unvisited", "rule": rule}
        assert REGISTRY.get_sample_value("duban_login_failures_total", labels) == 0


def test_a_first_failure_of_a_service_and_of_a_consumer_is_counted_from_zero() -> None:
    metrics.begin_service("unvisited", ["assign-case"])
    metrics.begin_consumer("unvisited-reactions", ["wrong-signature"])
    failed = {"service": "unvisited", "command": "assign-case", "result": "failed"}
    group = {"group": "unvisited-reactions"}
    for name, labels in (
        ("duban_commands_total", failed),
        ("duban_authz_denied_total", {"service": "unvisited", "command": "assign-case"}),
        ("duban_publish_failures_total", {"service": "unvisited"}),
        ("duban_consumer_retries_total", group),
        ("duban_consumer_applied_total", group),
        ("duban_messages_refused_total", {**group, "reason": "wrong-signature"}),
    ):
        assert REGISTRY.get_sample_value(name, labels) == 0, name
