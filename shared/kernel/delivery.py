"""Deliveries: effects outside the system that follow from a service's own facts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message to a receiver outside, of which `stream` (one of the service's own) records the
    receipt.

    `channel` names the way out. `to` is the id of a person, unit or client, never an address.
    `template` and `payload` say what is sent, in codes and ids: texts and personal data stay in
    the vault, where the channel looks them up. `key` tells two deliveries of one fact to one
    receiver apart by meaning, never by position in a list.
    """

    stream: str
    channel: str
    to: str
    template: str
    payload: Mapping[str, str] = field(default_factory=dict)
    key: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The receiver's acknowledgement. `delivery_id` is the idempotency id that it was given,
    `reference` its own name for what it took, `at` the business time."""

    delivery_id: str
    reference: str
    at: datetime
