"""Logs as JSON lines, with service, case and correlation id; ids and codes, never texts."""

import json
import logging
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from shared.kernel.moment import stamp

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
BOUND: ContextVar[dict[str, str]] = ContextVar("bound", default={})  # noqa: B039 - never changed
CHATTY = ("faust", "mode", "aiokafka", "kafka", "pymongo", "httpx", "uvicorn.error")
VALUE_ERRORS = (ValueError, LookupError, AssertionError)
"""Their messages may repeat typed text: only type and place of such an error are logged."""
REQUEST_ERRORS = "fastapi.exceptions"
"""Errors of this module, too; named by text because workers do not load FastAPI."""
FIELDS = ("service", "case_id", "correlation_id", "actor", "role")


@contextmanager
def bound(**fields: str | None) -> Iterator[None]:
    """Adds the fields to every line that is logged inside the block."""
    present = {name: value for name, value in fields.items() if value}
    token = BOUND.set({**BOUND.get(), **present})
    try:
        yield
    finally:
        BOUND.reset(token)


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": stamp(datetime.fromtimestamp(record.created, UTC)),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **BOUND.get(),
        }
        line |= {name: value for name in FIELDS if (value := getattr(record, name, None))}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)

    def formatException(self, ei: ExcInfo) -> str:  # noqa: N802 - as logging calls it
        """Returns tracebacks and errors, causes last."""
        lines, error = [], ei[1]
        while error is not None:
            lines += [*traceback.format_tb(error.__traceback__), described(error)]
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n".join(lines)


def described(error: BaseException) -> str:
    kind = type(error)
    if isinstance(error, VALUE_ERRORS) or kind.__module__ == REQUEST_ERRORS:
        return kind.__qualname__
    return f"{kind.__qualname__}: {error}"


def log_to_stderr(level: str, role: str) -> None:
    """Installs the one handler; access lines of the HTTP server are metrics, not logs."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.getLogger("uvicorn.access").disabled = True
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    BOUND.set({"role": role})
