"""Every command that a runbook names is one that the command line takes, and every make target."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from shared.ops.cli.app import app

Context, UsageError = typer.Context, typer.BadParameter.__mro__[1]

PAGES = sorted(Path("docs/operations").glob("*.md"))
WRITTEN = re.compile(r"(?:^\s*|`|; do |&& |rm )duban ([a-z][^`\n#;&]*)", re.MULTILINE)
FILLED = {
    "PARTITION": "3", "ID": "0a1b2c3d", "OFFSET": "17", "KEY": "c1",
    "SERVICE": "intake", "$service": "intake", "$SERVICE": "intake",
}  # fmt: skip


def written() -> Iterator[tuple[str, str]]:
    for page in [*PAGES, *sorted(Path("docs/how-to").glob("re*.md"))]:
        for found in WRITTEN.findall(page.read_text()):
            yield page.name, found.strip()


def words_of(line: str) -> list[str]:
    """What is in brackets may be left out; words in capitals stand for something."""
    plain = re.sub(r"\[[^\]]*\]|…", "", line)
    return [FILLED.get(word, word) for word in plain.split()]


def parse(words: list[str]) -> None:
    """As the command line would before it does anything; UsageError where it would complain."""
    command: Any = typer.main.get_command(app)
    context = Context(command)
    while hasattr(command, "get_command"):
        found = command.get_command(context, words[0])
        if found is None:
            raise UsageError(f"no command {words[0]}")
        command, words = found, words[1:]
        context = Context(command, parent=context)
    command.parse_args(context, list(words))


@pytest.mark.parametrize(("page", "line"), sorted(set(written())))
def test_a_command_of_a_runbook_is_taken(page: str, line: str) -> None:
    parse(words_of(line))


def test_a_command_that_does_not_exist_is_found() -> None:
    with pytest.raises(UsageError):
        parse(["rebuilt", "portal"])
    with pytest.raises(UsageError):
        parse(["rebuild", "portal"])


def test_the_runbooks_name_the_commands_of_operations() -> None:
    named = {line.split()[0] for _, line in written()}
    assert {"status", "lag", "rebuild", "republish", "refill", "parked", "rotate-keys", "prepare",
            "verify", "topics"} <= named  # fmt: skip


ENGLISH = [page for page in PAGES if not page.name.endswith(".zh.md")]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
IN_BOTH_LANGUAGES = 200
"""Chinese characters of a page that is written in both languages."""


def told_by(page: Path) -> tuple[set[str], list[str]]:
    """Its commands, without what stands behind them, and the alerts that have a heading."""
    text = page.read_text("utf-8")
    commands = {
        " ".join(line.split()) for line in WRITTEN.findall(text) if not CHINESE.search(line)
    }
    return commands, re.findall(r"^### (Duban\w+)$", text, re.MULTILINE)


@pytest.mark.parametrize("page", ENGLISH, ids=lambda page: page.name)
def test_a_runbook_is_there_in_chinese(page: Path) -> None:
    chinese = page.with_suffix(".zh.md")
    if not chinese.exists():
        assert len(CHINESE.findall(page.read_text("utf-8"))) >= IN_BOTH_LANGUAGES
    elif page.name != "README.md":  # in Chinese it is a summary
        assert told_by(chinese) == told_by(page)


def test_make_has_what_the_runbooks_make() -> None:
    targets = set(re.findall(r"^([a-z]+):", Path("Makefile").read_text(), re.MULTILINE))
    made = {
        name
        for page in PAGES
        for name in re.findall(r"(?:^|`)\s*make ([a-z]+)", page.read_text(), re.MULTILINE)
    }
    assert made
    assert made <= targets
