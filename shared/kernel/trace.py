"""W3C trace context: the correlation id of a conversation is its trace id, so nothing else is kept.

A request brings `traceparent` or begins a trace; commits carry the id for ever; a message on the
bus gets its header from the correlation id and the id of its fact.
"""

import hashlib
import re

TRACEPARENT = re.compile(r"[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
TRACE_ID = re.compile(r"(?!0{32})[0-9a-f]{32}")


def trace_id_of(traceparent: str | None) -> str | None:
    """The trace id; None where the header is absent or not valid: then a trace begins."""
    found = TRACEPARENT.fullmatch(traceparent.strip().lower()) if traceparent else None
    return found[1] if found else None


def traceparent_of(correlation_id: str, span: str) -> str:
    """The header of one step of the conversation; `span` is any name of it (a fact's id)."""
    trace = correlation_id.replace("-", "").lower()
    if not TRACE_ID.fullmatch(trace):
        trace = hashlib.sha256(correlation_id.encode()).hexdigest()[:32]
    return f"00-{trace}-{hashlib.sha256(span.encode()).hexdigest()[:16]}-01"
