"""Labels: names of codes in Chinese and English, by kind of case and place; data and facts hold
codes only."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from shared.contracts.case_event import Kind
from shared.service.config.layers import read_layered
from shared.service.settings import ServiceSettings

Language = Literal["zh", "en"]
Names = dict[str, tuple[str, str]]
"""Code → Chinese and English name."""
Groups = dict[str, Names]
ANYWHERE: Final = "*"
PLACE = re.compile(r"\{([a-z-]+):([a-z0-9.+:-]+)\}")
"""Place of a sentence for the name of a code: `{fact:case.accepted}`."""


class Special(BaseModel):
    """Names for cases of some kinds, or of one agency, in place of the general ones."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    agency: str = ANYWHERE
    kinds: tuple[Kind, ...] = ()
    words: Groups

    def fits(self, agency: str, kind: str) -> bool:
        return self.agency in (ANYWHERE, agency) and (not self.kinds or kind in self.kinds)

    def precision(self) -> tuple[bool, bool]:
        return (self.agency != ANYWHERE, bool(self.kinds))


class LabelFile(BaseModel):
    """Groups of names, and the `special` ones."""

    model_config = ConfigDict(frozen=True, extra="allow")
    __pydantic_extra__: dict[str, Names]

    special: tuple[Special, ...] = ()


@dataclass(frozen=True)
class Labels:
    groups: Mapping[str, Mapping[str, tuple[str, str]]]
    special: tuple[Special, ...] = ()

    def label(
        self, group: str, code: str, lang: Language = "zh", *, kind: str = "", agency: str = ""
    ) -> str:
        """Returns the name for cases of the kind at the agency, else the general one; the code
        itself where it has none."""
        names = self._special(group, code, kind, agency) or self.groups.get(group, {}).get(code)
        chinese, english = names or (code, code)
        return chinese if lang == "zh" else english

    def spoken(self, sentence: str, *, kind: str = "", agency: str = "") -> str:
        """Returns the sentence with names in its places (`{group:code}`)."""
        return PLACE.sub(
            lambda place: self.label(place[1], place[2], kind=kind, agency=agency), sentence
        )

    def codes(self, group: str) -> tuple[str, ...]:
        """Returns the codes of a group in the order of the file."""
        return tuple(self.groups.get(group, {}))

    def named(self, codes: Sequence[str], lang: Language) -> list[str]:
        """Returns the codes with their names: `代表建议（suggestion）`. Their group is the smallest
        that has them all; without one, the codes alone."""
        groups = [group for group, names in self.groups.items() if names.keys() >= {*codes}]
        if not groups:
            return [*codes]
        group = min(groups, key=lambda name: len(self.groups[name]))
        form = "{}（{}）" if lang == "zh" else "{} ({})"
        return [form.format(self.label(group, code, lang), code) for code in codes]

    def code(self, group: str, text: str) -> str | None:
        """Returns the code that a ledger writes as `text`; None when no code has that name."""
        return next((c for c, names in self.groups.get(group, {}).items() if text in names), None)

    def _special(self, group: str, code: str, kind: str, agency: str) -> tuple[str, str] | None:
        found = [
            row
            for row in self.special
            if row.fits(agency, kind) and code in row.words.get(group, {})
        ]
        best = max(reversed(found), key=Special.precision, default=None)
        return best.words[group][code] if best else None


def load_labels(folder: Path) -> Labels:
    file = read_layered(folder, "labels.yaml", joined=("special",)).shaped(LabelFile)
    return Labels(file.__pydantic_extra__, file.special)


def standard_labels() -> Labels:
    """Returns the labels of the policies that this process is set to use."""
    return _labels_of(policies_in_use())


def label(group: str, code: str, lang: Language = "zh", *, kind: str = "", agency: str = "") -> str:
    """Returns the name in the labels of the policies that this process is set to use."""
    return standard_labels().label(group, code, lang, kind=kind, agency=agency)


@cache
def policies_in_use() -> Path:
    """Returns the folder of DUBAN_POLICIES, which a process never changes."""
    return ServiceSettings().policies


@cache
def _labels_of(folder: Path) -> Labels:
    return load_labels(folder)
