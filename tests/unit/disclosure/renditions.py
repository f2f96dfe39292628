"""Histories for the tests of disclosure: a reply on its way to the public."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from services.disclosure.domain.case.commands import NoteCase, StopDisclosure
from services.disclosure.domain.decider import DECIDER
from services.disclosure.domain.decision.commands import DecideDisclosure, ReviewDisclosure
from services.disclosure.domain.proposal.commands import OpenDisclosure, ProposeDisclosure
from services.disclosure.domain.publication.commands import (
    EndRequest,
    PublishDisclosure,
    WithdrawDisclosure,
)
from services.disclosure.domain.rendition import digest_of
from shared.contracts import disclosure as facts
from shared.contracts.case_event import CaseMark, Kind
from shared.contracts.payloads.handling import DisclosureProposal
from shared.kernel.ids import entity_id
from shared.kernel.messages import Command
from shared.kernel.policy import Policy
from shared.service.config.policies import load_policies
from shared.testing.given import Specification

MONDAY = datetime(2025, 3, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)
BOOK = load_policies(Path("deploy/policies"))
CASE, TASK, UNIT = "5" * 32, "a" * 12, "u-hou"
SEED = "8c2b7c1e-0000-5000-8000-000000000001"
REQUEST = entity_id(SEED, f"request:{TASK}")
DECIDER_PERSON, REVIEWER = "p-pub-1", "p-pub-2"
TITLE, LABEL = "关于整治背街小巷停车秩序的建议", "2025年第58号建议"
TEXT = "您提出的建议收悉。现答复如下：一、已排查背街小巷三百二十条。"
ABSTRACT = "已排查背街小巷三百二十条，年内完成整治。"
PROPOSAL = DisclosureProposal(mode="open", form="full")
REPLIED_ON = date(2025, 3, 3)
spec = Specification(DECIDER)


def mark(kind: Kind = "suggestion", channel: str = "session") -> CaseMark:
    return CaseMark(agency="u-city", kind=kind, channel=channel, period="2025")


def rules(kind: Kind = "suggestion", channel: str = "session", **changes: Any) -> Policy:
    """`changes` apply to the row's `disclosure`."""
    policy = BOOK.resolve("u-city", kind, channel, MONDAY)
    changed = policy.row.disclosure.model_copy(update=changes)
    return Policy(policy.row.model_copy(update={"disclosure": changed}), policy.calendar)


RULES = rules()


def head(at: datetime = MONDAY, task: str | None = TASK) -> dict[str, Any]:
    named = {"task": task} if task else {}
    return {**mark().model_dump(), "round": 1, "at": at, **named}


def noted(**fields: Any) -> facts.DisclosureNoted:
    fields_of_intake = {
        "title": TITLE,
        "subject": "urban-environment",
        "region": "direct",
        "names": ("王建国",),
        "consent": True,
    }
    return facts.DisclosureNoted(**{**head(task=None), **fields_of_intake, **fields})


def numbered() -> facts.DisclosureNoted:
    return facts.DisclosureNoted(**head(task=None), label=LABEL)


def proposed(**changes: Any) -> facts.DisclosureProposed:
    fields = {
        "unit": UNIT,
        "proposal": PROPOSAL,
        "public_text": TEXT,
        "letter": "B",
        "meaning": "in-progress",
    }
    return facts.DisclosureProposed(**{**head(), **fields, **changes})


def opened() -> facts.DisclosureOpened:
    due = RULES.due("publication", MONDAY)
    return facts.DisclosureOpened(**head(), unit=UNIT, due=due, replied_on=REPLIED_ON)


def decided(**changes: Any) -> facts.DisclosureDecided:
    fields = {"mode": "open", "form": "full", "by": DECIDER_PERSON}
    return facts.DisclosureDecided(**{**head(MONDAY + DAY), **fields, **changes})


def reviewed(approved: bool = True, remark: str = "") -> facts.DisclosureReviewed:
    return facts.DisclosureReviewed(
        **head(MONDAY + 2 * DAY), by=REVIEWER, approved=approved, remark=remark
    )


def requested() -> facts.DisclosureRequested:
    return facts.DisclosureRequested(**head(MONDAY + 2 * DAY), request=REQUEST)


def rendition(**changes: Any) -> facts.Rendition:
    fields = {
        "title": TITLE,
        "label": LABEL,
        "names": ("王建国",),
        "unit": UNIT,
        "letter": "B",
        "meaning": "in-progress",
        "text": TEXT,
        "form": "full",
        "replied_on": REPLIED_ON,
    }
    return facts.Rendition(**{**fields, **changes})


def disclosed(**changes: Any) -> facts.CaseDisclosed:
    public = rendition(**changes)
    return facts.CaseDisclosed(
        **head(MONDAY + 3 * DAY),
        request=REQUEST,
        public=public,
        digest=digest_of(public),
        url=f"/cases/{CASE}",
        subject="urban-environment",
        region="direct",
    )


def released(reason: str) -> facts.PublicationReleased:
    return facts.PublicationReleased(**head(MONDAY + 3 * DAY), request=REQUEST, reason=reason)


def taken_down(reason: str = "内容有误") -> facts.DisclosureWithdrawn:
    return facts.DisclosureWithdrawn(**head(MONDAY + 9 * DAY), by=DECIDER_PERSON, reason=reason)


def stopped() -> facts.DisclosureStopped:
    return facts.DisclosureStopped(**head(task=None), reason="withdrawn")


READY = (noted(), numbered(), proposed(), opened())
ON_ITS_WAY = (*READY, decided(), reviewed(), requested())


def asks(command: type[Command], at: datetime, by: str, **fields: Any) -> Any:
    return command(at=at, by=by, seed=SEED, **fields)


def note(**fields: Any) -> NoteCase:
    command: NoteCase = asks(NoteCase, MONDAY, "system:disclosure", mark=mark(), round=1, **fields)
    return command


def propose() -> ProposeDisclosure:
    return ProposeDisclosure(
        at=MONDAY,
        by="system:disclosure",
        mark=mark(),
        round=1,
        task=TASK,
        unit=UNIT,
        proposal=PROPOSAL,
        public_text=TEXT,
        letter="B",
        meaning="in-progress",
    )


def open_(policy: Policy = RULES) -> OpenDisclosure:
    return OpenDisclosure(
        at=MONDAY, by="system:disclosure", task=TASK, replied_on=REPLIED_ON, policy=policy
    )


def decide(mode: str = "open", form: str | None = "full", **fields: Any) -> DecideDisclosure:
    payload = {"mode": mode, "form": form, "task": TASK, "policy": RULES, "by": DECIDER_PERSON}
    return DecideDisclosure(at=MONDAY + DAY, **{**payload, **fields})


def review(approved: bool = True, remark: str = "", by: str = REVIEWER) -> ReviewDisclosure:
    return ReviewDisclosure(
        at=MONDAY + 2 * DAY, by=by, seed=SEED, task=TASK, approved=approved, remark=remark
    )


def cleared(policy: Policy = RULES, request: str = REQUEST) -> PublishDisclosure:
    return PublishDisclosure(
        at=MONDAY + 3 * DAY,
        by="system:disclosure",
        case=CASE,
        task=TASK,
        request=request,
        policy=policy,
    )


def refused(reason: str = "withdrawn") -> EndRequest:
    return EndRequest(
        at=MONDAY + 3 * DAY, by="system:disclosure", task=TASK, request=REQUEST, reason=reason
    )


def take_down(reason: str = "内容有误") -> WithdrawDisclosure:
    return WithdrawDisclosure(at=MONDAY + 9 * DAY, by=DECIDER_PERSON, task=TASK, reason=reason)


def stop() -> StopDisclosure:
    return StopDisclosure(
        at=MONDAY, by="system:disclosure", mark=mark(), round=1, reason="withdrawn"
    )
