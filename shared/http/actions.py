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


class Blocked(BaseModel):
    """An action that the roles of the caller allow and the case not yet: its request would be
    refused by this rule, in this sentence."""

    action: str = Field(examples=["sign-reply"])
    target: str | None = Field(None, examples=["1f0c2b9a77de"])
    rule: str = Field(examples=["opinions-before-signing"])
    detail: str = Field(examples=["还有 1 个会办单位没有提出会办意见，齐备后才能签发"])
    field: str | None = None


class Actions(BaseModel):
    actions: list[Action]
    blocked: list[Blocked] = Field(
        default_factory=list, description="岗位允许、该件目前还不能办理的事项及其原因"
    )
