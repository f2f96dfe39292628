"""Mergers in all services: three papers are handled as one, every proposer gets the reply and rates
for himself, and the members close with their master."""

from collections.abc import Mapping
from typing import Any

import pytest

from services.portal.domain.register import CASE_REGISTER
from shared.contracts.merging import CaseUnmerged
from shared.kernel.actor import Actor
from shared.testing.checklist import checked
from shared.testing.fold import folded
from shared.testing.organisation import deputy
from tests.component.access.test_blocked import (
    CITY,
    CONTACT,
    COSIGNER,
    DRAFT,
    GRADES,
    HANDLER,
    HEAD,
    LEAD,
    LIAISON,
    OFFICE,
    PAPER,
    TASK,
    City,
    Step,
)

THIRD = Actor("p-n3", deputy=True)
AUTHORS = (LEAD, COSIGNER, THIRD)
WHY = "三件都要求完善城区排水"
LATER = {"reason": "所提路段不同，分别办理"}
ALONE = [{"unit": "u-hou", "part": "lead"}]
MAIL = "mail"


class Town(City):
    """Three papers of three deputies that ask for the same; `case` is the first of them."""

    async def begin(self) -> None:
        for service in self.services.values():
            service.actors[THIRD.sub] = THIRD
            await service.knows(*CITY, deputy("p-n3", "周九"))
        self.cases: list[str] = []
        for number, author in enumerate(AUTHORS, 1):
            people = [{"person": author.sub, "part": "lead"}]
            title = f"关于完善第{number}片区排水的建议"
            body = PAPER | {
                "proposers": people,
                "title": title,
                "text": f"{title}。积水严重，请改造。",
            }
            answer = await self.services["intake"].post("/cases", body, author)
            assert answer.status_code == 201, answer.text
            self.cases.append(answer.json()["case_id"])
            await self.on(self.cases[-1], Step(OFFICE, "intake", "acceptance", checked()))
        self.case = self.cases[0]

    async def on(self, case: str, step: Step) -> None:
        await self.settle()
        self.case = case
        await self.do(step)

    async def merge(self, *members: str) -> None:
        for member in members:
            body = {"into": self.cases[0], "reason": WHY}
            await self.on(member, Step(OFFICE, "intake", "merger", body))
        self.case = self.cases[0]

    async def work(self) -> None:
        """Hands the first case out, and has its reply signed."""
        for step in (
            Step(OFFICE, "assignment", "assignments", {"tasks": ALONE}),
            Step(LIAISON, "assignment", f"{TASK}/receipt", {}),
            Step(HANDLER, "handling", f"{TASK}/contacts", CONTACT),
            Step(HANDLER, "handling", f"{TASK}/drafts", DRAFT),
            Step(HEAD, "handling", f"{TASK}/signature", {"number": "临住建字〔2025〕12号"}),
        ):
            await self.on(self.cases[0], step)

    async def deliver(self, *people: Actor) -> None:
        for person in people:
            body = {"recipient": person.sub, "mode": MAIL}
            await self.do(Step(LIAISON, "handling", f"{TASK}/deliveries", body))

    async def rate(self, *people: Actor) -> None:
        for person in people:
            place = f"evaluations/{{{person.sub}}}/rating"
            await self.do(Step(person, "feedback", place, GRADES))

    def lines(self) -> Mapping[str, Mapping[str, Any]]:
        return folded(CASE_REGISTER, self.facts())

    def statuses(self) -> list[str]:
        lines = self.lines()
        return [lines[case]["status"] for case in self.cases]


@pytest.fixture
async def town() -> Town:
    made = Town()
    await made.begin()
    return made


async def test_three_papers_get_one_reply_and_each_proposer_his_own(town: Town) -> None:
    _, second, third = town.cases
    await town.merge(second, third)
    assert town.statuses() == ["accepted", "merged", "merged"]
    await town.work()
    await town.deliver(LEAD, COSIGNER)
    assert town.statuses() == ["handling", "merged", "merged"]
    await town.deliver(THIRD)
    assert town.statuses() == ["replied", "merged", "merged"]
    await town.rate(LEAD, COSIGNER)
    assert town.statuses()[0] == "replied"
    await town.rate(THIRD)
    assert town.statuses() == ["closed", "closed", "closed"]
    lines = town.lines()
    assert [lines[case]["light"] for case in town.cases] == ["done", "done", "done"]
    for case in (second, third):
        assert {"closed", "merged"} <= {*lines[case]["measures"]}
        assert lines[case]["waits"] == []


async def test_a_member_that_goes_on_alone_is_handed_out_and_answered_by_itself(
    town: Town,
) -> None:
    master, second, third = town.cases
    await town.merge(second, third)
    await town.on(third, Step(OFFICE, "intake", "merger/end", LATER))
    assert town.statuses() == ["accepted", "merged", "accepted"]
    await town.work()
    page = (await town.services["handling"].get(f"/cases/{master}", LIAISON)).json()
    assert [each["id"] for each in page["tasks"][0]["recipients"]] == ["p-n1", "p-n2"]
    await town.deliver(LEAD, COSIGNER)
    assert town.statuses() == ["replied", "merged", "accepted"]
    await town.on(third, Step(OFFICE, "assignment", "assignments", {"tasks": ALONE}))
    assert town.statuses() == ["replied", "merged", "assigned"]


async def test_the_proposer_of_a_member_reads_the_reply_to_its_master(town: Town) -> None:
    master, second, _ = town.cases
    await town.merge(second)
    await town.work()
    handling = town.services["handling"]
    (work,) = (await handling.get(f"/cases/{master}", COSIGNER)).json()["tasks"]
    assert work["reply"]["public_text"].startswith(str(DRAFT["text"]))
    assert (await handling.get(f"/cases/{master}", THIRD)).status_code == 404


async def test_proposers_of_a_merger_do_not_learn_who_else_gets_the_reply(town: Town) -> None:
    master, second, _ = town.cases
    await town.merge(second)
    await town.work()
    await town.deliver(LEAD, COSIGNER)
    handling = town.services["handling"]
    known = {LIAISON: ["p-n1", "p-n2"], LEAD: ["p-n1"], COSIGNER: ["p-n2"]}
    for reader, names in known.items():
        (work,) = (await handling.get(f"/cases/{master}", reader)).json()["tasks"]
        assert [each["id"] for each in work["recipients"]] == names
        assert [each["recipient"] for each in work["deliveries"]] == names


async def test_a_member_is_not_handed_out(town: Town) -> None:
    _, second, _ = town.cases
    await town.merge(second)
    assignment = town.services["assignment"]
    answer = await assignment.post(f"/cases/{second}/assignments", {"tasks": ALONE}, OFFICE)
    assert (answer.status_code, answer.json()["rule"]) == (409, "case-merged")
    offered = (await assignment.get(f"/cases/{second}/actions", OFFICE)).json()["actions"]
    assert "assign-case" not in {each["action"] for each in offered}


async def test_members_of_a_withdrawn_case_go_on_by_themselves(town: Town) -> None:
    master, second, third = town.cases
    await town.merge(second, third)
    await town.on(master, Step(LEAD, "intake", "withdrawal", {"reason": "已经解决"}))
    assert town.statuses() == ["withdrawn", "accepted", "accepted"]
    causes = [f.event.cause for f in town.facts() if isinstance(f.event, CaseUnmerged)]
    assert causes == ["master-left", "master-left"]
