"""Decisions are numbered once, and each has a date and a status below its title."""

import re
from pathlib import Path

import pytest

PAGES = sorted((Path(__file__).parents[2] / "docs/decisions").glob("*.md"))
DATED = re.compile(
    r"20[0-9]{2}-[0-9]{2}-[0-9]{2} · "
    r"(Accepted( · supersedes \[[0-9]+\]\([\w.-]+\))?|Superseded by \[[0-9]+\]\([\w.-]+\))"
)


def number(page: Path) -> int:
    return int(page.name[:4])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_decision_has_its_number_a_date_and_a_status(page: Path) -> None:
    title, blank, dated = page.read_text().split("\n")[:3]
    assert title.startswith(f"# {number(page)}. ")
    assert blank == ""
    assert DATED.fullmatch(dated), dated


def test_numbers_are_given_once() -> None:
    assert len({number(page) for page in PAGES}) == len(PAGES)
