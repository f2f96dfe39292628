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
        assert not {"case", "case_id", "person", "agency", "unit", "actor"} & set(
            metric._labelnames
        )


def test_a_refused_token_of_every_kind_is_counted_from_zero() -> None:
    """A series that appears with its first burst hides that burst from rate()."""
    tokens_of(ServiceSettings(_env_file=None), "unvisited")
    for rule in REFUSALS:
        labels = {"service": "unvisited", "rule": rule}
        assert REGISTRY.get_sample_value("duban_login_failures_total", labels) == 0
