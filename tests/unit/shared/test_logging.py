"""Log lines: JSON, with the fields bound to the task that writes them."""

import json
import logging

from shared.service.observability.logging import JsonLines, bound

CASE_ID = "56fa9635caf355c1b7bdf0735026de16"


def test_a_log_line_is_json_with_its_case_and_conversation() -> None:
    record = logging.LogRecord("x", logging.INFO, "f", 1, "%s done", ("it",), None)
    with bound(case_id=CASE_ID, correlation_id="c", actor=None):
        line = json.loads(JsonLines().format(record))
    assert line["message"] == "it done"
    assert (line["case_id"], line["correlation_id"], line["level"]) == (CASE_ID, "c", "info")
    assert "actor" not in line
    assert "case_id" not in json.loads(JsonLines().format(record))
