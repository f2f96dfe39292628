"""Chinese or English: the language in which a command answers, by its switch."""

from dataclasses import dataclass
from typing import Annotated, TypeVar

import typer

English = Annotated[bool, typer.Option("--english", help="用英文输出。Answer in English.")]
T = TypeVar("T")


@dataclass(frozen=True)
class Speech:
    """Chooses between two forms of what is said."""

    in_english: bool = False

    def __call__(self, chinese: T, english: T) -> T:
        return english if self.in_english else chinese

    @property
    def language(self) -> str:
        return self("zh-CN", "en")
