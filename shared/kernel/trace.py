"""W3C trace context: the correlation id of a conversation is its trace id.

A request brings `traceparent` or begins a trace; commits keep the id; the header of a message on
the bus is made of the correlation id and the id of its fact.
"""

import hashlib
import re

TRACEPARENT = re.compile(r"[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
TRACE_ID = re.compile(r"(?!0{32})[0-9a-f]{32}")


def trace_id_of(traceparent: str | None) -> str | None:
    """Returns the trace id; None where the header is absent or not valid."""
    match = TRACEPARENT.fullmatch(traceparent.strip().lower()) if traceparent else None
    return match[1] if match else None


def traceparent_of(correlation_id: str, span: str) -> str:
    """Returns the header of one step of the conversation; `span` is its name (a fact's id)."""
    trace = correlation_id.replace("-", "").lower()
    if not TRACE_ID.fullmatch(trace):
        trace = hashlib.sha256(correlation_id.encode()).hexdigest()[:32]
    return f"00-{trace}-{hashlib.sha256(span.encode()).hexdigest()[:16]}-01"
