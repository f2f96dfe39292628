"""Rules that a paper must pass to be registered, kind by kind; each refuses in a clerk's words."""

from collections.abc import Callable

from services.intake.domain.accused import check_accused
from services.intake.domain.calls.rules import check_until, minimum
from services.intake.domain.classification.rules import check_purpose
from services.intake.domain.particulars.rules import check_numbers, check_particulars
from services.intake.domain.registration.asks import require_listed
from services.intake.domain.registration.commands import RegisterCase
from shared.contracts.case_event import OFFICE_OF, Kind
from shared.contracts.payloads.intake import Wording
from shared.kernel.calendar import business_day
from shared.kernel.codes import LONGEST_WORDS
from shared.kernel.eligible import (
    check_assignable,
    check_competent,
    check_impartial,
    check_person,
    check_region,
)
from shared.kernel.errors import RuleViolated
from shared.kernel.masking import mask
from shared.kernel.messages import Text
from shared.kernel.paper_numbers import check_counted, check_free, number_of, session_key
from shared.kernel.paper_rules import ProposerKind
from shared.kernel.policy import Policy

LONGEST_TITLE = 200
"""Characters."""

MOST_AWAITED = 30
"""Co-signers who confirm a paper by themselves."""

ORGANISATIONS: frozenset[ProposerKind] = frozenset(
    {"delegation", "party", "group", "sector", "committee"}
)
"""Proposers whose name is no personal name; they sign by seal or convenor (政协提案的六种形式)."""


def public_name(kind: Kind, proposer_kind: ProposerKind, name: str) -> str:
    """Returns the masked name of a person. The name of an organisation is public where it brings a
    paper, and hidden where it complains."""
    if proposer_kind not in ORGANISATIONS:
        return mask(name)
    return name if kind in OFFICE_OF else "某单位"


def size(text: Text) -> int:
    """Returns the length in characters, without white space around a plain text."""
    return len(text.strip()) if isinstance(text, str) else text.size


def require_words(command: Wording) -> None:
    """A paper has a subject and substance (L2 art. 6); the lengths are those of the forms."""
    if not 0 < size(command.title) <= LONGEST_TITLE:
        raise RuleViolated("title-length", f"案由应为 1 至 {LONGEST_TITLE} 字", "title")
    if not 0 < size(command.text) <= LONGEST_WORDS:
        raise RuleViolated("text-length", f"内容应为 1 至 {LONGEST_WORDS} 字", "text")


def require_one_lead(command: RegisterCase) -> None:
    """The first signer is the contact point (政协提案 领衔人)."""
    if sum(proposer.part == "lead" for proposer in command.proposers) != 1:
        raise RuleViolated("one-lead", "应有且只有一名领衔人", "proposers")
    if len(set(command.persons)) < len(command.persons):
        raise RuleViolated("proposer-twice", "同一提出人重复填写", "proposers")


def require_proposers_of_kind(command: RegisterCase) -> None:
    """Deputies bring 代表建议 and 议案 (代表法 art. 24), advisers and organisations bring 提案."""
    if command.proposer_kind not in command.rules.row.signatures:
        raise RuleViolated("proposer-kind", "提出人类型与件的类别不符", "proposer_kind")
    if (command.proposer_kind, len(command.proposers) > 1) in {("joint", False), ("person", True)}:
        message = "一人提出的为个人，数人提出的为联名，请核对提出形式和提出人"
        raise RuleViolated("proposer-kind-contradicted", message, "proposer_kind")
    office = OFFICE_OF.get(command.kind)
    if office is None:
        return _require_citizens(command)
    if command.proposer_kind in ORGANISATIONS:
        return _require_people(command)
    known, agency = command.directory, command.agency
    sitting = [person for person in command.persons if known.sits(person, office, agency)]
    if len(sitting) < len(command.proposers):
        title = "在任人大代表" if office == "npc" else "在任政协委员"
        raise RuleViolated("not-in-office", f"提出人应为本级{title}，请核对编号和任期", "proposers")
    return None


def _require_people(command: RegisterCase) -> None:
    """Convenors of an organisation need not be in office, but an id belongs to a person."""
    for person in command.persons:
        check_person(command.directory, person, "proposers")


def _require_citizens(command: RegisterCase) -> None:
    """A deputy who writes as a citizen is a citizen: an id would make the full name public."""
    if command.persons:
        raise RuleViolated("citizen-expected", "来信来访人按公民登记，不填人员编号", "proposers")


def require_agreed_kind(command: RegisterCase) -> None:
    """A partner platform brings the kinds that were agreed with it: that of the congress brings no
    petition."""
    if command.client and not command.directory.brings(command.client, command.kind):
        raise RuleViolated(
            "client-kind", "本平台没有登记这一类件的约定，请改由登记机关登记", "kind"
        )


def require_known_place(command: RegisterCase) -> None:
    """The region is that of some unit; the agency could assign to the wanted unit."""
    check_region(command.directory, command.region)
    if command.wanted_unit:
        check_assignable(command, command.wanted_unit, command.agency, "wanted_unit")
        against = command.against.ids if command.against else ()
        check_impartial(command.directory, command.wanted_unit, against, "wanted_unit")
        check_competent(command, command.wanted_unit, command.purpose, "wanted_unit")


def require_right_accused(command: RegisterCase) -> None:
    if command.against:
        check_accused(command, command.against, command.agency, command.persons)


def require_known_subject(command: RegisterCase) -> None:
    """The subject is a class of the kind (主题分类): the public statistics print its name."""
    if command.subject not in command.rules.row.subjects:
        message = f"该类件没有代码为 {command.subject} 的主题分类，请核对"
        raise RuleViolated("subject-unknown", message, "subject")


def require_known_purpose(command: RegisterCase) -> None:
    check_purpose(command.rules.row, command.purpose)


def require_few_representatives(command: RegisterCase) -> None:
    """信访工作条例 art. 20: a joint visit sends at most five representatives (policy row)."""
    check_representatives(len(command.proposers), command.rules, "proposers")
    if command.kind not in OFFICE_OF:
        check_numbers(len(command.proposers), command.visitors, command.people)


def require_right_particulars(command: RegisterCase) -> None:
    check_particulars(command.rules.row, command, command.channel, command.known)


def check_representatives(named: int, rules: Policy, field: str) -> None:
    """Raises RuleViolated for more people than the policy row lets speak for the others."""
    most = rules.row.most_representatives
    if most and named > most:
        message = f"多人反映共同事项的，代表不得超过 {most} 人"
        raise RuleViolated("too-many-representatives", message, field)


def require_consent_or_reason(command: RegisterCase) -> None:
    """不同意公开的，填写不公开缘由; only for kinds whose replies can be published."""
    if command.consent and command.no_consent_reason:
        message = "填写了不公开缘由，“是否同意公开”应为“否”，请核对"
        raise RuleViolated("consent-contradicted", message, "consent")
    publishable = command.rules.row.disclosure.publishable and command.kind in OFFICE_OF
    if publishable and command.consent is False and not command.no_consent_reason:
        raise RuleViolated("no-consent-reason", "不同意公开的，请写明缘由", "no_consent_reason")


def require_session(command: RegisterCase) -> None:
    """The channel says whether a paper was brought in session; platforms carry both. Congresses and
    sessions are counted from 1."""
    if command.session and "0" in session_key(command.session).split("-"):
        raise RuleViolated("session-zero", "届次、会次从 1 起，请核对", "session")
    if command.in_session != (command.channel == "session") and command.channel != "platform":
        message = "“会议期间提出”与渠道不一致，请核对"
        raise RuleViolated("session-contradicted", message, "in_session")
    if command.in_session and not command.session:
        raise RuleViolated("session-missing", "会议期间提出的，请填写届次", "session")


def require_one_number(command: RegisterCase) -> None:
    """The number of the congress belongs to one paper of an organ and a session, and the session
    that is printed with it is that of the paper."""
    if command.external_no is None:
        return
    check_counted(command.external_no, "external_no")
    printed = number_of(command.external_no).session
    if printed and command.session and session_key(printed) != session_key(command.session):
        message = f"编号写的是“{printed}”，届次填的是“{command.session}”，请核对"
        raise RuleViolated("number-session", message, "external_no")
    check_free(command.external_no, command.holder)


def confirmed(command: RegisterCase) -> str | None:
    """Returns the signer whose co-signers must still confirm: of papers that a proposer (or, where
    the row says so, a platform) registers, and that each of them signs. The registrar has the
    signatures on paper; a convenor or a seal stands for all."""
    by = "proposer" if command.is_own else "client" if command.client else "registrar"
    if not must_confirm(by, command.proposer_kind, command.rules):
        return None
    lead = next((one.person for one in command.proposers if one.part == "lead"), None)
    return command.by if command.is_own else lead


def must_confirm(by: str, form: ProposerKind, rules: Policy) -> bool:
    """Returns whether co-signers confirm a paper of this form that is handed in `by` a proposer, a
    client or a registrar."""
    rule = rules.row.signatures.get(form)
    return by in rules.row.cosigners_confirm and rule is not None and rule.by == "each"


def require_few_awaited(command: RegisterCase) -> None:
    check_awaited(len(command.persons) - 1 if confirmed(command) else 0)


def check_awaited(asked: int) -> None:
    """Each co-signer who must still confirm has a clock of his own in the fact, which is bounded
    (ADR 13)."""
    if asked > MOST_AWAITED:
        message = (
            f"在网上逐一确认的联名人最多 {MOST_AWAITED} 名；更多的，请由登记机关凭联名签名表登记"
        )
        raise RuleViolated("cosigners-many", message, "proposers")


def require_enough_named(command: RegisterCase) -> None:
    """A paper of a form names as many proposers as the policy row asks for."""
    named = len(command.proposers)
    least = minimum(command.proposer_kind, named, command.rules)
    if named < least:
        message = f"本件至少须有 {least} 人署名，所填提出人为 {named} 人"
        raise RuleViolated("signatures-few", message, "proposers")


def require_right_call(command: RegisterCase) -> None:
    """An author calls for signatures under his own paper, of those whom it names."""
    if command.call_until is None:
        return
    if not command.is_own:
        message = "联名征集由提出人本人发起；登记机关、平台登记的，不填截止日期"
        raise RuleViolated("call-own", message, "call_until")
    if confirmed(command) is None or set(command.persons) <= {command.by}:
        message = "没有须逐一确认的联名人，不填联名征集的截止日期"
        raise RuleViolated("call-nobody", message, "call_until")
    check_until(command.rules, command.at, command.call_until, "call_until")


def require_timely_receipt(command: RegisterCase) -> None:
    """Own papers are received now; those of a platform within the days of the policy row. An older
    day would bring back terms of office and periods that are over."""
    days = (business_day(command.at) - command.received_on).days
    if command.is_own and days > 0:
        message = "本人提出的，收到日期即提交当日，不能填写以前的日期"
        raise RuleViolated("own-paper-today", message, "received_on")
    most = command.rules.row.entry_days("platform-paper")
    if command.client and days > most:
        message = f"平台登记的，收到日期不得早于 {most} 日前；更早的请由登记机关登记"
        raise RuleViolated("platform-paper-late", message, "received_on")


def require_known_period(command: RegisterCase) -> None:
    """The period is one of the policy row, and the paper came in within it: a slip of the pen
    would open a series, which stays for ever, and a heading of the public site."""
    if command.received_on > business_day(command.at):
        raise RuleViolated("received-in-future", "收到日期不能晚于今天", "received_on")
    period = command.rules.row.period(command.period)
    if period is None:
        raise RuleViolated("period-unknown", _no_period(command), "period")
    if not period.has(command.received_on):
        message = (
            f"收到日期 {command.received_on} 不在“{period.title}”的收件期间"
            f"（{period.received_from} 至 {period.received_to}），请核对年度和收到日期"
        )
        raise RuleViolated("period-elsewhere", message, "period")


def _no_period(command: RegisterCase) -> str:
    known = "、".join(period.code for period in command.rules.row.periods)
    return f"没有代码为 {command.period} 的年度或届次，可填：{known}"


RULES: tuple[Callable[[RegisterCase], None], ...] = (
    require_agreed_kind,
    require_words,
    require_listed,
    require_one_lead,
    require_few_awaited,
    require_proposers_of_kind,
    require_enough_named,
    require_right_call,
    require_right_particulars,
    require_few_representatives,
    require_known_purpose,
    require_known_place,
    require_right_accused,
    require_known_subject,
    require_consent_or_reason,
    require_session,
    require_one_number,
    require_timely_receipt,
    require_known_period,
)
"""In the order in which a clerk reads the form."""
