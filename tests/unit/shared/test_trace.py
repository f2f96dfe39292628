"""The correlation id of a conversation is its W3C trace id."""

import pytest

from shared.kernel.trace import TRACEPARENT, trace_id_of, traceparent_of

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


def test_a_valid_header_gives_its_trace_id() -> None:
    assert trace_id_of(f"00-{TRACE}-00f067aa0ba902b7-01") == TRACE


@pytest.mark.parametrize(
    "header",
    [None, "", "00-zz-00f067aa0ba902b7-01", f"00-{'0' * 32}-00f067aa0ba902b7-01", TRACE],
)
def test_what_is_no_header_begins_a_trace_of_its_own(header: str | None) -> None:
    assert trace_id_of(header) is None


def test_every_step_of_a_conversation_has_the_same_trace_and_its_own_span() -> None:
    first, second = traceparent_of(TRACE, "fact-1"), traceparent_of(TRACE, "fact-2")
    assert trace_id_of(first) == trace_id_of(second) == TRACE
    assert first != second
    assert first == traceparent_of(TRACE, "fact-1")


@pytest.mark.parametrize("correlation", ["given", "56fa9635-caf3-55c1-b7bd-f0735026de16"])
def test_any_correlation_id_makes_a_valid_header(correlation: str) -> None:
    assert TRACEPARENT.fullmatch(traceparent_of(correlation, "x"))
