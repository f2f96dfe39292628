"""Shared messages: opened, checked and decoded once, however many consumers of a process ask."""

from functools import cached_property

from shared.kafka.envelope_reader import Envelope, open_envelope
from shared.kafka.message import BusMessage


class SharedMessage:
    """A message, and what was found out about it. `checked_by`: who has found it to be a fact that
    its owner has signed."""

    def __init__(self, message: BusMessage) -> None:
        self.topic, self.partition, self.offset = message.topic, message.partition, message.offset
        self.key, self.value, self.headers = message.key, message.value, message.headers
        self.checked_by: object = None

    @cached_property
    def envelope(self) -> Envelope:
        """The headers, checked. Raises Undecodable, and Unkeyed."""
        return open_envelope(self)


def envelope_of(message: BusMessage) -> Envelope:
    """Returns the envelope, of a shared message the one that was opened first. Raises Undecodable,
    and Unkeyed."""
    return message.envelope if isinstance(message, SharedMessage) else open_envelope(message)
