"""Signers of a row: deputies by their number, citizens by name, phone and address."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unicodedata import normalize

from shared.kernel.folding import DOT_IN_NAME, DOTS, folded, same_name
from shared.ledger_import.cells import UnclearCell, text_of
from shared.ledger_import.reading import Row

NUMBERED = re.compile(r"(?P<name>[^()]{1,60})\((?P<number>[a-z0-9]{1,12})\)")
HAN = r"\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff\ufe00-\ufe0f\U000e0100-\U000e01ef"
"""Characters beyond the basic plane, and selectors of variants, stand in names."""
WIDE = re.compile(r"[\uff01-\uffef]+")
COPIED = re.compile(r"[\u00ad\u200b\u2060\ufeff]")
DOT = re.compile(rf"\s?[{DOTS}]\s?|{DOT_IN_NAME.pattern}")
BETWEEN_HAN = re.compile(rf"(?<=[{HAN}])\s+(?=[{HAN}])")
SEATS = {"npc": "人大代表", "cppcc": "政协委员"}


@dataclass(frozen=True)
class Deputy:
    """A deputy or adviser under a number in one body (npc, cppcc) of the agency."""

    person: str
    title: str


Deputies = Mapping[tuple[str, str], Deputy]
"""(body, number) → person: two bodies may use one number for two people."""


def signers(row: Row, deputies: Deputies) -> list[dict[str, Any]]:
    """Returns entries as the registration takes them. Raises UnclearCell at the column of the
    signer that cannot be read."""
    columns = row.ledger.signers
    lead = text_of(row.values.get(columns.lead))
    if not lead:
        raise UnclearCell("ledger-empty", "提出人不能为空")
    if columns.who == "citizen":
        return [citizen(row, lead)]
    people = [deputy(name, columns.body, deputies) for name in split(lead)]
    if len(people) > 1:
        raise UnclearCell("ledger-one-lead", "只填一名领衔人，其余填在附议人一列")
    with at(columns.co):
        others = text_of(row.values.get(columns.co or ""))
        people += [deputy(name, columns.body, deputies) for name in split(others)]
        if len(set(people)) < len(people):
            raise UnclearCell("ledger-signer-twice", "同一人重复署名")
    parts = ["lead", *["co"] * (len(people) - 1)]
    return [{"person": p, "part": part} for p, part in zip(people, parts, strict=True)]


@contextmanager
def at(column: str | None) -> Iterator[None]:
    """Names the column in what is raised."""
    try:
        yield
    except UnclearCell as error:
        error.column = column
        raise


def citizen(row: Row, name: str) -> dict[str, Any]:
    entry = {"name": name_of(name), "part": "lead"}
    columns = row.ledger.signers
    for part, column in (("phone", columns.phone), ("address", columns.address)):
        with at(column):
            if text := text_of(row.values.get(column or "")):
                entry[part] = folded(text) if part == "phone" else text
    return entry


def name_of(text: str) -> str:
    """Returns a citizen's name as it is written on paper: letters, accents and selectors of
    variants stay; widths, spaces between characters and kinds of middle dots do not."""
    narrow = WIDE.sub(lambda found: normalize("NFKC", found[0]), COPIED.sub("", text))
    dotted = DOT.sub("·", narrow)
    return " ".join(BETWEEN_HAN.sub("", dotted).split())


def split(text: str) -> list[str]:
    """Returns the entries of a list of names; spaces separate only after a number."""
    closed = re.sub(r"([)）〕】\]])(?=[^、，,;；/\n])", r"\1、", text)
    return [entry for entry in re.split("[、，,;；/\n]", closed) if entry.strip()]


def deputy(text: str, body: str, deputies: Deputies) -> str:
    """Finds the person by the number; the name must be that person's. Raises UnclearCell."""
    match = NUMBERED.fullmatch(folded(text))
    if not match:
        raise UnclearCell("ledger-signer", f"“{text.strip()}”应写作 姓名（代表证号或委员编号）")
    name, number = match["name"], match["number"]
    holder = deputies.get((body, number))
    if holder is None:
        raise UnclearCell("ledger-signer", f"没有编号为 {number.upper()} 的{SEATS[body]}（{name}）")
    if not same_name(holder.title, name):
        raise UnclearCell(
            "ledger-signer",
            f"编号 {number.upper()} 的{SEATS[body]}是{holder.title}，不是{name}，请核对"
            + difference(name, folded(holder.title)),
        )
    return holder.person


def difference(written: str, right: str) -> str:
    """Returns the one character by which two names differ, with its code: some look alike."""
    if len(written) != len(right):
        return ""
    unequal = [(a, b) for a, b in zip(written, right, strict=True) if a != b]
    if len(unequal) != 1 or len(right) == 1:
        return ""
    (a, b), *_ = unequal
    return f"（“{a}”U+{ord(a):04X} 应为“{b}”U+{ord(b):04X}）"
