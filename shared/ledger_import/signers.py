"""Signers of a row: deputies by their number, citizens by name, phone and address."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.ledger_import.reading import Row

NUMBERED = re.compile(r"(?P<name>[^（(]+)[（(](?P<number>[A-Za-z0-9]+)[)）]")
SEATS = {"npc": "人大代表", "cppcc": "政协委员"}


@dataclass(frozen=True)
class Deputy:
    """A deputy or adviser under a number in one body (npc, cppcc) of the agency."""

    person: str
    title: str


Deputies = Mapping[tuple[str, str], Deputy]
"""(body, number) → who: two bodies may use one number for two people."""


def signers(row: Row, deputies: Deputies, text: Callable[[Any], str]) -> list[dict[str, Any]]:
    """Returns entries as the registration takes them. Raises ValueError in Chinese for one that
    cannot be read."""
    who = row.ledger.signers
    lead = text(row.values.get(who.lead))
    if not lead:
        raise ValueError("提出人不能为空")
    if who.who == "citizen":
        return [citizen(row, lead, text)]
    named = [lead, *(name for name in split(text(row.values.get(who.co or ""))) if name)]
    people = [deputy(name, who.body, deputies) for name in named]
    if len(set(people)) < len(people):
        raise ValueError("同一人重复署名")
    parts = ["lead", *["co"] * (len(people) - 1)]
    return [{"person": p, "part": part} for p, part in zip(people, parts, strict=True)]


def citizen(row: Row, name: str, text: Callable[[Any], str]) -> dict[str, Any]:
    columns = row.ledger.signers
    entry = {
        "name": name,
        "phone": text(row.values.get(columns.phone or "")),
        "address": text(row.values.get(columns.address or "")),
    }
    return {key: value for key, value in entry.items() if value} | {"part": "lead"}


def split(names: str) -> list[str]:
    return [name.strip() for name in re.split(r"[、,，;；]", names)]


def deputy(text: str, body: str, deputies: Deputies) -> str:
    """Finds the person by the number; the name must be the one of that person. Raises ValueError
    in Chinese."""
    match = NUMBERED.fullmatch(text)
    if not match:
        raise ValueError(f"“{text}”应写作 姓名（代表证号或委员编号）")
    name, number = match["name"].strip(), match["number"]
    holder = deputies.get((body, number))
    if holder is None:
        raise ValueError(f"没有编号为 {number} 的{SEATS[body]}（{name}）")
    if holder.title != name:
        raise ValueError(f"编号 {number} 的{SEATS[body]}是{holder.title}，不是{name}，请核对")
    return holder.person
