"""Rules and dashboards, as Prometheus' own tool and Grafana read them."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

FOLDER = Path("deploy/prometheus")
RULE_FILES = sorted((FOLDER / "rules").glob("*.yml"))
DASHBOARDS = sorted(Path("deploy/grafana/dashboards").glob("*.json"))
PAGE = Path("docs/operations/alerts.md")
promtool = pytest.mark.skipif(
    shutil.which("promtool") is None, reason="promtool is not installed (Debian: prometheus)"
)


def rules() -> list[dict[str, Any]]:
    files = [yaml.safe_load(file.read_text()) for file in RULE_FILES]
    return [rule for file in files for group in file["groups"] for rule in group["rules"]]


ALERTS = {rule["alert"]: rule for rule in rules() if "alert" in rule}
RECORDS = {rule["record"]: rule for rule in rules() if "record" in rule}


def cases_of_rules() -> list[dict[str, Any]]:
    files = [yaml.safe_load(file.read_text()) for file in (FOLDER / "tests").glob("*.yml")]
    return [test for file in files for test in file["tests"]]


def run(*arguments: str) -> str:
    done = subprocess.run(
        ["promtool", *arguments], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@promtool
def test_prometheus_reads_the_configuration_and_every_rule() -> None:
    said = run("check", "config", str(FOLDER / "prometheus.yml"))
    assert all(file.name in said for file in RULE_FILES)


@promtool
@pytest.mark.on_change("alerts")
def test_rules_pass_their_tests() -> None:
    said = run("test", "rules", *map(str, sorted((FOLDER / "tests").glob("*.yml"))))
    assert said.count("SUCCESS") == len(RULE_FILES)


@promtool
def test_a_broken_rule_does_not_pass(tmp_path: Path) -> None:
    """The tests of the rules can fail: the border is moved, and they do."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "tests").mkdir()
    text = (FOLDER / "rules/processes.yml").read_text()
    assert "< 0.15" in text
    (tmp_path / "rules/processes.yml").write_text(text.replace("< 0.15", "< 0.05"))
    shutil.copy(FOLDER / "tests/processes.yml", tmp_path / "tests")
    with pytest.raises(AssertionError, match="DubanDiskLow"):
        run("test", "rules", str(tmp_path / "tests/processes.yml"))


@pytest.mark.parametrize("alert", ALERTS)
def test_every_alert_is_tested_both_ways_and_described(alert: str) -> None:
    cases = [
        case
        for test in cases_of_rules()
        for case in test.get("alert_rule_test", [])
        if case["alertname"] == alert
    ]
    assert any(case["exp_alerts"] for case in cases)
    assert any(not case["exp_alerts"] for case in cases)
    rule = ALERTS[alert]
    assert rule["labels"]["severity"] in ("page", "ticket")
    assert re.search(r"[\u4e00-\u9fff]", rule["annotations"]["summary"])
    assert rule["annotations"]["runbook"] == f"{PAGE}#{alert.lower()}"
    assert re.search(rf"^### {alert}$", PAGE.read_text(), re.MULTILINE)


def test_the_page_of_alerts_describes_no_other() -> None:
    assert set(re.findall(r"^### (\w+)$", PAGE.read_text(), re.MULTILINE)) == set(ALERTS)


@pytest.mark.parametrize("record", RECORDS)
def test_every_recording_is_tested(record: str) -> None:
    expected = [
        case["expr"] for test in cases_of_rules() for case in test.get("promql_expr_test", [])
    ]
    assert any(re.search(rf"\b{re.escape(record)}\b", one) for one in expected)


@pytest.mark.parametrize("file", DASHBOARDS, ids=lambda file: file.stem)
def test_a_dashboard_has_a_fixed_name_and_asks_the_provisioned_source(file: Path) -> None:
    board = json.loads(file.read_text())
    source = yaml.safe_load(
        Path("deploy/grafana/provisioning/datasources/prometheus.yml").read_text()
    )["datasources"][0]
    assert board["uid"] == f"duban-{file.stem}"
    assert "id" not in board
    numbers = [panel["id"] for panel in board["panels"]]
    assert len(set(numbers)) == len(numbers)
    for panel in board["panels"]:
        assert panel["datasource"] == {"type": "prometheus", "uid": source["uid"]}
        assert all(target["datasource"]["uid"] == source["uid"] for target in panel["targets"])


@pytest.mark.parametrize("file", DASHBOARDS, ids=lambda file: file.stem)
def test_every_panel_says_what_it_shows_and_which_runbook_helps(file: Path) -> None:
    board = json.loads(file.read_text())
    assert re.search(r"[\u4e00-\u9fff]", board["description"])
    for panel in board["panels"]:
        described = panel["description"]
        assert re.search(r"[\u4e00-\u9fff]", described), panel["title"]
        page, _, heading = described.rsplit(" ", 1)[1].partition("#")
        names = [name.lower() for name in re.findall(r"^### (\w+)$", Path(page).read_text(), re.M)]
        assert not heading or heading in names, described


def test_grafana_looks_for_dashboards_where_they_are_mounted() -> None:
    provider = yaml.safe_load(Path("deploy/grafana/provisioning/dashboards/duban.yml").read_text())[
        "providers"
    ][0]
    mounted = yaml.safe_load(Path("docker-compose.yml").read_text())["services"]["grafana"]
    assert f"./deploy/grafana/dashboards:{provider['options']['path']}:ro" in mounted["volumes"]


def test_the_chinese_page_names_every_alert() -> None:
    """`DubanTimersBurn*` stands for a family."""
    page = Path("docs/operations/README.zh.md").read_text("utf-8")
    named = [name.replace("*", ".*") for name in re.findall(r"`(Duban[A-Za-z0-9]+\*?)`", page)]
    assert [alert for alert in ALERTS if not any(re.fullmatch(n, alert) for n in named)] == []
    assert [n for n in named if not any(re.fullmatch(n, alert) for alert in ALERTS)] == []
