"""The next release as a reader of facts: it knows a newer version of one, and makes the old one
new."""

from collections.abc import Mapping
from typing import Any, ClassVar

from shared.contracts.catalogue import FACT_OF
from shared.contracts.intake import CaseNumbered
from shared.contracts.upcasters import UPCASTERS

OLD, NEW = "case.numbered.v1", "case.numbered.v2"
INSTALLED = "DUBAN_TEST_NEXT_RELEASE"
"""In the environment of a worker."""


class CaseNumberedAnew(CaseNumbered):
    type: ClassVar[str] = NEW

    series: str


def made_new(data: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    return NEW, {**data, "series": "unknown"}


CHANGES: tuple[tuple[Any, str, Any], ...] = (
    (FACT_OF, NEW, CaseNumberedAnew),
    (UPCASTERS, OLD, made_new),
)


def install() -> None:
    for table, name, value in CHANGES:
        table[name] = value
