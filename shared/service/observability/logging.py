"""Logs as JSON lines: which service, case and conversation; ids and codes, never texts."""

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
ABOUT_A_VALUE = (ValueError, LookupError, AssertionError)
"""Errors whose sentence may repeat what somebody typed: of them only kind and place are told."""
OF_REQUESTS = "fastapi.exceptions"
"""All of these, too. Known by name: workers log, and have no FastAPI."""
FIELDS = ("service", "case_id", "correlation_id", "actor", "role")


@contextmanager
def bound(**fields: str | None) -> Iterator[None]:
    """What every line says that is logged inside."""
    known = {name: value for name, value in fields.items() if value}
    token = BOUND.set({**BOUND.get(), **known})
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
        """What went wrong where, causes last."""
        told, error = [], ei[1]
        while error is not None:
            told += [*traceback.format_tb(error.__traceback__), named(error)]
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n".join(told)


def named(error: BaseException) -> str:
    kind = type(error)
    if isinstance(error, ABOUT_A_VALUE) or kind.__module__ == OF_REQUESTS:
        return kind.__qualname__
    return f"{kind.__qualname__}: {error}"


def log_to_stderr(level: str, role: str) -> None:
    """One handler for everything; access lines of the HTTP server are metrics, not logs."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.getLogger("uvicorn.access").disabled = True
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    BOUND.set({"role": role})
