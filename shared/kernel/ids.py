"""Names: a derived id is computed from what it stands for, so doing it again finds it again."""

import hashlib
import re
from uuid import UUID

from pydantic_core import to_json

NAMESPACE = UUID("98031356-323b-5628-bb63-53a804e740e8")
CASE_ID = re.compile(r"[0-9a-f]{32}")
STREAM_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")


def derived(*parts: str | int) -> UUID:
    """UUID 5 of a JSON array of parts; as joined text ("p-1", "1-k") would equal ("p-11", "-k")."""
    named = hashlib.sha1(NAMESPACE.bytes + to_json(parts), usedforsecurity=False)
    return UUID(bytes=named.digest()[:16], version=5)


def http_command(principal: str, key: str) -> str:
    """A request repeated under the same Idempotency-Key is the same command."""
    return str(derived("http", principal, key))


def ledger_command(agency: str, kind: str, period: str, serial: str) -> str:
    """A row of a paper ledger; whoever imports it, so that two clerks register one case."""
    return str(derived("ledger", agency, kind, period, serial))


def reaction_command(
    fact_id: str, service: str, command_type: str, target: str = "new", semantic: str = ""
) -> str:
    """What a fact made a service do. `semantic` is a task or a rule, never a position in a list:
    a row inserted into a table must not give the name of one reaction to another."""
    return str(derived("react", fact_id, service, command_type, target, semantic))


def delivery(fact_id: str, channel: str, to: str, semantic: str = "") -> str:
    """An effect outside; the receiver gets this id, so that it can tell a repetition."""
    return str(derived("deliver", fact_id, channel, to, semantic))


def case_id(command_id: str) -> str:
    return derived("case", command_id).hex


def fact_id(stream: str, version: int, command_id: str) -> str:
    return str(derived("fact", stream, version, command_id))


def entity_id(opening_fact_id: str, rule: str) -> str:
    """A task, clock, evaluation or commitment, named by the fact and the rule that opened it."""
    return derived(opening_fact_id, rule).hex[:12]


def stream_key(stream: str) -> str:
    """What a stream is about; the one key of bus, inbox and read models.

    `handling-<case>` → the case, `unit-u-city` → `u-city`, `series-u-city-petition-2025` → itself.
    """
    if not STREAM_NAME.fullmatch(stream):
        raise ValueError(f"{stream!r} is not the name of a stream")
    prefix, _, rest = stream.partition("-")
    return stream if prefix == "series" else rest
