"""Labels: every fact and every status of the register has a name in both languages."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from services.assignment.domain.hand_out.commands import Stage
from services.portal.domain.course import SWAPPED
from services.portal.domain.derived import RATES
from services.portal.ledger import Key
from services.portal.schemas import Status
from shared.contracts import disclosure
from shared.contracts.catalogue import FACT_OF
from shared.contracts.payloads import handling
from shared.service.config.labels import label, load_labels, policies_in_use, standard_labels
from shared.service.config.policies import load_policies

HAN = re.compile(r"[\u4e00-\u9fff]")


def test_every_fact_has_a_name_and_no_name_is_left_over() -> None:
    """A line of the course that tells several facts as one act has a name, too."""
    facts = {wire.rsplit(".v", 1)[0] for wire in (*FACT_OF, SWAPPED)}
    assert set(standard_labels().codes("fact")) == facts


def test_every_status_has_a_name() -> None:
    assert set(standard_labels().codes("status")) == set(get_args(Status))


def test_every_subject_of_a_kind_has_a_name_and_no_name_is_left_over() -> None:
    """The public statistics print the name of whatever a paper may be registered under."""
    subjects = {
        subject for row in load_policies(policies_in_use()).rows for subject in row.subjects
    }
    assert set(standard_labels().codes("subject")) == subjects


@pytest.mark.parametrize(
    ("group", "codes"),
    [
        ("phase", handling.Phase),
        ("mode", handling.Mode),
        ("node", handling.Node),
        ("meaning", handling.Meaning),
        ("attitude", handling.Attitude),
        ("delivery-mode", handling.DeliveryMode),
        ("disclosure-mode", disclosure.Mode),
        ("disclosure-form", disclosure.PublicForm),
        ("disclosure-reason", handling.DisclosureReason),
        ("stage", Stage),
        ("column", Key),
    ],
)
def test_every_choice_has_a_name_and_no_name_is_left_over(group: str, codes: object) -> None:
    assert set(standard_labels().codes(group)) == set(get_args(codes))


def test_every_role_says_what_it_does() -> None:
    assert set(standard_labels().codes("task")) == set(standard_labels().codes("role"))


def test_chinese_stands_first() -> None:
    for group, names in standard_labels().groups.items():
        for code, (chinese, english) in names.items():
            assert HAN.search(chinese) or chinese == english, f"{group}.{code}"
            assert not HAN.search(english), f"{group}.{code}"


def test_special_names_are_names_of_codes_that_have_a_general_one() -> None:
    labels = standard_labels()
    for special in labels.special:
        for group, names in special.words.items():
            assert set(names) <= set(labels.codes(group)), group


@pytest.mark.parametrize(
    ("kind", "word"),
    [("suggestion", "立案"), ("proposal", "立案"), ("petition", "受理"), ("hotline", "受理")],
)
def test_a_petition_is_taken_up_and_a_proposal_filed(kind: str, word: str) -> None:
    assert label("fact", "case.accepted", kind=kind) == word
    assert label("status", "accepted", kind=kind) == f"已{word}"
    assert label("why", "declined", kind=kind) == f"不予{word}"
    assert label("rule", "refusal-notice", kind=kind) == f"不予{word}告知"
    assert standard_labels().spoken("尚未{fact:case.accepted}", kind=kind) == f"尚未{word}"


def test_an_agency_has_words_of_its_own_and_those_of_its_kind_win(tmp_path: Path) -> None:
    text = (policies_in_use() / "labels.yaml").read_text("utf-8")
    own = "  - {agency: u-far, words: {part: {co: [协办, Co-handler]}}}\n"
    own += "  - {agency: u-far, kinds: [petition], words: {part: {co: [配合, Co-handler]}}}\n"
    (tmp_path / "labels.yaml").write_text(text + own, "utf-8")
    labels = load_labels(tmp_path)
    assert labels.label("part", "co", agency="u-city", kind="petition") == "会办"
    assert labels.label("part", "co", agency="u-far", kind="suggestion") == "协办"
    assert labels.label("part", "co", agency="u-far", kind="petition") == "配合"


def test_the_names_are_those_of_the_policies_in_use(tmp_path: Path) -> None:
    """A place that sets DUBAN_POLICIES has its own words on every page and command."""
    text = (policies_in_use() / "labels.yaml").read_text("utf-8")
    (tmp_path / "labels.yaml").write_text(text.replace("[代表建议,", "[人大建议,"), "utf-8")
    say = "from shared.service.config.labels import label; print(label('kind', 'suggestion'))"
    environment = {**os.environ, "DUBAN_POLICIES": str(tmp_path), "PYTHONIOENCODING": "utf-8"}
    said = subprocess.run(
        [sys.executable, "-c", say], env=environment, capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == "人大建议"


def test_every_reason_for_which_a_clock_changes_has_a_name() -> None:
    effects = (effect for fact in FACT_OF.values() for effect in getattr(fact, "obligations", ()))
    whys = {effect.why for effect in effects if effect.why}
    assert "replied" in whys
    assert set(standard_labels().codes("why")) == whys


def test_every_measure_of_a_rate_has_a_name() -> None:
    known = set(standard_labels().codes("measure"))
    assert {name for rate in RATES for name in (rate.numerator, rate.denominator)} <= known
    assert {"declined", "withdrawn"} <= known
