"""Refusals by HTTP itself, before any rule of the business."""

from collections.abc import Mapping

from shared.http.wording import Title


class Refused(Exception):
    """Raised for a missing token, a body too large, a key in flight …"""

    def __init__(
        self, status: int, rule: str, sentence: Title, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(sentence.english)
        self.status, self.rule, self.sentence = status, rule, sentence
        self.headers = dict(headers or {})
