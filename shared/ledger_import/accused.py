"""Accused of a row (被反映对象): units by their names; people by their ids, others in words."""

import re
from collections.abc import Mapping
from typing import Any

from shared.kernel.folding import folded
from shared.ledger_import.cells import UnclearCell, text_of
from shared.ledger_import.reading import Row
from shared.ledger_import.signers import at, split

KNOWN = re.compile(r"[^()]{0,60}\((p(?:-[a-z0-9]{1,20}){1,3})\)")


def accused(row: Row, units: Mapping[str, str]) -> dict[str, Any] | None:
    """Returns `against` as the registration takes it: units, persons, note; None where the row has
    none. Raises UnclearCell for a name that is no unit."""
    columns = row.ledger.accused
    assert columns is not None
    places = split(text_of(row.values.get(columns.units)))
    with at(columns.persons):
        people = split(text_of(row.values.get(columns.persons)))
    found = [(person, KNOWN.fullmatch(folded(person))) for person in people]
    against = {
        "units": list(dict.fromkeys(unit_of(place, units) for place in places)),
        "persons": list(dict.fromkeys(match[1] for _, match in found if match)),
        "note": "、".join(person.strip() for person, match in found if not match),
    }
    return against if any(against.values()) else None


def unit_of(name: str, units: Mapping[str, str]) -> str:
    if folded(name) not in units:
        raise UnclearCell(
            "ledger-name", f"“{name.strip()}”不是已登记的单位；通讯录中没有的，请写在被反映人一列"
        )
    return units[folded(name)]
