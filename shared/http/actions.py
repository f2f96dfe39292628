"""Possible actions: the buttons of a page, in the same form from every service."""

from pydantic import BaseModel


class Action(BaseModel):
    action: str
    target: str | None = None


class Actions(BaseModel):
    actions: list[Action]
