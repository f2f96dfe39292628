"""Organs: each duty of each kind belongs to the unit that the policy row names, and to no other."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.case_event import CaseMark
from shared.kernel.access import AccessRow
from shared.kernel.actor import Actor, Post
from shared.kernel.organs import AGENCY, ANYWHERE, DUTIES, Duty, Jurisdiction, OrganBook, Organs
from shared.kernel.relations import relations_to_case
from shared.kernel.visibility import visible_to
from shared.service.config.access_tables import load_access
from shared.service.config.policies import PolicyBook, load_policies
from shared.service.config.policy_rows import missing_organs

DEPLOYED = Path("deploy/policies")
MONDAY = datetime(2025, 3, 3, 1, tzinfo=UTC)
BOOK = load_policies(DEPLOYED)
ACTS: dict[Duty, dict[str, tuple[str, ...]]] = {
    "screening": {"intake": ("accept-case", "decline-case", "send-back-case")},
    "assignment": {
        "assignment": ("assign-case", "decide-objection", "decide-cohandler", "reassign")
    },
    "supervision": {"reminder": ("acknowledge-escalation",), "handling": ("return-draft",)},
    "rating": {"feedback": ("rate-by-proxy", "decide-rehandling", "request-review")},
    "publication": {
        "disclosure": ("decide-disclosure", "review-disclosure", "withdraw-disclosure")
    },
}
"""The actions of each duty. Numbers are issued by rule; the fact names the organ."""
CLERK: dict[str, str] = {"decide-disclosure": "publisher", "review-disclosure": "publisher"}
OF_ALL = DUTIES[:6]
"""Duties that every kind has; only petitions are reviewed."""
NAMED: dict[str, dict[Duty, str]] = {
    "suggestion": dict.fromkeys(OF_ALL, "u-npcsc-dep")
    | {"supervision": "u-supervision", "publication": "u-openness"},
    "motion": dict.fromkeys(OF_ALL, "u-npcsc-dep")
    | {"supervision": "u-supervision", "publication": "u-openness"},
    "proposal": dict.fromkeys(OF_ALL, "u-cppcc-pro")
    | {"supervision": "u-supervision", "publication": "u-openness"},
    "petition": dict.fromkeys(DUTIES, "u-petition"),
    "hotline": dict.fromkeys(OF_ALL, "u-hotline") | {"publication": "u-openness"},
}


def marks(book: PolicyBook) -> Iterator[CaseMark]:
    for row in book.rows:
        yield CaseMark(agency="u-city", kind=row.kind, channel=row.channel, period="2025")  # type: ignore[arg-type]


def allowed(book: PolicyBook, service: str, action: str, unit: str, mark: CaseMark) -> bool:
    """Whether the clerk of that unit may do it, as the deployed tables say."""
    clerk = Actor("p-1", (Post(CLERK.get(action, "office"), unit, (unit, "u-city")),))
    relations = relations_to_case(clerk.knowing(book.organs(MONDAY)), mark)
    situation = mark.kind if action == "decline-case" else "registered"
    return load_access(DEPLOYED, service).allows(action, relations, situation)


@pytest.mark.parametrize("mark", list(marks(BOOK)), ids=lambda mark: f"{mark.kind}-{mark.channel}")
@pytest.mark.parametrize("duty", ACTS)
def test_the_organ_of_the_kind_does_its_duty_and_no_other_unit(duty: Duty, mark: CaseMark) -> None:
    every = {*BOOK.organs(MONDAY).units("u-city"), "u-city", "u-edu"}
    for service, actions in ACTS[duty].items():
        for action in actions:
            able = {unit for unit in every if allowed(BOOK, service, action, unit, mark)}
            assert able == {NAMED[mark.kind][duty]}, action


def test_every_duty_has_an_organ_in_the_sample_with_somebody_in_it() -> None:
    directory = yaml.safe_load(Path("deploy/samples/directory.yaml").read_text("utf-8"))
    staffed = {(post["unit"], post["role"]) for post in directory["posts"]}
    for row in BOOK.rows:
        organs = row.organs.units("u-city")
        assert organs == NAMED[row.kind]
        acting = {(unit, "office") for duty, unit in organs.items() if duty != "publication"}
        assert acting <= staffed
        if row.disclosure.publishable:
            assert (organs["publication"], "publisher") in staffed


def test_an_organ_that_the_directory_does_not_have_is_named_with_its_line() -> None:
    directory = yaml.safe_load(Path("deploy/samples/directory.yaml").read_text("utf-8"))
    units = {unit["unit"] for unit in directory["units"]}
    assert missing_organs(DEPLOYED, units) == []
    faults = missing_organs(DEPLOYED, units - {"u-petition"})
    assert len(faults) == len(DUTIES)
    assert all("the directory has no unit 'u-petition'" in fault for fault in faults)
    lines = (DEPLOYED / "policy.yaml").read_text("utf-8").splitlines()
    for fault in faults:
        line = lines[int(fault.split(":")[1]) - 1]
        assert "u-petition" in line, fault


def elsewhere(folder: Path) -> PolicyBook:
    """A place where one office does everything for petitions, and the agency for all others."""
    copytree(DEPLOYED, folder, dirs_exist_ok=True)
    policy = yaml.safe_load((folder / "policy.yaml").read_text("utf-8"))
    policy["defaults"]["organs"] = dict.fromkeys(DUTIES, AGENCY)
    for row in policy["rows"]:
        row.pop("organs", None)
        if row["kind"] == "petition":
            row["organs"] = dict.fromkeys(DUTIES, "u-letters")
    (folder / "policy.yaml").write_text(yaml.safe_dump(policy, allow_unicode=True), "utf-8")
    return load_policies(folder)


def test_another_place_names_other_organs_without_code(tmp_path: Path) -> None:
    book = elsewhere(tmp_path)
    for mark in marks(book):
        organ = "u-letters" if mark.kind == "petition" else "u-city"
        for acts in ACTS.values():
            for service, actions in acts.items():
                for action in actions:
                    for unit in ("u-letters", "u-city", "u-npcsc-dep", "u-petition"):
                        able = allowed(book, service, action, unit, mark)
                        assert able is (unit == organ), (action, unit, mark.kind)


def test_an_agency_without_own_rows_has_the_organs_of_all_but_not_of_another_agency() -> None:
    mark = CaseMark(agency="u-c01", kind="petition", channel="letter", period="2025")
    assert allowed(BOOK, "intake", "accept-case", "u-petition", mark)
    assert not allowed(BOOK, "intake", "accept-case", "u-c01", mark)


def test_a_later_row_names_another_organ_from_its_day_on() -> None:
    [row] = [row for row in BOOK.rows if (row.kind, row.channel) == ("petition", "letter")]
    new = row.organs.model_copy(update={"screening": "u-new"})
    later = row.model_copy(update={"effective_from": date(2025, 6, 1), "organs": new})
    book = PolicyBook((*BOOK.rows, later), BOOK.calendar)
    of = ("u-city", "petition", "letter")
    assert book.organs(MONDAY).of(*of)["screening"] == "u-petition"
    assert book.organs(datetime(2025, 6, 2, tzinfo=UTC)).of(*of)["screening"] == "u-new"
    assert (
        book.organs(datetime(2025, 6, 2, tzinfo=UTC)).of("u-city", "petition", "visit")
        == (NAMED["petition"])
    )


UNITS = ("u-a", "u-b", "u-c")
KINDS = ("suggestion", "petition")
organs = st.tuples(
    *(st.sampled_from([*UNITS, AGENCY]) for _ in OF_ALL),
    *(st.sampled_from([*UNITS, AGENCY, None]) for _ in DUTIES[6:]),
).map(lambda units: Organs(**dict(zip(DUTIES, units, strict=True))))
jurisdictions = st.builds(
    Jurisdiction,
    st.sampled_from([*UNITS, ANYWHERE]),
    st.sampled_from([*KINDS, ANYWHERE]),
    st.sampled_from(["session", "letter", ANYWHERE]).map(lambda channel: frozenset({channel})),
    organs,
)
marked = st.builds(
    CaseMark,
    agency=st.sampled_from(UNITS),
    kind=st.sampled_from(KINDS),
    channel=st.sampled_from(["session", "letter"]),
    period=st.just("2025"),
)
relations = st.sampled_from(["organ", *(f"{duty}-organ" for duty in DUTIES)])


@given(st.lists(jurisdictions, max_size=4), marked, st.sampled_from(UNITS), relations)
def test_a_list_shows_what_the_check_admits(
    rows: list[Jurisdiction], mark: CaseMark, unit: str, relation: Any
) -> None:
    actor = Actor("p-1", (Post("office", unit, (unit,)),)).knowing(OrganBook(tuple(rows)))
    row = AccessRow(action="read-case", roles=("office",), relation=relation, basis="x")
    listed = visible_to(actor, [row]).admits(mark.model_dump())
    assert listed is row.admits(relations_to_case(actor, mark), "any")
