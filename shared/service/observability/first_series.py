"""First series: every counter stands at 0 for all labels that a start knows, because a rate does
not see a first failure that comes with its counter."""

from collections.abc import Iterable
from itertools import product

from prometheus_client import Counter, Histogram

from shared.service.observability import metrics

RESULTS = ("accepted", "repeated", "nothing", "refused", "denied", "conflict", "failed")
"""Of commands."""
OUTCOMES = ("accepted", "repeated", "nothing", "refused", "decided-before")
"""Of commands of reactions."""
IMPORTING = "import-ledger"
"""Action of a service to which ledgers are uploaded."""
IMPORTED = ("ready", "done", "cancelled", "unreadable", "interrupted")
ROW_RESULTS = ("new", "known", "refused")
DELIVERED = ("sent", "retried", "parked")
AT_FRONT = ("unknown-host", "no-path", "header-twice", "too-many-requests")
VERBS = ("GET", "POST", "PUT", "DELETE")
STATUS_CLASSES = ("2xx", "3xx", "4xx", "5xx")


def begin(metric: Counter | Histogram, *labels: Iterable[str]) -> None:
    """Sets the metric to 0 for every combination of the values, given label by label."""
    for values in product(*labels):
        metric.labels(*values)


def begin_front() -> None:
    begin(metrics.REFUSED_AT_FRONT, AT_FRONT)


def begin_audit(kinds: Iterable[str]) -> None:
    begin(metrics.AUDIT_ENTRIES, (*kinds, "lost"))


def begin_http(service: str) -> None:
    begin(metrics.HTTP_SECONDS, [service], VERBS, STATUS_CLASSES)


def begin_logins(service: str, rules: Iterable[str]) -> None:
    begin(metrics.LOGIN_FAILURES, [service], rules)


def begin_service(service: str, actions: Iterable[str], commands: Iterable[str]) -> None:
    """`actions`: what people may do; `commands`: those of reactions and jobs, too."""
    for metric in (metrics.APPENDED, metrics.APPEND_SECONDS, metrics.COMMIT_BATCH):
        begin(metric, [service])
    for metric in (metrics.REVEALED, metrics.PUBLISHED, metrics.PUBLISH_FAILURES):
        begin(metric, [service])
    begin(metrics.NO_COMMITS, [service])
    names = sorted({*actions, *commands})
    begin(metrics.DENIED, [service], names)
    begin(metrics.COMMANDS, [service], names, RESULTS)
    begin(metrics.COMMAND_SECONDS, [service], names)
    if IMPORTING in names:
        begin_imports(service)


def begin_imports(service: str) -> None:
    begin(metrics.IMPORTS, [service], IMPORTED)
    begin(metrics.IMPORT_ROWS, [service], ROW_RESULTS)


def begin_reactions(service: str, commands: Iterable[str]) -> None:
    begin(metrics.REACTIONS, [service], commands, OUTCOMES)


def begin_deliveries(service: str, channels: Iterable[str]) -> None:
    begin(metrics.DELIVERIES, [service], channels, DELIVERED)


def begin_consumer(group: str, reasons: Iterable[str]) -> None:
    """`reasons`: for which a consumer may refuse a message."""
    for counter in (metrics.CONSUMER_APPLIED, metrics.CONSUMER_RETRIES):
        begin(counter, [group])
    begin(metrics.REFUSED_MESSAGES, [group], reasons)


def begin_group(group: str) -> None:
    """Begins what is counted of a consumer group as a whole."""
    for counter in (metrics.CONSUMER_RETRIES, metrics.REBALANCES):
        begin(counter, [group])


def begin_effect(service: str, consumer: str) -> None:
    begin(metrics.DUPLICATES, [service], [consumer])


def begin_projection(service: str, projection: str) -> None:
    begin_effect(service, projection)
    begin(metrics.PROJECTION_APPLIED, [service], [projection])
    begin(metrics.PROJECTION_VISIBLE_SECONDS, [service], [projection])


def begin_timers(service: str, rules: Iterable[str], levels: Iterable[str]) -> None:
    """`rules`: obligations that have a ladder; `levels`: roles that escalations are sent to."""
    begin(metrics.HELD_TICKS, [service])
    begin(metrics.TIMER_FAILURES, [service])
    begin(metrics.TIMER_LATENESS_SECONDS, [service])
    begin(metrics.TIMERS_FIRED, [service], rules)
    begin(metrics.ESCALATIONS, [service], levels)
