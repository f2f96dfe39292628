"""Reader of a page that is rendered on the server: language, size and contrast from its address."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote, urlencode

import yaml
from fastapi import Request

from shared.service.config.labels import Language, standard_labels

Words = Mapping[str, tuple[str, str]]
"""Key of a phrase → Chinese and English."""
CHOICES = {"lang": {"en"}, "size": {"l"}, "contrast": {"1"}}
"""Parameters of the address by which a reader chooses; other values mean the default."""


def words_in(folder: Path) -> Words:
    """Returns the phrases of the folder's `words.yaml`."""
    words: Words = yaml.safe_load((folder / "words.yaml").read_text(encoding="utf-8"))
    return words


class PageReader:
    """The choices of one reader; no cookie keeps them."""

    def __init__(self, words: Words, request: Request) -> None:
        query = request.query_params
        self._words = words
        self.chosen = {name: query[name] for name in CHOICES if query.get(name) in CHOICES[name]}
        self.lang: Language = "en" if self.chosen.get("lang") else "zh"
        self.path = request.url.path
        self.query = {name: value for name, value in query.items() if name not in CHOICES}

    def say(self, key: str, **values: Any) -> str:
        """Returns a phrase of `words.yaml` in the reader's language."""
        chinese, english = self._words[key]
        return (english if self.lang == "en" else chinese).format(**values)

    def label(self, group: str, code: str) -> str:
        return standard_labels().label(group, code, self.lang)

    def link(self, path: str, **query: Any) -> str:
        """Returns the address of another page, with the reader's choices."""
        present = {name: value for name, value in query.items() if value not in ("", None)}
        return with_query(quote(path), {**present, **self.chosen})

    def again(self, name: Literal["lang", "size", "contrast"], value: str) -> str:
        """Returns the address of this page with another choice; empty is the default."""
        chosen = {n: v for n, v in {**self.chosen, name: value}.items() if v}
        return with_query(quote(self.path), {**self.query, **chosen})

    def day(self, iso: str) -> str:
        day = date.fromisoformat(iso)
        return iso if self.lang == "en" else f"{day.year}年{day.month}月{day.day}日"


def with_query(path: str, query: Mapping[str, Any]) -> str:
    return f"{path}?{urlencode(query)}" if query else path
