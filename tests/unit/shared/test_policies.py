"""The policy book: the deployed rows, the row of a case, and refusals that name the line."""

from datetime import UTC, date, datetime
from itertools import chain
from pathlib import Path

import pytest

from shared.contracts.catalogue import FACT_OF
from shared.contracts.charges import SCHEMES
from shared.contracts.effects import CASE
from shared.contracts.reviews import WINDOWS
from shared.kernel.calendar import ending_day
from shared.kernel.errors import RuleViolated
from shared.kernel.organs import DUTIES
from shared.ledger_import.table import load_ledgers
from shared.service.config.labels import standard_labels
from shared.service.config.located_yaml import DataRefused
from shared.service.config.policies import PolicyBook, load_calendar, load_policies
from shared.service.config.policy_rows import load_rows

DEPLOYED = Path("deploy/policies")
BOOK = load_policies(DEPLOYED)
MONDAY = datetime(2025, 3, 10, 1, tzinfo=UTC)

SMALL = """\
defaults:
  agency: "*"
  version: "1"
  effective_from: 2020-01-01
  sealed: false
  closing: replied
  gates: {}
  obligations:
    sign-for: &any
      period: {unit: WD, length: 3}
      basis: 约定
    objection: &window {period: {unit: WD, length: 3}, basis: x, ladder: [WINDOW]}
    first-contact: *any
    co-opinion: *any
    reply: *any
    rehandling: *any
    rating: *window
  disclosure: {publishable: false, default_mode: closed}
  contacts_at_units: open
  erasure: {wait: {unit: WD, length: 3}, basis: B}
  numbering: {label: "{number}"}
  refusal_reasons: [duplicate]
  objection_reasons: [duplicate]
  class_map: {solved: A}
  subjects: [general]
  objection_needs: []
  reply_from: assignment
  periods: [{code: "2025", title: 2025年, received_from: 2025-01-01, received_to: 2025-12-31}]
  organs: ORGANS
  signatures: {person: {by: each, basis: B}}
rows:
  - {kind: suggestion, channel: [session, platform]}
""".replace("ORGANS", str(dict.fromkeys(DUTIES, "agency")).replace("'", "")).replace(
    "WINDOW", "{key: d0, offset: 0, role: proposer, deems: true}"
)


def book(folder: Path, text: str) -> PolicyBook:
    (folder / "policy.yaml").write_text(text)
    for name in ("calendar.yaml", "labels.yaml", "organisation.yaml"):
        (folder / name).write_text((DEPLOYED / name).read_text())
    return load_policies(folder)


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(DataRefused) as refused:
        book(folder, text)
    return str(refused.value).replace(f"{folder}/", "")


def last_day(kind: str, channel: str, rule: str) -> date:
    return ending_day(BOOK.resolve("u-city", kind, channel, MONDAY).due(rule, MONDAY).at)


@pytest.mark.parametrize(
    ("kind", "channel", "rule", "day"),
    [
        ("suggestion", "session", "sign-for", date(2025, 3, 13)),
        ("suggestion", "session", "objection", date(2025, 3, 19)),
        ("motion", "session", "reply", date(2025, 6, 10)),
        ("proposal", "platform", "first-contact", date(2025, 3, 31)),
        ("proposal", "platform", "co-opinion", date(2025, 4, 10)),
        ("suggestion", "platform", "rehandling", date(2025, 4, 10)),
        ("suggestion", "platform", "publication", date(2025, 4, 8)),
        ("petition", "visit", "objection", date(2025, 3, 17)),
        ("petition", "visit", "first-contact", date(2025, 3, 25)),
        ("petition", "visit", "reply", date(2025, 5, 9)),
        ("petition", "visit", "rehandling", date(2025, 4, 9)),
        ("hotline", "12345", "objection", date(2025, 3, 12)),
        ("hotline", "12345", "first-contact", date(2025, 3, 11)),
        ("hotline", "mailbox", "reply", date(2025, 3, 17)),
        ("hotline", "mailbox", "rating", date(2025, 3, 31)),
    ],
)
def test_each_kind_has_its_own_periods(kind: str, channel: str, rule: str, day: date) -> None:
    assert last_day(kind, channel, rule) == day


def test_a_due_date_says_which_policy_and_calendar_made_it() -> None:
    due = BOOK.resolve("u-city", "petition", "letter", MONDAY).due("reply", MONDAY)
    assert (due.rule, due.policy, due.calendar) == ("reply", "2025.1", "2026.1")


def test_petitions_and_letters_are_sealed_and_close_with_the_reply() -> None:
    assert {(row.kind, row.sealed, row.closing) for row in BOOK.rows} == {
        ("suggestion", False, "evaluated"),
        ("motion", False, "evaluated"),
        ("proposal", False, "evaluated"),
        ("petition", True, "replied"),
        ("hotline", True, "replied"),
    }


def test_the_silence_of_a_proposer_chases_the_proposer_and_nobody_else() -> None:
    for row in BOOK.rows:
        ladder = row.obligations["rating"].ladder
        assert {(rung.role, rung.escalates) for rung in ladder} == {("proposer", False)}


def test_petitions_are_never_published_and_letters_only_as_an_abstract_with_consent() -> None:
    petition = BOOK.resolve("u-city", "petition", "online", MONDAY)
    letter = BOOK.resolve("u-city", "hotline", "mailbox", MONDAY).row.disclosure
    assert not petition.row.disclosure.publishable
    assert not petition.has("publication")
    assert (letter.forms, letter.consent_needed) == (("abstract",), True)


IN_PERSON = {"first-receipt": "receiver"} | dict.fromkeys(SCHEMES, "in-charge")
"""Obligations that somebody at work owes in person."""


def owed_by_organs() -> set[str]:
    """Obligations about a case as a whole, or of no unit."""
    effects = [effect for fact in FACT_OF.values() for effect in getattr(fact, "obligations", ())]
    opening = [effect for effect in effects if effect.verb == "open"]
    owed = (each.rules for each in opening if each.subject == CASE or not each.of_unit)
    return set(chain.from_iterable(owed))


def test_every_obligation_has_three_rungs_of_which_the_second_must_be_acknowledged() -> None:
    """Only the objection window has one: it is a right, and silence accepts the task. The silence
    of a proposer escalates to nobody. What an organ owes itself goes up to the leader."""
    own = owed_by_organs()
    assert {"screening", "hand-out", "rehandling-ruling"} <= own
    assert not own & {"sign-for", "first-contact", "reply", "publication"}
    asked_for = {"objection", "rating", "signature", "call", "suspension", *WINDOWS}
    for row in BOOK.rows:
        every = set(row.obligations) - {"extension-ruling", "arbitration"}
        for rule in every - asked_for:
            before, due, after = row.obligations[rule].ladder
            assert before.offset < 0 == due.offset, (row.kind, rule)
            above = "leader" if rule in own - IN_PERSON.keys() else "office"
            assert (after.offset, after.unit, after.role) == (5, "WD", above)
            assert due.acknowledge
            asked = IN_PERSON.get(rule, "office" if rule in own else "head")
            assert (due.escalates, due.role) == (True, asked)


def test_seven_days_before_or_one_where_all_is_shorter_than_that() -> None:
    short = {row.kind: row.obligations["reply"].ladder[0].offset for row in BOOK.rows}
    assert short == dict.fromkeys(("suggestion", "motion", "proposal", "petition"), -7) | {
        "hotline": -1
    }


def test_silence_answers_an_assignment_a_rating_and_a_call_and_ends_a_pause() -> None:
    deeming = {
        (rule, rung.key)
        for row in BOOK.rows
        for rule, deadline in row.obligations.items()
        for rung in deadline.ladder
        if rung.deems
    }
    assert deeming == {
        ("objection", "d0"), ("rating", "wd+5"), ("call", "d0"), ("suspension", "d0"),
        *((window, "d0") for window in WINDOWS),
    }  # fmt: skip


def test_every_code_in_the_rows_has_a_label() -> None:
    labels = standard_labels()
    used = {
        "kind": {row.kind for row in BOOK.rows},
        "channel": {row.channel for row in BOOK.rows},
        "rule": {rule for row in BOOK.rows for rule in row.obligations},
        "subject": {subject for row in BOOK.rows for subject in row.subjects},
        "refusal-reason": {reason for row in BOOK.rows for reason in row.refusal_reasons},
        "check": {check for row in BOOK.rows for check in row.checks},
        "pass-form": {form for row in BOOK.rows for form in row.passed_on_as},
        "diversion-reason": {
            reason
            for row in BOOK.rows
            for rules in row.diverted_from.values()
            for reason in rules.reasons
        },
        "objection-reason": {reason for row in BOOK.rows for reason in row.objection_reasons},
        "suspension-reason": {
            reason
            for row in BOOK.rows
            for rules in row.suspensions.values()
            for reason in rules.reasons
        },
        "meaning": {meaning for row in BOOK.rows for meaning in row.class_map},
        "grade": {grade for row in BOOK.rows for grade in row.rating_scale},
        "rung": {r.key for row in BOOK.rows for d in row.obligations.values() for r in d.ladder},
    }
    assert {group: codes - set(labels.codes(group)) for group, codes in used.items()} == {
        group: set() for group in used
    }


def test_a_label_is_chinese_unless_asked_and_an_unnamed_code_stays_a_code() -> None:
    labels = standard_labels()
    assert labels.label("light", "red") == "逾期"
    assert labels.label("light", "red", "en") == "Overdue"
    assert labels.label("light", "ultraviolet") == "ultraviolet"


def test_no_two_codes_of_a_group_are_called_the_same() -> None:
    labels = standard_labels()
    for group, codes in labels.groups.items():
        for code, names in codes.items():
            assert {labels.code(group, name) for name in names} == {code}, (group, code)
    assert labels.code("subject", "城建环保") == "urban-environment"
    assert labels.code("subject", "天文") is None


@pytest.mark.parametrize(
    ("kind", "channel", "field"), [("hotline", "fax", "channel"), ("query", "session", "kind")]
)
def test_what_no_row_fits_is_refused_with_the_field(kind: str, channel: str, field: str) -> None:
    with pytest.raises(RuleViolated) as refused:
        BOOK.resolve("u-city", kind, channel, MONDAY)
    assert (refused.value.rule, refused.value.field) == ("no-policy", field)


def test_what_no_row_fits_is_called_as_people_call_it() -> None:
    with pytest.raises(RuleViolated) as refused:
        BOOK.resolve("u-city", "suggestion", "mailbox", MONDAY)
    assert "“代表建议”类、“市长信箱”渠道" in refused.value.message


def test_the_most_specific_row_wins_agency_before_kind_before_channel(tmp_path: Path) -> None:
    rows = book(
        tmp_path,
        SMALL
        + """\
  - {kind: "*", channel: "*", version: all}
  - {agency: u-county, kind: "*", channel: "*", version: county}
  - {agency: u-county, kind: motion, channel: "*", version: county-motion}
""",
    )

    def version(agency: str, kind: str, channel: str) -> str:
        return rows.resolve(agency, kind, channel, MONDAY).row.version

    assert version("u-city", "suggestion", "session") == "1"
    assert version("u-city", "suggestion", "intersession") == "all"
    assert version("u-county", "suggestion", "session") == "county"
    assert version("u-county", "motion", "session") == "county-motion"


def test_a_row_rules_from_its_day_in_shanghai_on(tmp_path: Path) -> None:
    rows = book(
        tmp_path,
        SMALL
        + '  - {kind: suggestion, channel: session, version: "2", effective_from: 2025-03-10}\n',
    )
    last_second = datetime(2025, 3, 9, 15, 59, 59, tzinfo=UTC)
    midnight = datetime(2025, 3, 9, 16, tzinfo=UTC)
    assert rows.resolve("u-city", "suggestion", "session", last_second).row.version == "1"
    assert rows.resolve("u-city", "suggestion", "session", midnight).row.version == "2"


def test_a_wrong_value_is_named_with_the_line_of_the_row(tmp_path: Path) -> None:
    row = "  - {kind: motion, channel: session, obligations: {reply: {period: {unit: XD}}}}\n"
    assert refusal(tmp_path, SMALL + row).startswith(
        "policy.yaml:33: rows.1.obligations.reply.period.unit: Input should be 'CD', 'CM' or 'WD'"
    )


def test_a_wrong_inherited_value_is_named_with_the_line_of_the_default(tmp_path: Path) -> None:
    assert refusal(tmp_path, SMALL.replace("closing: replied", "closing: sometime")).startswith(
        "policy.yaml:6: rows.0.closing: "
    )


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        (
            "    rating: *win",
            "    ratting: *win",
            17,
            "no fact opens the obligation 'ratting'; is 'rating' meant?",
        ),
        (
            "    reply: *any\n",
            "",
            8,
            "the obligation 'reply' is missing: no task can be handed out",
        ),
        ("publishable: false", "publishable: true", 8, "the obligation 'publication' is missing"),
        ("kind: suggestion", "kind: sugestion", 32, "no case is of the kind 'sugestion'"),
        ('"{number}"', '"{nummer}"', 21, "the label needs {number}"),
        ('"{number}"', '"第 {number} 号"', 21, "should match pattern"),
        ("class_map: {solved: A}", "class_map: {solved: 已经解决了}", 24, "at most 4 characters"),
        ("refusal_reasons: [duplicate]", "refusal_reasons: [重复]", 22, "should match pattern"),
        ("class_map: {solved: A}", "class_map: {sold: A}", 24, "no class means 'sold'"),
        ("rating: *window", "rating: *any", 17, "its last rung must be the one that deems"),
        ("offset: 0,", "offset: -9,", 12, "the rung 'd0' would come before the obligation begins"),
        ("subjects: [general]", "subjects: [综合]", 25, "should match pattern"),
        ("subjects: [general]", "subjects: []", 25, "at least 1 item"),
        ("  subjects: [general]\n", "", 31, "Field required"),
        ("  reply_from: assignment\n", "", 31, "Field required"),
        ("  gates: {}", "  gates: {}\n  colour: red", 8, "Extra inputs are not permitted"),
        ("  gates: {}", "  gates: {}\n  gates: {}", 8, "'gates' stands here twice"),
        ("[session, platform]", "[session, session]", 32, "a second row for *, suggestion"),
        ("[session, platform]", "[session, 12345]", 32, "valid string"),
        ("  gates: {}", "  gates: {}\n  entered_within: {phone: 3}", 8, "'platform-paper'"),
        ("  gates: {}", "  gates: {}\n  purposes: {gossip: {}}", 8, "no name under 'purpose'"),
        ("  gates: {}", "  gates: {}\n  purposes: {appeal: {units: [agency]}}", 8, "pattern"),
        ("mode: closed}", "mode: closed, never_exempt: [face]}", 18, "no name under 'finding'"),
        ("  gates: {}", "  gates: {}\n  diverted_from: {petition: WHY}", 8, "brought by others"),
        ("  gates: {}", "  gates: {}\n  diverted_from: {suggestion: WHY}", 8, "of this kind"),
        ("  gates: {}", "  gates: {}\n  diverted_from: {query: WHY}", 8, "no name under 'kind'"),
        ("  gates: {}", "  gates: {}\n  diverted_from: {motion: ODD}", 8, "'diversion-reason'"),
        ("  gates: {}", "  gates: {}\n  passed_on_as: {letter: ODD}", 33, "do not know"),
        ("  sealed: false", "  sealed: [", 7, "not YAML"),
    ],
)
def test_what_could_never_work_is_refused_at_load(
    tmp_path: Path, old: str, new: str, line: int, reason: str
) -> None:
    new = new.replace("WHY", "{reasons: [presidium-decision], basis: B}")
    new = new.replace("ODD", "{reasons: [odd], basis: B}")
    refused = refusal(tmp_path, SMALL.replace(old, new))
    assert reason in refused
    assert refused.startswith(f"policy.yaml:{line}: ")


def test_a_row_without_an_obligation_has_no_such_due_moment(tmp_path: Path) -> None:
    """Nobody rates here, and the case closes with its reply: rating may be left out."""
    without = SMALL.replace("    rating: *window\n", "").replace("    co-opinion: *any\n", "")
    policy = book(tmp_path, without).resolve("u-city", "suggestion", "session", MONDAY)
    assert not policy.has("rating")
    assert not policy.has("co-opinion")
    assert policy.has("reply")


def test_a_case_that_closes_when_it_is_evaluated_needs_a_rating(tmp_path: Path) -> None:
    evaluated = SMALL.replace("closing: replied", "closing: evaluated")
    assert book(tmp_path, evaluated).rows
    reason = refusal(tmp_path, evaluated.replace("    rating: *window\n", ""))
    assert reason.startswith(
        "policy.yaml:8: rows.0.obligations: the obligation 'rating' is missing"
    )


def test_an_obligation_without_a_label_is_refused_with_its_line(tmp_path: Path) -> None:
    """Otherwise a clerk would be shown the code."""
    (tmp_path / "policy.yaml").write_text(SMALL)
    (tmp_path / "labels.yaml").write_text(
        "rule: {reply: [答复, Reply]}\n"
        "finding: {id-number: [身份证号, ID number], bank-card: [银行卡号, Bank card]}\n"
    )
    with pytest.raises(DataRefused) as refused:
        load_rows(tmp_path)
    lines = str(refused.value).splitlines()
    named = {line.split("'")[1]: line.split(":")[1] for line in lines}
    assert named == {
        "sign-for": "9", "objection": "12", "first-contact": "13", "co-opinion": "14",
        "rehandling": "16", "rating": "17",
    }  # fmt: skip
    assert all("has no name under 'rule' in labels.yaml" in line for line in lines)


REFUSING = "objection: &window {period: {unit: WD, length: 3}, basis: x, ladder: "
ANSWERED = "acknowledge: {unit: WD, length: 1}"


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        # deemed acceptance: the window of objection, and the clocks beside it
        (REFUSING, REFUSING.replace("3", "2"), 12, "it would end before 'sign-for'"),
        (REFUSING, REFUSING.replace("3", "4"), 10, "it would end before 'objection'"),
        (REFUSING, REFUSING.replace("WD", "CD"), 12, "begun on 2026-01-01, it would end before"),
        # the rung that deems
        (", deems: true", "", 12, "its last rung must be the one that deems"),
        ("offset: 0", "offset: -1", 12, "'d0' would end the window before it is due"),
        ("offset: 0", "offset: 1", 12, "'d0' comes too late"),
        (
            "ladder: [",
            "ladder: [{key: wd+5, offset: 5, unit: WD, role: leader}, ",
            12,
            "its last rung must be the one that deems",
        ),
        (
            "ladder: [",
            f"ladder: [{{key: d-1, offset: -1, role: head, escalates: true, {ANSWERED}}}, ",
            12,
            "'d-1' chases 'head' for what the proposer owes",
        ),
        # what nobody would hear
        (
            "role: proposer,",
            f"role: proposer, {ANSWERED},",
            12,
            "nobody is asked to acknowledge it",
        ),
        ("reply: *any", "reply: *window", 12, "silence is no answer to anything"),
    ],
)
def test_a_row_that_would_break_deemed_acceptance_is_refused_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, reason: str
) -> None:
    assert old in SMALL
    faults = [
        each for each in refusal(tmp_path, SMALL.replace(old, new)).splitlines() if reason in each
    ]
    assert faults
    assert faults[0].startswith(f"policy.yaml:{line}: rows.0.obligations.")


def test_two_windows_that_do_not_go_together_are_named_on_both_lines(tmp_path: Path) -> None:
    """Here the row's own sign-for is wrong, and the objection window that it inherits is not."""
    own = "  - {kind: motion, channel: session, obligations: {sign-for: {period: {length: 4}}}}\n"
    faults = refusal(tmp_path, SMALL + own).splitlines()
    assert [fault.partition(" ")[0] for fault in faults] == ["policy.yaml:33:", "policy.yaml:12:"]
    assert "it would end after 'objection'" in faults[0]


def test_windows_that_end_on_one_day_do_not_overtake_each_other(tmp_path: Path) -> None:
    """Signing and objecting are both due after three working days."""
    assert book(tmp_path, SMALL).rows


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    broken = SMALL.replace("sealed: false", "sealed: maybe").replace("version: ", "versions: ")
    assert len(refusal(tmp_path, broken).splitlines()) == 3


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataRefused, match=r"policy\.yaml: cannot be read"):
        load_rows(tmp_path)


def test_of_a_missing_folder_the_setting_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command was given in another folder than that of the installation."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataRefused, match=f"当前目录 {tmp_path}.*DUBAN_POLICIES"):
        load_ledgers(Path("deploy/policies/ledgers.yaml"))


def calendar(folder: Path, text: str) -> Path:
    path = folder / "calendar.yaml"
    path.write_text(text)
    return path


def test_the_calendar_file_overrides_days_with_a_reason(tmp_path: Path) -> None:
    text = 'version: "1"\nofficial_until: 2026\nannounced: [2027]\noverrides:\n'
    days = "  2025-06-30: {day: off, reason: 防汛}\n  2025-07-05: {day: working, reason: 补班}\n"
    local = load_calendar(calendar(tmp_path, text + days))
    assert not local.is_working_day(date(2025, 6, 30))
    assert local.is_working_day(date(2025, 7, 5))
    assert not local.is_provisional(2027)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("official_until: 2025", "calendar.yaml:2: official_until: the official calendar ends"),
        ("official_until: 2026\noverrides:\n  2025-06-31: {day: off, reason: x}", ":4: overrides."),
        (
            "official_until: 2026\noverrides:\n  2025-06-30: {day: shut, reason: x}",
            ":4: overrides.",
        ),
    ],
)
def test_a_wrong_calendar_is_refused_with_its_line(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(DataRefused) as refused:
        load_calendar(calendar(tmp_path, f'version: "1"\n{text}\n'))
    assert reason in str(refused.value)


ACCUSED = """\
rows:
  - {kind: petition, channel: letter, purposes: {advice: {}, accusation: UNITS}}
"""


def with_purposes(rules: str, *more: str) -> str:
    head = SMALL.partition("rows:")[0]
    return head + ACCUSED.replace("UNITS", rules) + "".join(f"  - {row}\n" for row in more)


@pytest.mark.parametrize(
    ("rules", "reason"),
    [
        ("{units: []}", "at least 1 item"),
        ("{units: [u-a], above: []}", "at least 1 item"),
        ("{above: [u-b]}", "`above` needs `units`"),
        ("{units: [u-a], above: [u-a]}", "have a unit in common"),
    ],
)
def test_a_purpose_that_would_reserve_its_cases_to_nobody_is_refused(
    tmp_path: Path, rules: str, reason: str
) -> None:
    told = refusal(tmp_path, with_purposes(rules))
    assert "policy.yaml:" in told
    assert reason in told


LATER = "effective_from: 2026-01-01, channel: letter, kind: petition"


@pytest.mark.parametrize("agency", ["'*'", "u-city"])
def test_a_later_row_keeps_the_purposes_that_cases_may_have(tmp_path: Path, agency: str) -> None:
    row = f"{{agency: {agency}, {LATER}, purposes: {{advice: {{}}}}}}"
    told = refusal(tmp_path, with_purposes("{units: [u-a]}", row))
    assert "policy.yaml:" in told
    assert "2020-01-01, has accusation" in told
    kept = row.replace("advice: {}", "advice: {}, accusation: {}")
    assert len(book(tmp_path, with_purposes("{units: [u-a]}", kept)).rows) == 2
    elsewhere = row.replace("channel: letter", "channel: visit")
    assert len(book(tmp_path, with_purposes("{units: [u-a]}", elsewhere)).rows) == 2


def test_a_purpose_that_the_row_does_not_know_is_for_nobody_and_stays_closed() -> None:
    row = BOOK.resolve("u-city", "suggestion", "session", MONDAY).row
    assert (row.admits(None, "u-hou"), row.may_publish(None)) == (True, True)
    assert (row.admits("accusation", "u-hou"), row.may_publish("accusation")) == (False, False)


def test_a_case_against_the_units_of_its_purpose_is_for_those_above() -> None:
    row = BOOK.resolve("u-city", "petition", "letter", MONDAY).row
    assert row.reserved_to("accusation", {"u-discipline"}) == ("u-discipline",)
    rules = row.purposes["accusation"].model_copy(update={"above": ("u-province",)})
    row = row.model_copy(update={"purposes": {"accusation": rules}})
    assert row.reserved_to("accusation", {"u-edu"}) == ("u-discipline",)
    assert row.admits("accusation", "u-province", {"u-discipline", "p-1"})
    assert not row.admits("accusation", "u-discipline", {"u-discipline"})
