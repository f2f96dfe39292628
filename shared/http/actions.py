"""Possible actions: the buttons of a page, in the same form from every service."""

from pydantic import BaseModel, Field

EXAMPLES = ["/assignment/v1/cases/56fa9635caf355c1b7bdf0735026de16/assignments"]
BODIES = ["/assignment/v1/openapi.json#/components/schemas/NewAssignment"]


class Action(BaseModel):
    """A request that would be granted now. `body`: the schema of its body; `target`: the task,
    evaluation or clock that it is about."""

    action: str
    target: str | None = None
    method: str | None = Field(None, examples=["POST"])
    href: str | None = Field(None, examples=EXAMPLES)
    body: str | None = Field(None, examples=BODIES)


class Actions(BaseModel):
    actions: list[Action]
