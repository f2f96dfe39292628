"""The operator's screen: titles and ids from outside have no effect on it, and are never cut."""

import io
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import typer
from typer.core import TyperGroup
from typer.testing import CliRunner

from shared.http.auth import DevelopmentKey, Tokens
from shared.kafka.head_comparison import Difference
from shared.ops.base.screen import Listing, Screen, as_json, harmless, table_of
from shared.ops.base.tokens import VARIABLE, TokenMalformed, TokenMissing, tokens_from
from shared.ops.cli.app import app
from shared.ops.cli.commands import heads
from shared.ops.cli.commands.case import about, due_day, show, who_acted
from shared.ops.cli.commands.heads import SHOWN
from shared.service.settings import DEVELOPMENT_SECRET, ServiceSettings
from shared.version import VERSION

CASE_ID = "56fa9635caf355c1b7bdf0735026de16"
HOSTILE = "[/x] [red]红[/] :smile: \x1b[31m\x1b]0;title\x07\x9b2J \r覆盖\u202e反"


def printed(text: object, terminal: bool = False, width: int | None = None) -> str:
    out = io.StringIO()
    Screen(file=out, force_terminal=terminal, width=width, color_system=None).print(text)
    return out.getvalue()


@pytest.mark.parametrize("terminal", [True, False])
@pytest.mark.parametrize("shown", [str, lambda text: table_of(["案由"], [(text,)])])
def test_a_title_is_shown_as_its_words_without_effect(shown: object, terminal: bool) -> None:
    assert callable(shown)
    said = printed(shown(HOSTILE), terminal, 300)
    assert "[/x] [red]红[/] :smile: \\u001b[31m\\u001b]0;title\\u0007\\u009b2J" in said
    assert not set("\x1b\x07\x9b\r\u202e") & set(said)


def test_what_is_harmless_stays_as_it_is() -> None:
    text = "关于𠮷祥路的建议\n第二行\t（1）"
    assert harmless(text) == text


def test_ids_are_whole_where_no_person_looks() -> None:
    row = [CASE_ID] * 9
    assert printed(table_of(map(str, range(9)), [row])).count(CASE_ID) == 9


def test_ids_are_folded_and_not_cut_on_a_narrow_screen() -> None:
    said = printed(table_of(["办件", "流"], [(CASE_ID, f"intake-{CASE_ID}")]), True, 40)
    letters = "".join(character for character in said if character in "0123456789abcdef")
    assert "…" not in said
    assert len(letters) >= 2 * len(CASE_ID)


def test_json_is_safe_on_a_screen_and_reads_back() -> None:
    line = as_json({"title": HOSTILE})
    assert not set("\x1b\x07\x9b\r\u202e") & set(line)
    assert json.loads(line) == {"title": HOSTILE}


def test_a_listing_is_a_table_or_lines_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    listing = Listing({"case": "办件", "facts": "事实"})
    listing.add(CASE_ID, 3)
    listing.show(Screen(file=io.StringIO()), json_lines=True)
    assert json.loads(capsys.readouterr().out) == {"case": CASE_ID, "facts": 3}


@pytest.mark.parametrize("line", [["-h"], ["case", "-h"], ["parked", "list", "-h"]])
def test_a_short_h_helps(line: list[str]) -> None:
    result = CliRunner().invoke(app, line)
    assert result.exit_code == 0
    assert "--help" in result.output


def test_it_says_its_version() -> None:
    assert CliRunner().invoke(app, ["--version"]).output.strip() == VERSION


ACTING = {
    "run", "parts", "import", "play", "token", "login", "logout", "topics create", "prepare",
    "rebuild", "republish", "refill", "parked replay", "parked drop", "parked add", "audit prune",
    "rotate-keys", "rotate-signing-key", "docs", "reset", "console",
}  # fmt: skip
"""Commands that change something; all others read, so that scripts need what they print."""


def commands(group: TyperGroup, path: str = "") -> Iterator[tuple[str, Any]]:
    for name, found in group.commands.items():
        if isinstance(found, TyperGroup):
            yield from commands(found, f"{path}{name} ")
        else:
            yield f"{path}{name}", found


def all_commands() -> dict[str, Any]:
    return dict(commands(typer.main.get_group(app)))


@pytest.mark.parametrize("name", sorted(all_commands().keys() - ACTING))
def test_what_is_read_can_be_had_as_json(name: str) -> None:
    options = [option for each in all_commands()[name].params for option in each.opts]
    assert "--json" in options


def test_commands_that_act_are_commands() -> None:
    assert all_commands().keys() >= ACTING


@pytest.mark.parametrize(("terminal", "rows"), [(True, SHOWN), (False, 2 * SHOWN)])
def test_differences_are_cut_for_people_alone(
    terminal: bool, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = io.StringIO()
    screen = Screen(file=out, force_terminal=terminal, width=200, color_system=None)
    monkeypatch.setattr(heads, "console", screen)
    monkeypatch.setattr(heads, "tell", screen.print)
    heads.show("intake", [Difference(f"intake-{n:03}", "lost", 1, 2) for n in range(2 * SHOWN)])
    assert len(re.findall(r"intake-\d{3}", out.getvalue())) == rows


PRODUCTION = ServiceSettings(environment="production", _env_file=None)


def test_production_takes_a_token_by_option_or_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert tokens_from("a.b.c", PRODUCTION)("p-1") == "a.b.c"
    monkeypatch.setenv(VARIABLE, "d.e.f\n")
    assert tokens_from(None, PRODUCTION)("p-1") == "d.e.f"
    assert tokens_from("a.b.c", PRODUCTION)("p-1") == "a.b.c"


def test_production_without_a_token_says_where_to_put_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    with pytest.raises(TokenMissing, match=VARIABLE):
        tokens_from(None, PRODUCTION)


@pytest.mark.parametrize(
    "token", ["令牌", "a.b\nc.d", "Bearer a.b.c", '"a.b.c"', "a b", "a\x1b[2J"]
)
def test_what_is_no_token_is_refused_before_it_becomes_a_header(token: str) -> None:
    with pytest.raises(TokenMalformed, match="Bearer"):
        tokens_from(token, PRODUCTION)


async def test_in_development_a_token_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    settings = ServiceSettings(environment="development", _env_file=None)
    token = tokens_from(None, settings)("p-1")
    checker = Tokens(DevelopmentKey(DEVELOPMENT_SECRET), settings.jwt_issuer, settings.jwt_audience)
    assert await checker.subject(token) == "p-1"


def test_what_is_due_at_midnight_is_due_on_the_day_before() -> None:
    assert due_day("2025-06-03T16:00:00.000Z") == "2025-06-03"
    assert due_day("2025-06-03T10:00:00.000Z") == "2025-06-03"


NAMES = {"u-hou": "市住建局", "p-hou-1": "王芳"}


def entry(actor: str, **about_: object) -> dict[str, object]:
    return {"at": "2025-03-03T01:00:00.000Z", "type": "case.assigned.v1", "actor": actor,
            "about": about_}  # fmt: skip


def test_a_timeline_names_units_and_officials_and_shows_no_ids() -> None:
    actors = ("p-hou-1", "system:reminder", "c-npc", "p-n9")
    assert [who_acted(entry(actor), NAMES) for actor in actors] == [
        "王芳", "系统", "对接平台", "提出人",
    ]  # fmt: skip
    assert about(entry("p-hou-1", unit="u-hou", round=2), NAMES) == "市住建局 第 2 轮"


def test_a_case_is_shown_with_names_words_and_its_due_day(
    capsys: pytest.CaptureFixture[str],
) -> None:
    page = {
        "title": HOSTILE, "label": "2025年第1号建议", "case_id": CASE_ID, "kind": "suggestion",
        "status": "handling", "light": "yellow", "leads": ["u-hou"], "names": NAMES,
        "due": "2025-06-03T16:00:00.000Z", "timeline": [entry("p-hou-1", unit="u-hou")],
    }  # fmt: skip
    show(page, everything=True)
    said = capsys.readouterr().out
    assert "2025-06-03 到期" in said
    assert "市住建局" in said
    assert "u-hou" not in said
    assert "\x1b" not in said
