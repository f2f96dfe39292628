"""Policies in layers: a place says what differs, takes kinds away, and is refused where its rules
would be shown as those of its base."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from shared.ledger_import.table import load_ledgers, load_uploads
from shared.ops.cli.commands.policies import wrong_in
from shared.service.config.access_tables import load_access
from shared.service.config.audit_policy import load_audit_policy
from shared.service.config.labels import load_labels
from shared.service.config.layers import MOST_LAYERS, layers
from shared.service.config.located_yaml import DataRefused
from shared.service.config.policies import PolicyBook, load_policies
from shared.service.config.policy_rows import missing_organs

DEPLOYED = Path("deploy/policies")
OWN = "defaults: {version: own-1}\n"
OTHER_SHAPES = ("- rows\n", "rows: 3\n", "defaults: 1\nrows: []\n", "kinds: []\n")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    folder = tmp_path / "place"
    return made(folder, DEPLOYED.resolve())


def made(folder: Path, base: Path) -> Path:
    folder.mkdir()
    (folder / "base.yaml").write_text(f"base: {base}\n")
    return folder


def book(folder: Path, rules: str) -> PolicyBook:
    (folder / "policy.yaml").write_text(rules)
    return load_policies(folder)


def refusal(folder: Path, rules: str) -> str:
    with pytest.raises(DataRefused) as refused:
        book(folder, rules)
    return str(refused.value)


def test_a_place_without_files_has_all_of_its_base(place: Path) -> None:
    assert load_policies(place).rows == load_policies(DEPLOYED).rows
    assert load_labels(place) == load_labels(DEPLOYED)
    assert load_access(place, "intake") == load_access(DEPLOYED, "intake")
    assert load_audit_policy(place) == load_audit_policy(DEPLOYED)
    assert load_ledgers(place / "ledgers.yaml") == load_ledgers(DEPLOYED / "ledgers.yaml")


def rules(kinds: Any = None, rows: Any = (), **defaults: Any) -> str:
    """Returns the policy.yaml of a place."""
    own = {"defaults": {"version": "own-1", **defaults}, "kinds": kinds or {}, "rows": list(rows)}
    return yaml.safe_dump(own, allow_unicode=True)


NINE = {"period": {"unit": "WD", "length": 9}}


@pytest.mark.parametrize("folder", sorted(Path("deploy/places").iterdir()), ids=lambda f: f.name)
def test_every_place_that_is_delivered_is_in_order(folder: Path) -> None:
    assert wrong_in(folder) == []
    assert load_policies(folder).rows != load_policies(DEPLOYED).rows


def test_defaults_and_kinds_of_a_place_are_laid_over_those_of_its_base(place: Path) -> None:
    reply = {"reply": {**NINE, "basis": "本地"}}
    own = {"petition": {"numbering": {"label": "第{number}号"}, "obligations": reply}}
    rows, before = book(place, rules(own)).rows, load_policies(DEPLOYED).rows
    assert {row.version for row in rows} == {"own-1"}
    for row, old in zip(rows, before, strict=True):
        if row.kind == "petition":
            assert (row.numbering.label, row.obligations["reply"].basis) == ("第{number}号", "本地")
            assert row.obligations["reply"].ladder == old.obligations["reply"].ladder
        else:
            assert row == old.model_copy(update={"version": "own-1"})


def test_a_kind_can_be_taken_away_and_a_row_added(place: Path) -> None:
    far = {"kind": "suggestion", "channel": "visit", "agency": "u-far"}
    added = [{**far, "numbering": {"label": "{number}"}}]
    rows = book(place, rules({"hotline": None, "motion": None}, added)).rows
    assert {row.kind for row in rows} == {"suggestion", "proposal", "petition"}
    assert [row.channel for row in rows if row.agency == "u-far"] == ["visit"]


def test_null_takes_away_what_a_kind_inherits(place: Path) -> None:
    rows = book(place, rules({"suggestion": {"obligations": {"call": None}}})).rows
    assert {row.kind for row in rows if "call" in row.obligations} == {"motion", "proposal"}


def test_the_source_of_a_changed_period_has_to_be_said(place: Path) -> None:
    """The source of the base would be shown as a rule that says something else."""
    lines = refusal(place, rules(obligations={"rating": NINE})).splitlines()
    files = {str(folder / "policy.yaml") for folder in (place, DEPLOYED.resolve())}
    assert {line.partition(":")[0] for line in lines} == files
    assert all("the source of another period" in line for line in lines if "rating: " in line)


def test_rules_of_a_place_need_a_version_of_their_own(place: Path) -> None:
    text = refusal(place, "kinds: {hotline: null}\nrows: []\n")
    assert text == f"{place}/policy.yaml:1: defaults.version: a place needs a version of its own"


def test_a_fault_names_the_file_in_which_it_stands(place: Path) -> None:
    wrong = "kinds:\n  petition:\n    closing: never\nrows: []\n"
    first, *_ = refusal(place, OWN + wrong).splitlines()
    assert first.startswith(f"{place}/policy.yaml:4: rows.")
    assert "closing" in first


def test_a_kind_without_rows_is_refused(place: Path) -> None:
    text = refusal(place, f"{OWN}kinds: {{petitions: {{closing: replied}}}}\nrows: []\n")
    assert text == f"{place}/policy.yaml:2: kinds.petitions: no row is of the kind 'petitions'"


def test_words_of_a_place_win_and_those_of_a_kind_follow_those_of_the_base(place: Path) -> None:
    special = "special:\n  - {kinds: [petition], words: {status: {accepted: [收下, Taken]}}}\n"
    (place / "labels.yaml").write_text("part: {co: [协办, Co-handler]}\n" + special)
    labels = load_labels(place)
    assert labels.label("part", "co") == "协办"
    assert labels.label("part", "lead") == "主办"
    assert labels.label("status", "accepted", kind="petition") == "收下"
    assert labels.label("status", "declined", kind="petition") == "不予受理"


def test_other_files_are_laid_over_too(place: Path) -> None:
    (place / "audit.yaml").write_text("version: own-1\nkeep_days: 800\n")
    (place / "ledgers.yaml").write_text("uploads: {megabytes: 2}\n")
    assert load_audit_policy(place).keep_days == 800
    assert load_audit_policy(place).readers == load_audit_policy(DEPLOYED).readers
    assert load_uploads(place / "ledgers.yaml").megabytes == 2


def test_organs_of_a_place_are_looked_up_in_its_directory(place: Path) -> None:
    book(place, rules({"petition": {"organs": {"screening": "u-visits"}}}))
    faults = missing_organs(place, {"u-npcsc-dep"})
    assert any("no unit 'u-visits'" in fault and str(place) in fault for fault in faults)
    assert len({fault.partition(": ")[0] for fault in faults}) == len(faults), "each line once"


@pytest.mark.parametrize("text", ["base: ../nowhere\n", "base: 3\n", "- base\n", "bases: x\n", ""])
def test_a_base_that_is_not_there_is_refused(place: Path, text: str) -> None:
    (place / "base.yaml").write_text(text)
    with pytest.raises(DataRefused, match=r"base\.yaml:1"):
        load_policies(place)


def test_a_circle_of_bases_is_refused(tmp_path: Path) -> None:
    one = made(tmp_path / "one", Path("../two"))
    made(tmp_path / "two", Path("../one"))
    with pytest.raises(DataRefused, match=f"more than {MOST_LAYERS} layers"):
        layers(one)


@pytest.mark.parametrize(
    "text", ["- rows\n", "rows: 3\n", "defaults: 1\nrows: []\n", "kinds: []\n"]
)
def test_a_layer_of_another_shape_is_refused(place: Path, text: str) -> None:
    assert str(place) in refusal(place, text)
