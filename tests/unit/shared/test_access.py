"""Access tables: the rules of a table, and the deployed ones."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.http.condition import READ_CONDITION
from shared.kernel.access import AccessTable
from shared.service.config.access_tables import load_access, missing_rows
from shared.service.config.located_yaml import DataRefused
from shared.service.processes.registry import definition_of

DEPLOYED = Path("deploy/policies")
READS = {
    "directory": {"read-directory", "read-phone", "read-pending-acts"},
    "intake": {"read-pending-acts", "read-text", "read-case"},
    "assignment": {"read-text", "read-case", "read-obstacles", "read-plan", "read-charge"},
    "handling": {"read-text", "read-case"},
    "feedback": {"read-text", "read-case", "read-raters"},
    "disclosure": {"read-text", "read-case", "read-pending-acts"},
    "reminder": {
        "read-clocks",
        "read-due",
        "read-rules",
        "read-person",
        "read-provisional",
        "read-every-provisional",
    },
    "portal": {"read-case"},
}
"""Actions of reading; services name the commands that people send."""
ACTIONS = {
    service: {*definition_of(service).action_names, *READS[service], READ_CONDITION}
    for service in READS
}
TABLES = {service: load_access(DEPLOYED, service) for service in ACTIONS}
UNIT_ROLES = frozenset({"liaison", "handler", "section-head", "reviewer", "head", "publisher"})

SMALL = """\
service: intake
rows:
  - {action: accept-case, roles: [office], relation: agency, states: [registered], basis: x}
  - {action: read-case, roles: any, relation: task-unit, basis: x}
  - {action: read-case, roles: [auditor], relation: any, basis: x}
  - {action: use-gateway, roles: any, relation: any, basis: x}
"""


def table(folder: Path, text: str, service: str = "intake") -> AccessTable:
    (folder / "access").mkdir(exist_ok=True)
    (folder / "access" / f"{service}.yaml").write_text(text)
    return load_access(folder, service)


def roles_by_relation(**roles: str) -> dict[str, frozenset[str]]:
    return {name.replace("_", "-"): frozenset(names.split()) for name, names in roles.items()}


@pytest.fixture
def small(tmp_path: Path) -> AccessTable:
    return table(tmp_path, SMALL)


def test_role_relation_and_state_must_all_fit(small: AccessTable) -> None:
    assert small.allows("accept-case", roles_by_relation(agency="office"), "registered")
    assert not small.allows("accept-case", roles_by_relation(agency="registrar"), "registered")
    assert not small.allows("accept-case", roles_by_relation(task_unit="office"), "registered")
    assert not small.allows("accept-case", roles_by_relation(agency="office"), "accepted")


def test_any_role_still_needs_the_relation(small: AccessTable) -> None:
    assert small.allows("read-case", roles_by_relation(task_unit="handler"), "whatever")
    assert not small.allows(
        "read-case", roles_by_relation(task_unit="", agency="office"), "whatever"
    )


def test_any_relation_takes_the_role_wherever_it_is_held(small: AccessTable) -> None:
    assert small.allows("read-case", roles_by_relation(agency="auditor"), "whatever")
    assert small.allows("use-gateway", {}, "whatever")


def test_what_is_in_no_row_is_forbidden(small: AccessTable) -> None:
    assert not small.allows(
        "close-case",
        roles_by_relation(agency="office auditor", any="auditor"),
        "registered",
    )


def test_the_buttons_are_what_would_be_allowed(small: AccessTable) -> None:
    assert small.allowed_actions(roles_by_relation(agency="office"), "registered") == [
        "accept-case", "use-gateway",
    ]  # fmt: skip


def test_a_route_without_a_row_is_found_before_the_service_starts(small: AccessTable) -> None:
    assert missing_rows(small, ["accept-case", "close-case", "archive"]) == [
        "archive",
        "close-case",
    ]


@pytest.mark.parametrize(
    ("old", "new", "line", "sentence"),
    [
        ("[office]", "[chief]", 3, "rows.0.roles.0"),
        ("[office]", "[]", 3, "rows.0.roles"),
        ("relation: task-unit", "relation: neighbour", 4, "rows.1.relation"),
        ("action: use-gateway", "action: Use", 6, "rows.3.action"),
        ("service: intake", "service: intakes", 1, "this is the table of 'intake'"),
        ("roles: [auditor], relation: any", "roles: [head], relation: task-unit", 5, "second row"),
        (", basis: x}\n  - {action: use", "}\n  - {action: use", 5, "rows.2.basis"),
    ],
)
def test_a_wrong_row_is_refused_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, sentence: str
) -> None:
    with pytest.raises(DataRefused) as refused:
        table(tmp_path, SMALL.replace(old, new))
    assert f"intake.yaml:{line}: " in str(refused.value)
    assert sentence in str(refused.value)


@pytest.mark.parametrize("service", ACTIONS)
def test_every_action_of_every_service_has_a_row_and_no_row_is_for_nothing(service: str) -> None:
    assert TABLES[service].actions == ACTIONS[service]


ROLES = st.sets(st.sampled_from(["office", "handler", "head", "proposer", "auditor", "operator"]))
RELATIONS = st.sampled_from(["agency", "task-unit", "co-unit", "proposer", "rater", "client"])
HOLDINGS = st.dictionaries(RELATIONS, ROLES.map(frozenset))


@given(st.sampled_from(sorted(ACTIONS)), HOLDINGS, st.sampled_from(["registered", "closed"]))
def test_a_button_is_shown_exactly_for_what_is_allowed(
    service: str, holding: dict[str, frozenset[str]], situation: str
) -> None:
    table = TABLES[service]
    allowed = {action for action in table.actions if table.allows(action, holding, situation)}
    assert set(table.allowed_actions(holding, situation)) == allowed


@given(st.sampled_from(sorted(ACTIONS)), HOLDINGS, RELATIONS, ROLES)
def test_another_role_never_takes_a_right_away(
    service: str, holding: dict[str, frozenset[str]], relation: str, more: set[str]
) -> None:
    richer = {**holding, relation: holding.get(relation, frozenset()) | more}
    before = TABLES[service].allowed_actions(holding, "registered")
    assert set(before) <= set(TABLES[service].allowed_actions(richer, "registered"))


def test_the_unit_can_never_rate_its_own_reply() -> None:
    unit = {"task-unit": UNIT_ROLES, "co-unit": UNIT_ROLES, "any": UNIT_ROLES}
    for action in ("rate-reply", "rate-by-proxy"):
        assert not TABLES["feedback"].allows(action, unit, "replied")
    assert TABLES["feedback"].allows("rate-reply", roles_by_relation(rater="proposer"), "replied")
    assert TABLES["feedback"].allows(
        "rate-by-proxy", roles_by_relation(rating_organ="office"), "replied"
    )


def test_another_unit_can_do_nothing_to_a_task() -> None:
    stranger = {"any": UNIT_ROLES | {"office"}}
    writes = ACTIONS["handling"] | ACTIONS["assignment"]
    for service in ("handling", "assignment"):
        assert not writes & set(TABLES[service].allowed_actions(stranger, "any"))


def test_the_office_supervises_but_does_not_sign_for_the_unit() -> None:
    office = roles_by_relation(assignment_organ="office", organ="office")
    assert TABLES["assignment"].allows("assign-case", office, "accepted")
    assert not TABLES["assignment"].allows("receive-assignment", office, "assigned")
    assert not TABLES["handling"].allows("sign-reply", office, "drafted")


def test_a_case_is_read_by_those_who_have_to_do_with_it() -> None:
    for service in ("intake", "handling", "portal"):
        case = TABLES[service]
        for own in (
            roles_by_relation(proposer="proposer"),
            roles_by_relation(client="client"),
            roles_by_relation(agency="auditor"),
        ):
            assert case.allows("read-case", own, "registered")
        assert not case.allows("read-case", roles_by_relation(any="handler"), "registered")
