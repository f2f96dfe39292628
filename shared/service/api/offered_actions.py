"""Actions of a case for one person: those that would be granted now, and those that are blocked.

An action is tried with the smallest body of its schema by the route that takes it, up to the
decision: the refusal is that of the request itself, and nothing is written (ADR 46).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Any, NoReturn

from pydantic import BaseModel

from shared.http.actions import Actions, Blocked
from shared.http.problems import domain_problem, prefers_english
from shared.kernel.access import Offer
from shared.kernel.errors import NotAllowed, NotFound, RuleViolated
from shared.kernel.messages import Command
from shared.service.api.action_links import Link, linked
from shared.service.api.openapi_examples import examples_of, from_fields
from shared.service.api.request_context import ServiceEdge
from shared.service.commands.authorization import denied
from shared.service.commands.rehearsal import Rehearsal

MOST_TRIED = 60
"""Actions that one request tries: the others are shown as offered, or not at all."""

Refusal = RuleViolated | NotAllowed


class Passed(Exception):
    """The command was not refused; nothing may follow."""


class DryEdge(ServiceEdge):
    """The edge of a route whose command is decided and not recorded."""

    async def dispatch(
        self,
        stream: str,
        command: Command,
        command_id: str | None = None,
        similar: tuple[str, ...] = (),
    ) -> NoReturn:
        await self.rehearse(stream, command)

    async def rehearse(
        self, stream: str, command: Command, command_id: str | None = None
    ) -> NoReturn:
        """Raises Passed, or what `dispatch` of the request would raise."""
        await self.rehearsed(stream, command)
        raise Passed

    async def rehearsed(self, stream: str, command: Command) -> Rehearsal:
        context = replace(self.context, expected=None, expected_of=None, at_least=(), dry=True)
        return await self.runtime.handler.rehearse(stream, command, context)

    def in_earnest(self) -> NoReturn:
        raise Passed

    async def beforehand(self, stream: str, command: Command) -> None:
        raise Passed

    @classmethod
    def of(cls, edge: ServiceEdge) -> "DryEdge":
        return cls(**{field.name: getattr(edge, field.name) for field in fields(edge)})


@dataclass
class Trial:
    """Tries actions of one case for the caller; `left` more of them."""

    edge: ServiceEdge
    left: int = MOST_TRIED

    def is_allowed(self, offer: Offer) -> bool:
        return self.edge.allows(offer.action, offer.relations, offer.situation)

    def may_be_allowed(self, offer: Offer) -> bool:
        return self.edge.runtime.authorization.may_allow(offer.action, offer.relations)

    async def refusal(self, offer: Offer) -> Refusal | None:
        """Returns the refusal that the request of the action would get, whatever its body says;
        None where there is none, or where the body decides."""
        if not self.is_allowed(offer):
            return denied(offer.action)
        link = self.links.get(offer.action)
        if link is None or not self.left:
            return None
        self.left -= 1
        return await self._tried(link, offer)

    @property
    def links(self) -> Mapping[str, Link]:
        links: Mapping[str, Link] = self.edge.trace.request.app.state.links
        return links

    @property
    def case_id(self) -> str:
        return self.edge.case_id or ""

    async def _tried(self, link: Link, offer: Offer) -> Refusal | None:
        places: dict[str, Any] = {**link.place(self.case_id, offer.target)}
        if link.form:
            places["body"] = smallest(link.service, link.form)
        try:
            await link.endpoint(**places, edge=DryEdge.of(self.edge))
        except RuleViolated as refused:
            return None if is_about_body(refused, link) else refused
        except NotAllowed as refused:
            return refused
        except (Passed, NotFound):
            return None
        return None


def blocked(edge: ServiceEdge, action: str, target: str | None, refusal: Refusal) -> Blocked:
    """Returns the refusal of an action, in the words of the request's language."""
    problem = domain_problem(refusal, prefers_english(edge.trace.request.headers))
    told = {"rule": problem.rule, "detail": problem.detail, "field": problem.field}
    return Blocked(action=action, target=target, **told)


async def actions_of(
    edge: ServiceEdge, offers: Iterable[Offer], later: Iterable[Offer] = ()
) -> Actions:
    """Returns the offers that the access table lets the actor take up, without those that the rules
    refuse now: they are blocked. So are those of `later` that some row would allow."""
    trial, found = Trial(edge), Actions(actions=[])
    now = {(o.action, o.target): o for o in offers if trial.is_allowed(o)}
    ahead = {(o.action, o.target): o for o in later if trial.may_be_allowed(o)}
    for place, offer in (now | ahead | now).items():
        if refusal := await trial.refusal(offer):
            found.blocked.append(blocked(edge, offer.action, offer.target, refusal))
        elif place in now:
            found.actions.append(linked(trial.links, offer, trial.case_id))
    return found


def is_about_body(refusal: RuleViolated, link: Link) -> bool:
    """Returns whether another body could be accepted: the refusal names an input that is no place
    of the address."""
    has_fields = link.form is not None and bool(link.form.model_fields)
    return has_fields and refusal.field is not None and refusal.field not in link.place("", None)


@cache
def smallest(service: str, form: type[BaseModel]) -> BaseModel:
    """Returns the form with the required fields alone, filled in as its example shows."""
    schema = form.model_json_schema()
    rows = examples_of(service).get(form.__name__) or schema.get("examples") or from_fields(schema)
    required = schema.get("required", ())
    example = rows[0] if rows else {}
    return form.model_validate({name: example[name] for name in required if name in example})
