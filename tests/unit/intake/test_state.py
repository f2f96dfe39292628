"""Relations to a case, open texts, and imports that commute with a clerk's decisions."""

from datetime import timedelta
from itertools import permutations
from typing import get_args

import pytest

from services.intake.app import scope, series_scope, to_open
from services.intake.domain.authorization import offers, relations, situation
from services.intake.domain.decider import DECIDER
from services.intake.domain.ending.commands import EndWithdrawal
from services.intake.domain.numbering.state import number_of
from services.intake.domain.signatures.commands import ConfirmSignature
from services.intake.domain.state import Case, Status, Unregistered
from shared.contracts.obligations import Obligation
from shared.kernel.actor import Actor, Post
from shared.kernel.errors import NotFound
from shared.kernel.policy import Due
from shared.service.config.labels import standard_labels
from shared.service.definition import Scope
from tests.unit.intake.papers import (
    COSIGNER,
    DEPUTY,
    MONDAY,
    TEXT,
    TITLE,
    accept,
    accepted,
    clear,
    issue,
    note,
    register,
    registered,
    rules,
    withdraw,
)
from tests.unit.intake.test_resubmission import sent_back

LATER = MONDAY + timedelta(days=3)
OFFICE = Actor("p-office", (Post("office", "u-city", ("u-city",)),))
COUNTY = Actor("p-county", (Post("office", "u-c01", ("u-c01", "u-city")),))
joint = DECIDER.fold([registered("suggestion", DEPUTY, COSIGNER)])


def test_later_facts_bear_their_own_moment_and_no_obligation_of_the_registration() -> None:
    due = Due(at=LATER, rule="screening", policy="2025.1", calendar="2025")
    opening = Obligation(subject="case", due=due)
    registration = registered("suggestion", DEPUTY)
    case = DECIDER.fold([registration.model_copy(update={"opens": (opening,), "round": 2})])
    assert isinstance(case, Case)
    [fact] = DECIDER.decide(withdraw().model_copy(update={"at": LATER}), case)
    assert (fact.at, fact.round) == (LATER, 2)
    assert not fact.opens


def test_roles_count_where_the_agency_itself_is() -> None:
    assert relations(OFFICE, None, joint)["agency"] == {"office"}
    assert relations(COUNTY, None, joint)["agency"] == frozenset()


def test_a_partner_is_the_client_of_what_it_brought_to_its_agency_only() -> None:
    brought = DECIDER.fold([registered(client="c-npc")])
    partner, other = Actor("c-npc", client_of="u-city"), Actor("c-cppcc", client_of="u-city")
    assert relations(partner, None, brought)["client"] == {"client"}
    assert relations(other, None, brought)["client"] == frozenset()
    assert relations(Actor("c-npc", client_of="u-c01"), None, brought)["client"] == frozenset()
    assert relations(partner, None, joint)["client"] == frozenset()


def test_every_signer_may_read_and_ask_for_withdrawal() -> None:
    lead, co = Actor("p-n1"), Actor("p-n2")
    assert relations(lead, None, joint)["proposer"] == {"proposer"}
    assert relations(co, None, joint)["proposer"] == {"proposer"}
    assert relations(lead, withdraw(), joint)["proposer"] == {"proposer"}
    assert relations(co, withdraw(), joint)["proposer"] == {"proposer"}


def test_a_cosigner_answers_for_his_own_signature_only() -> None:
    confirm = ConfirmSignature(at=MONDAY, by="p-n2", signer="p-n2")
    assert relations(Actor("p-n2"), confirm, joint)["proposer"] == {"proposer"}
    assert relations(Actor("p-n1"), confirm, joint)["proposer"] == frozenset()


def test_each_signature_is_offered_to_its_signer_alone() -> None:
    unconfirmed = DECIDER.fold([registered("suggestion", DEPUTY, COSIGNER, confirmed="p-n1")])
    assert isinstance(unconfirmed, Case)
    for person, roles in (("p-n2", {"proposer"}), ("p-n1", set())):
        found = [o for o in offers(Actor(person), unconfirmed, MONDAY) if o.target == "p-n2"]
        assert {o.action for o in found} == {"confirm-signature", "decline-signature"}
        assert all(o.relations["proposer"] == roles for o in found)


def test_the_words_of_a_paper_are_offered_to_its_first_signer_alone() -> None:
    back = DECIDER.fold([registered("suggestion", DEPUTY, COSIGNER), sent_back])
    assert isinstance(back, Case)
    for person, roles in (("p-n1", {"proposer"}), ("p-n2", set())):
        found = {each.action: each.relations for each in offers(Actor(person), back, MONDAY)}
        assert found["resubmit-paper"]["proposer"] == roles
        assert found["withdraw-case"]["proposer"] == {"proposer"}


def test_a_late_withdrawal_on_paper_is_offered_to_those_who_keep_papers() -> None:
    history = [registered(client="c-npc"), accepted()]
    end = EndWithdrawal(at=MONDAY, by="system:intake", stage="closed", policy=rules())
    case = DECIDER.fold([*history, *DECIDER.decide(end, DECIDER.fold(history))])
    assert isinstance(case, Case)
    [lead] = [signer.id for signer in case.paper.proposers]
    for actor in (Actor(lead), Actor("c-npc", client_of="u-city"), OFFICE):
        roles = relations(actor, None, case)
        [offer] = [o for o in offers(actor, case, MONDAY) if o.action == "withdraw-case"]
        assert (offer.relations["proposer"], offer.relations["client"]) == (set(), set())
        assert offer.relations["agency"] == roles["agency"]
    assert relations(OFFICE, None, case)["agency"] == {"office"}


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({}, "unregistered"),
        ({"external_no": "58"}, "numbered"),
        ({"serial": "17"}, "ledger-row"),
        ({"serial": "17", "external_no": "58"}, "ledger-row"),
    ],
)
def test_rows_of_ledgers_and_numbers_are_situations_of_their_own(
    changes: dict[str, str], name: str
) -> None:
    command = register("suggestion", DEPUTY, **changes)
    assert situation(command, Unregistered()) == name
    assert situation(command, joint) == name


def test_deputies_register_their_own_papers() -> None:
    command = register("suggestion", DEPUTY, COSIGNER)
    assert relations(Actor("p-n1"), command, Unregistered())["proposer"] == {"proposer"}
    assert relations(Actor("p-n2"), command, Unregistered())["proposer"] == frozenset()


def test_only_acceptance_opens_texts_once_and_of_open_kinds() -> None:
    assert scope(register(), Unregistered()) == Scope("u-city", "suggestion", "session")
    assert to_open(withdraw(), joint) == {}
    assert to_open(accept(), joint) == {"title": TITLE, "text": TEXT}
    assert to_open(accept(), DECIDER.fold([registered(), accepted()])) == {}
    assert to_open(accept("petition"), DECIDER.fold([registered("petition")])) == {}


def test_a_case_is_called_by_what_became_of_it() -> None:
    assert situation(register(), Unregistered()) == "unregistered"
    assert situation(None, joint) == "registered"
    assert situation(None, DECIDER.fold([registered(), accepted()])) == "accepted"


def test_a_refusal_has_words_for_every_status() -> None:
    assert {*get_args(Status)} <= set(standard_labels().codes("situation"))


def test_what_nobody_registered_is_not_found() -> None:
    with pytest.raises(NotFound):
        scope(withdraw(), Unregistered())


def test_numbers_are_issued_by_command_only() -> None:
    assert series_scope(issue(), None) == Scope("u-city", "suggestion", "session")
    with pytest.raises(NotFound):
        series_scope(None, None)
    assert number_of("any", None) is None


def test_imports_and_decisions_add_up_the_same_in_every_order() -> None:
    """A number and a withdrawal arrive in either order; so do a number and a reservation."""
    for imports in ((note(), withdraw()), (note(), clear())):
        ends = []
        for order in permutations(imports):
            state = DECIDER.fold([registered(), accepted()])
            for command in order:
                for event in DECIDER.decide(command, state):
                    state = DECIDER.evolve(state, event)
            ends.append(state)
        assert all(end == ends[0] for end in ends)
        assert isinstance(ends[0], Case)
        assert ends[0].number == 1
