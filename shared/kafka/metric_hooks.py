"""Hooks that a relay and a consumer call for metrics; these bases count nothing."""


class RelayMetricHooks:
    """Called by the relay of one service."""

    def published(self, facts: int) -> None:
        """Counts facts that the bus has just acknowledged."""

    def waiting(self, commits: int, oldest_seconds: float) -> None:
        """Shows how many commits are not acknowledged, and how long ago the oldest was read."""

    def failed(self, error: BaseException) -> None:
        """Counts a refusal or an outage of the bus; the relay sends again."""

    def left_out(self) -> None:
        """Counts a document of the log that is no commit; the relay goes on after it."""


class ConsumerMetricHooks:
    """Called by the consumer of a group; `group` is its name on the broker."""

    def applied(self, group: str, facts: int, seconds: float) -> None:
        """Counts a batch that was applied, and the seconds it took, retries included."""

    def retried(self, group: str, error: BaseException) -> None:
        """Counts a transient failure; the batch is tried again."""

    def assigned(self, group: str, partitions: int) -> None:
        """Shows how many partitions this member has after a rebalance."""
