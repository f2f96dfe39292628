"""A walk of random commands over the decider of intake: what holds whatever people do, and when."""

from datetime import date, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.intake.domain.calls.commands import AmendWording, EndCall, HandInPaper, OpenCall
from services.intake.domain.decider import DECIDER
from services.intake.domain.registration.commands import Signatory
from services.intake.domain.resubmission.commands import ResubmitPaper
from services.intake.domain.signatures.commands import ConfirmSignature, DeclineSignature
from services.intake.domain.state import Case, IntakeState, Refused, Unregistered
from shared.contracts.calls import CallOpened, PaperHandedIn, WordingAmended
from shared.contracts.case_event import Kind
from shared.contracts.intake import CaseAccepted, CaseWithdrawn
from shared.contracts.obligations import Obliging
from shared.contracts.payloads.screening import CheckAnswer
from shared.contracts.rerouting import CaseDiverted
from shared.contracts.signers import SignatureConfirmed, digest_of
from shared.kernel.errors import DomainError
from shared.kernel.messages import Command, Event, Sealed
from shared.kernel.paper_rules import SignatureRules
from shared.kernel.rerouting_rules import DiversionRules
from shared.testing.organisation import deputy, organisation
from tests.unit.intake.papers import (
    CASE,
    CITY,
    DEPUTY,
    MONDAY,
    TITLE,
    accept,
    decline,
    register,
    rules,
    send_back,
    withdraw,
)
from tests.unit.intake.test_rerouting import divert, pass_on

COSIGNERS = ("p-n2", "p-n3", "p-n4")
LEAD = "p-n1"
NAMES = organisation(MONDAY.date(), *CITY, deputy("p-n3", "周九"), deputy("p-n4", "吴十"))
ALONE = SignatureRules(by="each", basis="x")
PLACES = {
    "two": rules(),
    "three": rules(signatures={"joint": SignatureRules(by="each", minimum=3, basis="x")}),
    "four or one": rules(
        signatures={"person": ALONE, "joint": SignatureRules(by="each", minimum=4, basis="x")}
    ),
}
"""Rows of places that ask for different numbers of signatures."""
TEXTS = [Sealed(ref=f"x{n}", size=900, digest=f"d{n}") for n in range(3)]
ITEMS = [Sealed(ref=f"a{n}", size=12, digest=f"i{n}") for n in range(3)]
CHECKS = rules().row.checks
ANSWERS = [
    CheckAnswer(check=check, met=met, note=note)
    for check in CHECKS
    for met, note in ((True, ""), (False, ""), (False, "另有情况"))
]
OTHERS = ("suggestion", "motion")
TAKEN = DiversionRules(reasons=("presidium-decision",), basis="x")
signers = st.sampled_from(COSIGNERS)
items = st.lists(st.sampled_from(ITEMS), max_size=3).map(tuple)
"""Items of what is asked; some are listed twice, which is refused."""


class PaperWalk(RuleBasedStateMachine):
    """A joint paper, from its registration by its author to whatever becomes of it."""

    def __init__(self) -> None:
        super().__init__()
        self.state: IntakeState = Unregistered()
        self.facts: list[Event] = []
        self.now = MONDAY
        self.on_paper: str | None = None

    @initialize(place=st.sampled_from(sorted(PLACES)), days=st.none() | st.integers(1, 20))
    def register(self, place: str, days: int | None) -> None:
        self.policy = PLACES[place]
        people = (DEPUTY, *(Signatory(person=each, masked="**") for each in COSIGNERS))
        until = None if days is None else MONDAY.date() + timedelta(days=days)
        fields = {"by": LEAD, "call_until": until, "organisation": NAMES, "policy": self.policy}
        self.send(register("suggestion", *people, **fields))
        assert isinstance(self.state, Case)

    def send(self, command: Command) -> None:
        before = self.state
        try:
            facts = DECIDER.decide(command, self.state)
        except DomainError:
            return
        self.facts += facts
        for fact in facts:
            self.state = DECIDER.evolve(self.state, fact)
        assert bool(facts) == (self.state != before), "a fact that changes nothing"

    def fields(self, by: str) -> dict[str, Any]:
        return {"at": self.now, "by": by, "policy": self.policy}

    @property
    def case(self) -> Case:
        assert isinstance(self.state, Case)
        return self.state

    @rule(days=st.integers(1, 9))
    def wait(self, days: int) -> None:
        self.now += timedelta(days=days)

    @rule(signer=signers, text=st.sampled_from(TEXTS))
    def confirm(self, signer: str, text: Sealed) -> None:
        seen = {"signer": signer, "text_digest": digest_of(TITLE, text)}
        self.send(ConfirmSignature(**self.fields(signer), **seen))

    @rule(signer=signers)
    def confirm_what_is_read(self, signer: str) -> None:
        seen = {"signer": signer, "text_digest": self.case.text_digest}
        self.send(ConfirmSignature(**self.fields(signer), **seen))

    @rule(signer=signers, days=st.integers(0, 9))
    def enter(self, signer: str, days: int) -> None:
        """A clerk enters a signature on paper, of that many days ago."""
        on = self.now.date() - timedelta(days=days)
        paper = {"signer": signer, "on": on, "evidence": "第 2 页"}
        self.send(ConfirmSignature(**self.fields("p-office"), **paper))

    @rule(signer=signers)
    def decline_to_sign(self, signer: str) -> None:
        self.send(DeclineSignature(**self.fields(signer), signer=signer))

    @rule(text=st.sampled_from(TEXTS), asks=items)
    def amend(self, text: Sealed, asks: tuple[Sealed, ...]) -> None:
        self.send(AmendWording(**self.fields(LEAD), title=TITLE, text=text, asks=asks))

    @rule()
    def hand_in(self) -> None:
        self.send(HandInPaper(**self.fields(LEAD)))

    @rule()
    def end_call(self) -> None:
        self.send(EndCall(**self.fields("system:intake")))

    @rule(days=st.integers(0, 20))
    def call_again(self, days: int) -> None:
        until = date.fromordinal(self.now.date().toordinal() + days)
        self.send(OpenCall(**self.fields(LEAD), until=until))

    @rule(choice=st.sampled_from([accept(), decline(), send_back(), pass_on()]))
    def screen(self, choice: Command) -> None:
        self.send(choice.model_copy(update={"at": self.now, "policy": self.policy}))

    @rule(
        choice=st.sampled_from([accept(), decline(), send_back(), pass_on()]),
        answers=st.lists(st.sampled_from(ANSWERS), max_size=len(CHECKS) + 1),
        rest=st.booleans(),
    )
    def judge(self, choice: Command, answers: list[CheckAnswer], rest: bool) -> None:
        """A screener answers some checks, one perhaps twice, and the rest as met or not at all."""
        named = {each.check for each in answers}
        others = [CheckAnswer(check=each, met=True) for each in CHECKS if each not in named]
        checks = (*answers, *(others if rest else ()))
        update = {"at": self.now, "policy": self.policy, "checks": checks}
        self.send(choice.model_copy(update=update))

    @rule(kind=st.sampled_from(["suggestion", "motion"]), number=st.sampled_from([None, "12"]))
    def divert(self, kind: Kind, number: str | None) -> None:
        """Either kind takes over papers of the other one in this place."""
        signatures = self.policy.row.signatures
        row = rules(kind, diverted_from=dict.fromkeys(OTHERS, TAKEN), signatures=signatures)
        self.send(divert(kind=kind, policy=row, external_no=number, at=self.now))

    @rule(by=st.sampled_from([LEAD, "p-reg"]), text=st.sampled_from(TEXTS), asks=items)
    def resubmit(self, by: str, text: Sealed, asks: tuple[Sealed, ...]) -> None:
        """A clerk has the signatures on paper; he enters them as those of the paper's day."""
        before = self.facts[-1:]
        self.send(ResubmitPaper(**self.fields(by), title=TITLE, text=text, asks=asks))
        if self.facts[-1:] != before and by != LEAD:
            self.on_paper = self.case.text_digest

    @rule(by=st.sampled_from([LEAD, *COSIGNERS]))
    def withdraw(self, by: str) -> None:
        self.send(withdraw(by=by, at=self.now))

    @invariant()
    def no_confirmation_survives_a_changed_text(self) -> None:
        if isinstance(self.state, Unregistered) or not isinstance(self.case.text, Sealed):
            return
        confirmed = {
            fact.signer: fact.text_digest
            for fact in self.facts
            if isinstance(fact, SignatureConfirmed)
        }
        if self.on_paper == self.case.text_digest:
            return
        for signer in self.case.signers - {LEAD}:
            assert confirmed[signer] == self.case.text_digest

    @invariant()
    def no_item_is_asked_twice(self) -> None:
        if not isinstance(self.state, Unregistered):
            assert len(set(self.case.asks)) == len(self.case.asks)

    @invariant()
    def the_author_is_a_proposer_who_has_signed(self) -> None:
        assert isinstance(self.state, Unregistered) or LEAD in self.case.signers

    @invariant()
    def nothing_follows_a_withdrawal(self) -> None:
        ends = [isinstance(fact, CaseWithdrawn) for fact in self.facts]
        assert not any(ends[:-1])

    @invariant()
    def a_paper_is_accepted_only_when_all_its_proposers_have_signed_and_are_enough(self) -> None:
        for fact in self.facts:
            if isinstance(fact, CaseAccepted):
                forms, signed = self.policy.row.signatures, len(fact.proposers)
                own = signed == 1 and "person" in forms
                assert signed >= forms["person" if own else "joint"].minimum
                assert not self.case.unconfirmed
                assert not self.case.call

    @invariant()
    def every_outcome_answers_every_check_and_bears_out_what_was_decided(self) -> None:
        for fact in self.facts:
            if not isinstance(fact, CaseAccepted | Refused):
                continue
            assert sorted(each.check for each in fact.checks) == sorted(CHECKS)
            failed = {each.check: each.note for each in fact.checks if not each.met}
            if isinstance(fact, CaseAccepted):
                assert all(CHECKS[one].unmet == "explain" for one in failed)
                assert all(failed.values())
                continue
            about = {name for name, check in CHECKS.items() if check.reason == fact.reason}
            assert about & failed.keys()

    @invariant()
    def the_text_is_fixed_when_the_paper_is_handed_in(self) -> None:
        kinds = [type(fact) for fact in self.facts]
        if PaperHandedIn in kinds:
            after = kinds[kinds.index(PaperHandedIn) + 1 :]
            assert not {PaperHandedIn, WordingAmended, CallOpened} & {*after}

    @invariant()
    def what_is_owed_is_owed_by_those_who_can_act(self) -> None:
        """Every obligation that a fact opens is met, withdrawn, or open for who can still act: a
        co-signer who has not answered, the author of a call, the organ that screens."""
        open_: set[tuple[str, str]] = set()
        for fact in self.facts:
            assert isinstance(fact, Obliging)
            for change in fact.changes(CASE):
                open_ = {each for each in open_ if not change.concerns(*each)}
            open_ |= {
                (one.due.rule, one.subject) for one in fact.with_due(self.policy, CASE).opened(CASE)
            }
        assert {who for name, who in open_ if name == "signature"} == self.asked()
        assert (("call", CASE) in open_) == self.is_registered(called=True)
        assert (("screening", CASE) in open_) == self.is_registered(called=False)
        to_tell = isinstance(self.state, Case) and self.state.to_tell is not None
        assert (("refusal-notice", CASE) in open_) == to_tell

    @invariant()
    def a_diversion_goes_on_from_the_kind_that_the_paper_had(self) -> None:
        kind = "suggestion"
        for fact in self.facts:
            if isinstance(fact, CaseDiverted):
                assert fact.was.kind == kind
                kind = fact.kind
            assert getattr(fact, "kind", kind) == kind

    def is_registered(self, *, called: bool) -> bool:
        if isinstance(self.state, Unregistered) or self.state.status != "registered":
            return False
        if called:
            return self.state.called is not None
        return self.state.call is None and not self.state.unconfirmed

    def asked(self) -> set[str]:
        if isinstance(self.state, Unregistered) or self.state.status != "registered":
            return set()
        over = self.state.call is not None and self.state.called is None
        return set() if over else {*self.state.unconfirmed}


PaperWalk.TestCase.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
TestPaperWalk = PaperWalk.TestCase
