"""What is wrong with a setting, under the name by which operators set it; never its value, which
may be a secret."""

import re
from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from shared.http.faults import fault


def wrong_in(error: BaseException) -> Iterator[str]:
    """A line for each setting, in Chinese and in English."""
    if isinstance(error, ValidationError):
        for each in error.errors():
            yield sentence(each)
    else:  # what pydantic-settings could not even read names the field in its sentence
        for field in re.findall(r'field "(\w+)"', str(error)):
            yield f"{variable(field)}：应为 JSON。It has to be JSON."


def sentence(error: Any) -> str:
    return f"{variable(str(error['loc'][0]))}：{fault(error).message}。{error['msg']}."


def variable(field: str) -> str:
    """Settings with a name of their own are called by it already."""
    return field if field.isupper() else f"DUBAN_{field.upper()}"
