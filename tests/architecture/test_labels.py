"""Labels: every fact and every status of the register has a name in both languages."""

import re
from typing import get_args

import pytest

from services.portal.schemas import Status
from shared.contracts import disclosure, handling
from shared.contracts.catalogue import FACT_OF
from shared.service.config.labels import POLICIES, standard_labels
from shared.service.config.policies import load_policies

HAN = re.compile(r"[\u4e00-\u9fff]")


def test_every_fact_has_a_name_and_no_name_is_left_over() -> None:
    facts = {wire.rsplit(".v", 1)[0] for wire in FACT_OF}
    assert set(standard_labels().codes("fact")) == facts


def test_every_status_has_a_name() -> None:
    assert set(standard_labels().codes("status")) == set(get_args(Status))


def test_every_subject_of_a_kind_has_a_name_and_no_name_is_left_over() -> None:
    """The public statistics print the name of whatever a paper may be registered under."""
    subjects = {subject for row in load_policies(POLICIES).rows for subject in row.subjects}
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
