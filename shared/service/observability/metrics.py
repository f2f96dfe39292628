"""Metrics in base units, with a `service` label and never an id or an agency; one, for the office,
names units."""

from prometheus_client import Counter, Gauge, Histogram, Info

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.3, 0.5, 1, 2, 2.5, 5, 10)
"""Seconds; with the objectives as borders: 300 ms for a command, 2 s until it is visible."""

COMMANDS = Counter(
    "duban_commands_total",
    "Commands by outcome: accepted, repeated, nothing, refused, denied, conflict, failed.",
    ("service", "command", "result"),
)
COMMAND_SECONDS = Histogram(
    "duban_command_duration_seconds",
    "From the look-up of the twin to the answer of the log.",
    ("service", "command"),
    buckets=BUCKETS,
)
APPEND_SECONDS = Histogram(
    "duban_event_append_duration_seconds",
    "One append to the log, group commit included.",
    ("service",),
    buckets=BUCKETS,
)
APPENDED = Counter("duban_events_appended_total", "Facts appended to the log.", ("service",))
COMMIT_BATCH = Histogram(
    "duban_commit_batch_size",
    "Commits in one insert of the group writer.",
    ("service",),
    buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256),
)
REFUSED_AT_FRONT = Counter(
    "duban_http_refused_at_front_total",
    "Requests that were not looked at: unknown host, no path, too many from one address.",
    ("rule",),
)
IMPORTS = Counter(
    "duban_imports_total",
    "Runs of uploaded ledgers by outcome: ready, done, cancelled, unreadable, interrupted.",
    ("service", "outcome"),
)
IMPORT_ROWS = Counter(
    "duban_import_rows_total",
    "Rows of uploaded ledgers by result: new, known, refused.",
    ("service", "result"),
)
REACTIONS = Counter(
    "duban_reactions_total",
    "Commands of reactions by outcome.",
    ("service", "command", "outcome"),
)
PUBLISH_LAG_EVENTS = Gauge(
    "duban_event_publish_lag_events",
    "Facts in the log that the bus has not confirmed.",
    ("service",),
)
PUBLISH_LAG_SECONDS = Gauge(
    "duban_event_publish_lag_seconds", "Age of the oldest such fact.", ("service",)
)
PUBLISH_FAILURES = Counter(
    "duban_publish_failures_total", "Times that the bus did not take something.", ("service",)
)
NO_COMMITS = Counter(
    "duban_log_strange_documents_total",
    "Documents in the log that are no commit, as often as a relay has left one out.",
    ("service",),
)
RELAY_LEADING = Gauge(
    "duban_relay_leading", "1 while this process publishes for the service.", ("service",)
)
PUBLISHED = Counter("duban_events_published_total", "Facts confirmed by the bus.", ("service",))
PROJECTION_LAG_SECONDS = Gauge(
    "duban_projection_lag_seconds",
    "Now minus the recorded time of the last fact applied.",
    ("service", "projection"),
)
PROJECTION_VISIBLE_SECONDS = Histogram(
    "duban_projection_visible_seconds",
    "From the append of a fact to its being readable.",
    ("service", "projection"),
    buckets=BUCKETS,
)
PROJECTION_APPLIED = Counter(
    "duban_projection_applied_total", "Facts folded into a read model.", ("service", "projection")
)
CONSUMER_LAG = Gauge(
    "duban_consumer_lag_facts",
    "Facts on the bus that the group has not acknowledged; each member says it of all partitions.",
    ("service", "group"),
)
CONSUMER_APPLIED = Counter(
    "duban_consumer_applied_total", "Messages that a group has applied or set aside.", ("group",)
)
CONSUMER_RETRIES = Counter(
    "duban_consumer_retries_total",
    "Batches that could not be done for now and are tried again.",
    ("group",),
)
REBALANCES = Counter(
    "duban_consumer_rebalances_total", "Changes of the partitions of a group.", ("group",)
)
DUPLICATES = Counter(
    "duban_duplicates_dropped_total",
    "Facts skipped because they were seen.",
    ("service", "consumer"),
)
REFUSED_MESSAGES = Counter(
    "duban_messages_refused_total",
    "Messages that are no fact their owner has signed, by reason.",
    ("group", "reason"),
)
PARKED_CASES = Gauge(
    "duban_parked_cases", "Cases that wait for an operator.", ("service", "consumer")
)
HELD_CASES = Gauge(
    "duban_held_cases", "Cases that wait for a missing version.", ("service", "consumer")
)
DELIVERIES = Counter(
    "duban_deliveries_total",
    "Attempts of deliveries by outcome: sent, retried, parked.",
    ("service", "channel", "outcome"),
)
DELIVERY_WAITING_SECONDS = Gauge(
    "duban_delivery_waiting_seconds",
    "Age of the oldest delivery that is neither done nor parked.",
    ("service",),
)
TIMERS_PENDING = Gauge(
    "duban_timers_pending", "Cases whose clocks have something to say later.", ("service",)
)
TIMER_LATENESS_SECONDS = Histogram(
    "duban_timer_lateness_seconds",
    "How long after its moment and its hold a rung fired.",
    ("service",),
    buckets=(1, 5, 15, 60, 300, 900, 3600, 21600, 86400),
)
HELD_TICKS = Counter(
    "duban_timer_held_ticks_total", "Looks at due work that waited for knowledge.", ("service",)
)
TIMER_HELD_SECONDS = Gauge(
    "duban_timer_held_seconds", "For how long due work has waited for knowledge.", ("service",)
)
CALENDAR_MISSING = Gauge(
    "duban_calendar_missing_year",
    "The coming year, from November on, while its official list of holidays is missing; else 0.",
    ("service",),
)
TIMER_FAILURES = Counter(
    "duban_timer_failures_total", "Cases whose due work ended in an unexpected error.", ("service",)
)
TIMER_OVERDUE_SECONDS = Gauge(
    "duban_timer_overdue_seconds",
    "For how long the oldest rung or light is due; cases that are set aside do not count.",
    ("service",),
)
RUNNING_CLOCKS = Gauge(
    "duban_running_clocks",
    "Running clocks by unit and light: yellow is due soon, red is overdue.",
    ("service", "unit", "light"),
)
TIMERS_FIRED = Counter("duban_timers_fired_total", "Rungs fired.", ("service", "rule"))
ESCALATIONS = Counter("duban_escalations_total", "Escalations by role told.", ("service", "level"))
DENIED = Counter(
    "duban_authz_denied_total",
    "Commands that the access table did not allow.",
    ("service", "command"),
)
LOGIN_FAILURES = Counter(
    "duban_login_failures_total", "Tokens refused, by rule.", ("service", "rule")
)
REVEALED = Counter(
    "duban_sealed_texts_revealed_total", "Audited reads of sealed texts.", ("service",)
)
AUDIT_ENTRIES = Counter(
    "duban_audit_entries_total",
    "Entries of the audit trail by kind, summarised ones by their number; `lost`: not kept.",
    ("kind",),
)
AUDIT_FAILING = Gauge(
    "duban_audit_failing", "1 while the store does not take entries of the audit trail."
)
HTTP_SECONDS = Histogram(
    "duban_http_request_duration_seconds",
    "Requests by method and class of status.",
    ("service", "method", "status"),
    buckets=BUCKETS,
)
READY = Gauge("duban_ready", "1 while the process takes work.")
CLOCK_SKEW_SECONDS = Gauge(
    "duban_clock_skew_seconds", "The store's clock minus this machine's, as seen by this process."
)
DISK_FREE_RATIO = Gauge(
    "duban_disk_free_ratio", "Free share of the disk under the store or the bus.", ("part",)
)
CHAIN_FAULTS = Gauge(
    "duban_chain_faults", "Broken links that the last walk over the log has found.", ("service",)
)
CHAIN_CHECKED = Gauge(
    "duban_chain_checked_timestamp_seconds", "When such a walk ended last.", ("service",)
)
BUILD = Info("duban_build", "Version of the code.")


def forget_consumer(service: str, group: str) -> None:
    """Removes the gauges of a consumer that has ended; their last values would stay otherwise."""
    for gauge in (CONSUMER_LAG, PARKED_CASES, HELD_CASES):
        gauge.remove(service, group)
