"""Metrics: their names, their labels, and series that exist before the first event."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client import REGISTRY, Counter, Histogram

from shared.http.auth import REFUSALS
from shared.service.api.app import measure_for
from shared.service.api.authentication import tokens_of
from shared.service.commands import outcome
from shared.service.config.policies import load_policies
from shared.service.observability import first_series, metrics
from shared.service.processes.http_server import front_of
from shared.service.processes.registry import SERVICES, definition_of
from shared.service.settings import ServiceSettings

HTTP = frozenset({"get", "post", "put", "patch", "delete"})
Series = dict[str, float]


def labelled() -> Iterator[Counter | Histogram]:
    """Yields every counter of the module, and histograms: their buckets are counters, too."""
    for metric in vars(metrics).values():
        if isinstance(metric, Counter | Histogram) and metric._labelnames:
            yield metric


def series_of(metric: Counter | Histogram, **labels: str) -> list[float]:
    """Returns the totals of the series that have these labels."""
    [family] = metric.collect()
    ends = ("_total", "_count")
    return [
        sample.value
        for sample in family.samples
        if sample.name.endswith(ends) and labels.items() <= sample.labels.items()
    ]


@pytest.fixture
def unvisited() -> str:
    """Begins all series of a service that is asked for nothing, as its processes do."""
    name, group = "unvisited", "unvisited-reactions"
    tokens_of(ServiceSettings(_env_file=None), name)
    front_of(ServiceSettings(_env_file=None))
    measure_for({name})
    first_series.begin_audit(["read"])
    first_series.begin_service(name, ["assign-case", "import-ledger"], ["record-cosigner"])
    first_series.begin_reactions(name, ["record-cosigner"])
    first_series.begin_deliveries(name, ["log"])
    first_series.begin_consumer(group, ["wrong-signature"])
    first_series.begin_group(group)
    first_series.begin_projection(name, "register")
    first_series.begin_timers(name, ["reply"], ["leader"])
    return name


def test_metrics_have_our_prefix_base_units_and_no_ids() -> None:
    declared = [value for value in vars(metrics).values() if hasattr(value, "_labelnames")]
    assert len(declared) > 20
    for metric in declared:
        assert metric._name.startswith("duban_")
        forbidden = {"case", "case_id", "person", "agency", "unit", "actor"}
        allowed = {"unit"} if metric is metrics.RUNNING_CLOCKS else set()
        assert (forbidden & set(metric._labelnames)) == allowed


@pytest.mark.parametrize("metric", list(labelled()), ids=lambda metric: metric._name)
def test_every_counter_begins_at_zero(metric: Counter | Histogram, unvisited: str) -> None:
    """A series that appears with its first burst hides that burst from rate()."""
    ours = {"service": unvisited} if "service" in metric._labelnames else {}
    group = {"group": f"{unvisited}-reactions"} if "group" in metric._labelnames else {}
    found = series_of(metric, **ours, **group)
    assert found
    if ours or group:
        assert set(found) == {0}


def test_a_refused_token_of_every_kind_is_counted_from_zero(unvisited: str) -> None:
    for rule in REFUSALS:
        labels = {"service": unvisited, "rule": rule}
        assert REGISTRY.get_sample_value("duban_login_failures_total", labels) == 0


@pytest.mark.parametrize("command", ["assign-case", "record-cosigner"])
@pytest.mark.parametrize("result", first_series.RESULTS)
def test_commands_of_people_and_of_reactions_are_counted_from_zero(
    unvisited: str, command: str, result: str
) -> None:
    labels = {"service": unvisited, "command": command, "result": result}
    assert REGISTRY.get_sample_value("duban_commands_total", labels) == 0


@pytest.mark.parametrize("described", sorted(Path("docs/openapi").glob("*.json")), ids=str)
def test_requests_of_every_method_of_an_api_are_counted_from_zero(
    described: Path, unvisited: str
) -> None:
    paths = json.loads(described.read_text("utf-8"))["paths"].values()
    for method in {method.upper() for path in paths for method in path if method in HTTP}:
        labels = {"service": unvisited, "method": method, "status": "5xx"}
        name = f"{metrics.HTTP_SECONDS._name}_count"
        assert REGISTRY.get_sample_value(name, labels) == 0, method


def test_every_result_of_a_command_begins() -> None:
    done = {"accepted", "repeated", "nothing"}
    assert set(first_series.RESULTS) == {*outcome.RESULTS.values(), *done}
    assert set(first_series.OUTCOMES) == {*done, "refused", "decided-before"}


@pytest.mark.parametrize("service", SERVICES)
def test_all_actions_are_commands_of_deciders_or_reads(service: str) -> None:
    definition = definition_of(service)
    acts = [each.name for each in definition.actions if not isinstance(each, str)]
    assert set(acts) <= set(definition.command_names)


def test_the_deployed_rules_say_which_reminders_there_are() -> None:
    rules, levels = load_policies(Path("deploy/policies")).chased()
    assert {"reply", "objection", "rating"} <= rules
    assert levels >= {"leader", "head"}
