"""Condition of a service, as operators see it: unpublished commits, unread messages, cases that
were set aside, read models, processes. No text of a case, no address of a part."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

READ_CONDITION = "read-condition"
"""The action in the access tables of all services."""


class Unpublished(BaseModel):
    """尚未发布到总线的提交；`since` 是其中最早一条的登记时刻。"""

    number: int
    since: datetime | None = None


class ConsumerLag(BaseModel):
    """消费者及其未处理的消息数；总线没有应答时为空。"""

    consumer: str
    lag: int | None = None


class SetAside(BaseModel):
    """搁置的一件，或单独搁置的一条消息（`message`）；`id` 是 duban parked 所用的编号。"""

    id: str
    consumer: str
    key: str
    message: bool
    state: Literal["parked", "held", "replay"]
    reason: str
    messages: int
    at: datetime


class ModelState(BaseModel):
    """读模型：在用的代、正在重建的代。`begun_by` 是在用代开始时的代码版本，低于 `code` 的会
    自动重建。不在本服务数据库中的没有代号。"""

    name: str
    live: int | None = None
    building: int | None = None
    begun_by: int | None = None
    code: int


class ProcessSeen(BaseModel):
    """一个进程：角色和序号、所在主机、程序版本、距上次报告的秒数。"""

    role: str
    host: str
    release: str
    silent_seconds: float
    alive: bool


EXAMPLE: dict[str, Any] = {
    "service": "handling",
    "release": "0.1.0",
    "unpublished": {"number": 0, "since": None},
    "consumers": [{"consumer": "duban-handling-reactions", "lag": 0}],
    "aside": [
        {
            "id": "3f0c5b0f",
            "consumer": "duban-handling-reactions",
            "key": "56fa9635caf355c1b7bdf0735026de16",
            "message": False,
            "state": "parked",
            "reason": "exception",
            "messages": 2,
            "at": "2025-03-03T01:00:00Z",
        }
    ],
    "aside_number": 1,
    "models": [{"name": "actors", "live": 1, "building": None, "begun_by": 1, "code": 1}],
    "processes": [
        {"role": "api-0", "host": "app-1", "release": "0.1.0", "silent_seconds": 0.4, "alive": True}
    ],
}


class Condition(BaseModel):
    """没有事件流的服务没有 `unpublished`；`aside` 至多列最早的五十件，`aside_number` 是总数。"""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    service: str
    release: str = Field(description="应答的进程的程序版本")
    unpublished: Unpublished | None = None
    consumers: list[ConsumerLag]
    aside: list[SetAside]
    aside_number: int
    models: list[ModelState]
    processes: list[ProcessSeen] = Field(description="整个系统的进程，近一小时内有过报告的")
