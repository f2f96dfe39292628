"""Faults of settings under the names that operators set; values are left out, for they may be
secrets."""

import re
from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from shared.http.faults import fault


def wrong_in(error: BaseException) -> Iterator[str]:
    """Returns one line for each faulty setting, in Chinese and in English."""
    if isinstance(error, ValidationError):
        for each in error.errors():
            yield sentence(each)
    else:  # pydantic-settings names the unreadable field in its message
        for field in re.findall(r'field "(\w+)"', str(error)):
            yield f"{variable(field)}：应为 JSON。It has to be JSON."


def sentence(error: Any) -> str:
    return f"{variable(str(error['loc'][0]))}：{fault(error).message}。{error['msg']}."


def variable(field: str) -> str:
    """Returns the environment variable of a setting; an alias is its own variable."""
    return field if field.isupper() else f"DUBAN_{field.upper()}"
