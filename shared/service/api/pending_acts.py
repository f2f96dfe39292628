"""HTTP routes of the two-person rule: acts that wait for a second person. A service whose access
table has `second-person` rows includes this router."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.pending_acts import ActDeclined
from shared.http.accepted import Accepted
from shared.http.fields import Note
from shared.http.forms import Form, NoBody
from shared.kernel.errors import NotAllowed, NotFound, RuleViolated
from shared.kernel.form_words import titled
from shared.kernel.ids import stream_key
from shared.kernel.messages import Sealed
from shared.service.api.edge_route import edge_router
from shared.service.api.request_context import Edge, ServiceEdge
from shared.service.commands.pending_acts import ConfirmAct, DeclineAct, PendingAct, stream_of
from shared.service.commands.second_person import declined_acts, open_acts

router = edge_router("两人复核 Second person")

ActId = Annotated[
    str,
    Field(pattern=r"^[a-z0-9-]+:[1-9][0-9]{0,8}$", max_length=80, examples=["unit-u-edu:7"]),
]


class Declined(Form):
    reason: Annotated[Note, Field(min_length=1, examples=["任免文件尚未印发"]), titled("退回理由")]


class PendingActShown(BaseModel):
    """An act that the reader may confirm or decline, or has proposed (`own`)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "act": "unit-u-edu:7",
                    "action": "fill-post",
                    "proposed_by": "p-sys-1",
                    "on_behalf_of": None,
                    "proposed_at": "2025-03-03T01:00:00Z",
                    "not_before": "2025-03-03T01:00:00Z",
                    "expires_at": "2025-03-17T01:00:00Z",
                    "own": False,
                    "content": {"unit": "u-edu", "role": "handler", "person": "p-2"},
                }
            ]
        }
    )

    act: str
    action: str
    proposed_by: str
    on_behalf_of: str | None = None
    proposed_at: datetime
    not_before: datetime
    expires_at: datetime
    own: bool
    content: dict[str, Any]


class DeclinedAct(BaseModel):
    """An act of the reader that another person has declined, with the reason."""

    act: Annotated[str, Field(examples=["unit-u-edu:7"])]
    action: Annotated[str, Field(examples=["fill-post"])]
    proposed_at: Annotated[datetime, Field(examples=["2025-03-03T01:00:00Z"])]
    declined_at: Annotated[datetime, Field(examples=["2025-03-04T01:00:00Z"])]
    declined_by: Annotated[str, Field(examples=["p-sec-1"])]
    reason: Annotated[str, Field(examples=["任免文件尚未印发"])]


@router.get("/pending-acts", summary="待复核事项 Acts that wait for a second person")
async def read_pending_acts(edge: Edge) -> list[PendingActShown]:
    """由您确认或退回的，以及您自己提请的事项。"""
    edge.admit("read-pending-acts")
    return [shown async for shown in _shown(edge)]


@router.get("/pending-acts/declined", summary="被退回的提请 Acts that were declined")
async def read_declined_acts(edge: Edge) -> list[DeclinedAct]:
    """您提请的事项近 30 天内被退回的，及其理由；自己收回的不列。"""
    edge.admit("read-pending-acts")
    store, loaded = edge.runtime.store, edge.runtime.handler.loaded
    acts = await declined_acts(store, loaded, edge.actor.sub, edge.now())
    return [await _declined(edge, act, end) for act, end in acts]


async def _declined(edge: ServiceEdge, act: PendingAct, end: ActDeclined) -> DeclinedAct:
    return DeclinedAct(
        act=act.fact.act,
        action=act.fact.action,
        proposed_at=act.fact.at,
        declined_at=end.at,
        declined_by=end.by,
        reason=await edge.reveal(end.reason, stream_key(stream_of(end.act))),
    )


@router.post("/pending-acts/{act}/confirmation", status_code=201, summary="确认 Confirm")
async def confirm_act(act: ActId, body: NoBody, edge: Edge) -> Accepted:
    """由另一名有权的人确认，事项随即生效；提请人不能自己确认。"""
    return await edge.dispatch(stream_of(act), ConfirmAct(**_act(edge), act=act))


@router.post("/pending-acts/{act}/refusal", status_code=201, summary="退回 Decline")
async def decline_act(act: ActId, body: Declined, edge: Edge) -> Accepted:
    """由另一名有权的人退回；提请人也可以自己收回。"""
    command = DeclineAct(**_act(edge), act=act, reason=body.reason)
    return await edge.dispatch(stream_of(act), command)


def _act(edge: ServiceEdge) -> dict[str, Any]:
    return {"at": edge.now(), "by": edge.actor.sub}


async def _shown(edge: ServiceEdge) -> AsyncIterator[PendingActShown]:
    handler, actor, now = edge.runtime.handler, edge.actor, edge.now()
    for act, loaded in await open_acts(edge.runtime.store, handler.loaded, now):
        try:
            command, _ = await handler.act_for(actor, act, loaded, now, own=True)
        except (NotAllowed, NotFound, RuleViolated):
            continue
        if now < act.fact.expires_at:
            fields = command.model_dump(mode="json", exclude={"at", "by"})
            yield _view(act, await _opened(edge, act, fields), own=actor.sub in act.proposers)


async def _opened(edge: ServiceEdge, act: PendingAct, value: Any) -> Any:
    """Returns the fields with the words of their sealed texts."""
    if isinstance(value, list):
        return [await _opened(edge, act, each) for each in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == Sealed.model_fields.keys():
        return await edge.reveal(Sealed(**value), stream_key(stream_of(act.fact.act)))
    return {name: await _opened(edge, act, each) for name, each in value.items()}


def _view(act: PendingAct, content: dict[str, Any], own: bool) -> PendingActShown:
    fact = act.fact
    return PendingActShown(
        act=fact.act,
        action=fact.action,
        proposed_by=fact.by,
        on_behalf_of=fact.on_behalf_of,
        proposed_at=fact.at,
        not_before=fact.not_before,
        expires_at=fact.expires_at,
        own=own,
        content=content,
    )
