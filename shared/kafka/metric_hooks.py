"""What the bus side tells whoever counts; by itself it counts nothing."""


class RelayMeasures:
    """`service` is the relay's own."""

    def published(self, facts: int) -> None:
        """Facts that the bus has confirmed just now."""

    def waiting(self, commits: int, oldest_seconds: float) -> None:
        """Commits that the bus has not confirmed, and how long the oldest has been read."""

    def failed(self, error: BaseException) -> None:
        """The bus did not take something; it is sent again."""


class ConsumerMeasures:
    """`group` is the consumer group."""

    def applied(self, group: str, facts: int, seconds: float) -> None:
        """A batch is done."""

    def retried(self, group: str, error: BaseException) -> None:
        """A batch could not be done for now; it is tried again."""

    def assigned(self, group: str, partitions: int) -> None:
        """The partitions of the group were dealt out anew."""
