"""Folds of facts on a document that earlier facts have made."""

from typing import Any

from services.portal.domain.register import CASE_REGISTER, fold
from shared.contracts import assignment as a
from shared.contracts import extensions as x
from shared.contracts import feedback as f
from shared.contracts import reviews as v
from shared.contracts import suspensions as s
from shared.contracts.calls import PaperHandedIn, WordingAmended
from shared.contracts.case_event import CaseEvent, Proposer
from shared.contracts.handling import ReplySigned
from shared.contracts.intake import CaseRegistered
from shared.contracts.linking import CaseLinked, CaseUnlinked
from shared.contracts.merging import MemberJoined, MemberLeft
from shared.contracts.rerouting import CaseDiverted
from shared.contracts.signers import SignatureConfirmed, SignatureDeclined
from shared.testing.samples import sample
from tests.unit.portal.test_folds import recorded

TASK, REPLY, RATING = "a" * 12, "1f0c2b9a77de", "7b1e0c55a2d4"
ORGANS = ("assignment-organ", "supervision-organ")


def of(fact: type[CaseEvent], **changes: Any) -> Any:
    return sample(fact).model_copy(update=changes)


def after(owner: str, *events: CaseEvent) -> dict[str, Any]:
    part: dict[str, Any] = {}
    for version, event in enumerate(events, 1):
        part = dict(fold(part, recorded(owner, version, event)))
    return part


def work(*events: CaseEvent) -> dict[str, Any]:
    row: dict[str, Any] = after("handling", *events)["tasks"][TASK]
    return row


def test_approvers_are_awaited_until_each_has_agreed_or_the_request_is_over() -> None:
    asked = of(s.SuspensionRequested, approvers=ORGANS)
    assert work(asked)["pausers"] == [*ORGANS]
    assert work(asked, of(s.SuspensionApproved, seats=ORGANS[:1]))["pausers"] == [ORGANS[1]]
    ends = (of(s.SuspensionRefused), of(s.TaskSuspended), of(ReplySigned, task=TASK))
    assert [work(asked, end)["pausers"] for end in ends] == [[], [], []]
    assert "pausers" not in work(of(ReplySigned, task=TASK))
    longer = of(x.ExtensionRequested, approvers=ORGANS)
    assert work(longer, of(x.TaskExtended))["approvers"] == []


def test_the_notice_of_a_pause_is_owed_until_it_was_told() -> None:
    begun, quiet = of(s.TaskSuspended), of(s.TaskResumed, opens=())
    assert work(begun)["untold_pause"] is True
    assert work(begun, quiet)["untold_pause"] is True
    told = of(s.SuspensionTold)
    assert work(begun, told, quiet)["untold_pause"] is False
    assert work(begun, told, of(s.TaskResumed))["untold_pause"] is True
    assert work(of(s.TaskSuspended, opens=()))["untold_pause"] is False


def test_a_further_round_waits_where_a_task_is_withheld_and_keeps_the_former_tasks() -> None:
    handed_out, further = of(a.CaseAssigned), of(a.AssignmentProgressed)
    former = after("assignment", handed_out)["tasks"]
    [name] = (each.task for each in further.tasks)
    for withheld, status in (((), "assigned"), ((name,), "returned")):
        changes = {"withheld": withheld, "next_round": 2}
        tasks = after("assignment", handed_out, of(a.AssignmentProgressed, **changes))["tasks"]
        assert tasks == former | {name: tasks[name]}
        assert (tasks[name]["round"], tasks[name]["status"]) == (2, status)
    same = after("assignment", of(a.AssignmentProgressed, next_round=None, round=3))["tasks"]
    assert same[name]["round"] == 3


def test_an_objection_that_only_a_ruling_answers_says_so() -> None:
    handed_out = of(a.CaseAssigned)
    task = handed_out.tasks[0].task

    def row(**changes: Any) -> dict[str, Any]:
        objected = of(a.AssignmentObjected, task=task, **changes)
        found: dict[str, Any] = after("assignment", handed_out, objected)["tasks"][task]
        return found

    assert row(to_arbitration=True)["to_arbitration"] is True
    assert "to_arbitration" not in row(to_arbitration=False)


def rating(*events: CaseEvent) -> dict[str, Any]:
    row: dict[str, Any] = after("feedback", *events)["evaluations"][RATING]
    return row


def test_a_rating_on_which_an_organ_decides_is_open_until_then() -> None:
    due = of(v.ReviewOpened).until
    rated = of(f.CaseRated, review=due, rehandling=None)
    assert (rating(rated)["review"], rating(rated)["rehandling"]) == ("open", None)
    assert "review" not in rating(of(f.CaseRated))
    for ordered, outcome, round_ in ((True, "ordered", 2), (False, "refused", None)):
        row = rating(rated, of(f.RehandlingReviewed, ordered=ordered))
        assert (row["review"], row["rehandling"]) == (outcome, round_)


def review(*events: CaseEvent) -> dict[str, Any]:
    row: dict[str, Any] = after("feedback", *events)["reviews"][REPLY]
    return row


def test_the_opinion_of_each_level_stays() -> None:
    second = of(v.ReviewDecided, level="recheck", outcome="changed")
    both = review(of(v.ReviewDecided), second)
    assert both["opinions"] == {"review": "upheld", "recheck": "changed"}


def test_the_time_to_ask_ends_with_the_purpose_and_with_a_reply_that_is_given_anew() -> None:
    opened, asked = of(v.ReviewOpened), of(v.ReviewRequested)
    assert review(opened)["state"] == "may-review"
    for end in (of(v.PurposeNoted, reviewable=False), of(f.RehandlingOrdered)):
        assert review(opened, end)["state"] is None
        assert review(opened, asked, end)["state"] == "in-review"
    assert review(opened, of(v.PurposeNoted))["state"] == "may-review"


PAPER = of(CaseRegistered)
LEAD = Proposer(id="p-n1", known=True, masked="李四", part="lead")
CO, LATE = (LEAD.model_copy(update={"id": name, "part": "co"}) for name in ("p-n2", "p-n3"))
JOINT = of(CaseRegistered, proposers=(LEAD, CO, LATE))


def test_signers_are_awaited_until_they_answer_and_again_for_another_text() -> None:
    assert after("intake", JOINT)["unconfirmed"] == ["p-n2", "p-n3"]
    for answer in (of(SignatureConfirmed), of(SignatureDeclined)):
        assert after("intake", JOINT, answer)["unconfirmed"] == ["p-n3"]
    amended = after("intake", JOINT, of(SignatureConfirmed), of(WordingAmended))
    assert amended["unconfirmed"] == ["p-n2", "p-n3"]
    left = after("intake", JOINT, of(PaperHandedIn))
    assert [one["id"] for one in left["proposers"]] == ["p-n1", "p-n3"]


def test_a_paper_that_became_another_kind_counts_as_that_one_and_keeps_its_numbers() -> None:
    changes = {"kind": "motion", "channel": "platform", "subject": "resources"}
    turned = of(CaseDiverted, **changes)
    again = of(CaseDiverted, was=turned.was.model_copy(update={"external_no": "13"}))
    part = after("intake", PAPER, turned)
    assert {name: part[name] for name in changes} == changes
    assert after("intake", PAPER, turned, again)["former_numbers"] == ["12", "13"]


def test_each_case_that_is_repeated_is_kept_until_its_link_is_undone() -> None:
    one, two = of(CaseLinked), of(CaseLinked, other="c" * 32)
    assert after("intake", one, two)["repeats"] == [one.other, two.other]
    gone = of(CaseUnlinked, other=one.other)
    assert after("intake", one, two, gone)["repeats"] == [two.other]


def test_members_join_and_leave_one_by_one() -> None:
    one, two = of(MemberJoined), of(MemberJoined, member="c" * 32)
    both = after("intake", one, two)["members"]
    assert [each["case_id"] for each in both] == [one.member, two.member]
    assert after("intake", one, two, of(MemberLeft))["members"] == both[1:]


def line_of(*events: CaseEvent) -> dict[str, Any]:
    return dict(CASE_REGISTER.derive({"intake": after("intake", *events)}))


def test_the_line_of_a_case_has_the_people_and_numbers_of_its_members() -> None:
    joined = of(MemberJoined, proposers=(LATE,))
    line = line_of(PAPER, joined)
    assert line["proposers"] == [*(each.id for each in PAPER.proposers), "p-n3"]
    assert set(line_of(PAPER)["external_keys"]) < set(line["external_keys"])
    assert joined.numbers.label in line["search"]


def test_the_line_of_a_case_says_what_came_before() -> None:
    noted = of(CaseRegistered, repeated=True)
    assert line_of(noted, of(CaseLinked))["particulars"] == ["repeated", "raised-before"]
