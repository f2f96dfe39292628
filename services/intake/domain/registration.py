"""What a paper must be to be registered, kind by kind; each rule refuses in a clerk's words."""

from collections.abc import Callable, Mapping

from services.intake.domain.commands import RegisterCase
from services.intake.domain.rules import OFFICE_OF, ORGANISATIONS, size
from shared.contracts.case_event import Kind
from shared.contracts.intake import ProposerKind
from shared.kernel.calendar import business_day
from shared.kernel.codes import LONGEST_WORDS
from shared.kernel.eligible import check_assignable, check_person, check_region
from shared.kernel.errors import RuleViolated

LONGEST_TITLE = 200

PROPOSER_KINDS: Mapping[Kind, frozenset[ProposerKind]] = {
    "suggestion": frozenset({"person", "joint", "delegation"}),
    "motion": frozenset({"person", "joint", "delegation"}),
    "proposal": frozenset({"person", "joint", "party", "group", "sector", "committee"}),
    "petition": frozenset({"person", "joint", "group"}),
    "hotline": frozenset({"person", "joint", "group"}),
}


def paper_says_something(command: RegisterCase) -> None:
    """A paper has a subject and substance (L2 art. 6); length as the forms have it."""
    if not 0 < size(command.title) <= LONGEST_TITLE:
        raise RuleViolated("title-length", f"案由应为 1 至 {LONGEST_TITLE} 字", "title")
    if not 0 < size(command.text) <= LONGEST_WORDS:
        raise RuleViolated("text-length", f"内容应为 1 至 {LONGEST_WORDS} 字", "text")


def one_signs_first(command: RegisterCase) -> None:
    """The first signer is the contact point (政协提案 领衔人)."""
    if sum(proposer.part == "lead" for proposer in command.proposers) != 1:
        raise RuleViolated("one-lead", "应有且只有一名领衔人", "proposers")
    if len(set(command.persons)) < len(command.persons):
        raise RuleViolated("proposer-twice", "同一提出人重复填写", "proposers")


def proposers_fit_the_kind(command: RegisterCase) -> None:
    """Deputies bring 代表建议 and 议案 (代表法 art. 24), advisers and organisations bring 提案."""
    if command.proposer_kind not in PROPOSER_KINDS[command.kind]:
        raise RuleViolated("proposer-kind", "提出人类型与件的类别不符", "proposer_kind")
    office = OFFICE_OF.get(command.kind)
    if office is None:
        return _citizens_are_not_named(command)
    if command.proposer_kind in ORGANISATIONS:
        return _people_are_registered(command)
    sitting = [one for one in command.persons if command.known.sits(one, office, command.agency)]
    if len(sitting) < len(command.proposers):
        who = "在任人大代表" if office == "npc" else "在任政协委员"
        raise RuleViolated("not-in-office", f"提出人应为本级{who}，请核对编号和任期", "proposers")
    return None


def _people_are_registered(command: RegisterCase) -> None:
    """Convenors of an organisation need not sit, but who is named by an id is somebody."""
    for person in command.persons:
        check_person(command.known, person, "proposers")


def _citizens_are_not_named(command: RegisterCase) -> None:
    """A deputy who writes as a citizen is one: a known id would make the full name public."""
    if command.persons:
        raise RuleViolated("citizen-expected", "来信来访人按公民登记，不填人员编号", "proposers")


def platform_brings_the_kind(command: RegisterCase) -> None:
    """A partner platform is agreed with for some kinds: that of the congress brings no petition."""
    if command.client and not command.known.brings(command.client, command.kind):
        raise RuleViolated(
            "client-kind", "本平台没有登记这一类件的约定，请改由登记机关登记", "kind"
        )


def place_is_known(command: RegisterCase) -> None:
    """A region of some unit, and a wanted unit that the agency could assign to."""
    check_region(command.known, command.region)
    if command.wanted_unit:
        check_assignable(command.known, command.wanted_unit, command.agency, "wanted_unit")


def subject_is_known(command: RegisterCase) -> None:
    """A class of the kind (主题分类): the public statistics print its name."""
    if command.subject not in command.rules.row.subjects:
        message = f"该类件没有代码为 {command.subject} 的主题分类，请核对"
        raise RuleViolated("subject-unknown", message, "subject")


def few_speak_for_many(command: RegisterCase) -> None:
    """信访工作条例 art. 20: a joint visit sends at most five representatives (policy row)."""
    most = command.rules.row.most_representatives
    if most and len(command.proposers) > most:
        raise RuleViolated(
            "too-many-representatives",
            f"多人反映共同事项的，代表不得超过 {most} 人",
            "proposers",
        )
    if command.kind not in OFFICE_OF and command.people < len(command.proposers):
        raise RuleViolated("people-too-few", "涉及人数不能少于来信来访人数", "people")


def refusal_to_publish_has_a_reason(command: RegisterCase) -> None:
    """不同意公开的，填写不公开缘由; asked only where a reply could be published at all."""
    publishable = command.rules.row.disclosure.publishable and command.kind in OFFICE_OF
    if publishable and not command.consent and not command.no_consent_reason:
        raise RuleViolated("no-consent-reason", "不同意公开的，请写明缘由", "no_consent_reason")


def session_is_named(command: RegisterCase) -> None:
    if command.in_session and not command.session:
        raise RuleViolated("session-missing", "会议期间提出的，请填写届次", "session")


def dates_fit(command: RegisterCase) -> None:
    """A year is that of the paper or next to it: a slip of the pen opens no series for ever."""
    if command.received_on > business_day(command.at):
        raise RuleViolated("received-in-future", "收到日期不能晚于今天", "received_on")
    if command.period.isdigit() and abs(int(command.period) - command.received_on.year) > 1:
        raise RuleViolated("period-elsewhere", "年度与收到日期不符，请核对", "period")


REGISTRATION: tuple[Callable[[RegisterCase], None], ...] = (
    platform_brings_the_kind,
    paper_says_something,
    one_signs_first,
    proposers_fit_the_kind,
    few_speak_for_many,
    place_is_known,
    subject_is_known,
    refusal_to_publish_has_a_reason,
    session_is_named,
    dates_fit,
)
"""Every rule a paper must pass, in the order a clerk reads the form."""
