"""Labels: names of codes in Chinese and English; data and facts hold codes only."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import ConfigDict, RootModel

from shared.service.config.located_yaml import read_located

Language = Literal["zh", "en"]
POLICIES = Path(__file__).parents[3] / "deploy" / "policies"


class LabelFile(RootModel[dict[str, dict[str, tuple[str, str]]]]):
    model_config = ConfigDict(frozen=True)


@dataclass(frozen=True)
class Labels:
    groups: Mapping[str, Mapping[str, tuple[str, str]]]

    def label(self, group: str, code: str, lang: Language = "zh") -> str:
        """Returns the name, or the code itself where it has none."""
        chinese, english = self.groups.get(group, {}).get(code, (code, code))
        return chinese if lang == "zh" else english

    def codes(self, group: str) -> tuple[str, ...]:
        """Returns the codes of a group in the order of the file."""
        return tuple(self.groups.get(group, {}))

    def code(self, group: str, text: str) -> str | None:
        """Returns the code that a ledger writes as `text`; None when no code has that name."""
        return next((c for c, names in self.groups.get(group, {}).items() if text in names), None)


def load_labels(folder: Path) -> Labels:
    return Labels(read_located(folder / "labels.yaml").shaped(LabelFile).root)


@cache
def standard_labels() -> Labels:
    return load_labels(POLICIES)


def label(group: str, code: str, lang: Language = "zh") -> str:
    """Returns the name in the labels that are deployed with the code."""
    return standard_labels().label(group, code, lang)
