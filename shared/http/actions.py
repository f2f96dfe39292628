"""Possible actions: the buttons of a page, as every service answers them."""

from pydantic import BaseModel


class Action(BaseModel):
    action: str
    target: str | None = None


class Actions(BaseModel):
    actions: list[Action]
