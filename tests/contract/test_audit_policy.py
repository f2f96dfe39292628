"""The policy of the audit trail: its commands exist, and the law's shortest time is kept."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from shared.audit.entry import KINDS, Result
from shared.ops.cli import commands
from shared.service.config.audit_policy import LEAST_DAYS, load_audit_policy
from shared.service.config.labels import policies_in_use, standard_labels
from shared.service.config.located_yaml import DataRefused
from shared.service.processes.registry import SERVICES, definition_of

DESCRIPTIONS = Path(__file__).parents[2] / "docs" / "openapi"
POLICY = load_audit_policy(policies_in_use())


@pytest.mark.parametrize("service", POLICY.administration)
def test_every_command_of_administration_is_one_that_people_may_send(service: str) -> None:
    actions = POLICY.administration[service]
    assert actions == "any" or set(actions) <= set(definition_of(service).action_names)


def test_who_erases_is_traced_before() -> None:
    for action in ("ask-erasure", "confirm-erasure", "stop-erasure"):
        assert POLICY.is_administration("intake", action)
    assert POLICY.is_administration("directory", "grant-delegation")
    assert not POLICY.is_administration("intake", "register-case")


def test_entries_are_kept_for_half_a_year_at_least(tmp_path: Path) -> None:
    text = (policies_in_use() / "audit.yaml").read_text("utf-8")
    short = text.replace(f"keep_days: {POLICY.keep_days}", f"keep_days: {LEAST_DAYS - 1}")
    (tmp_path / "audit.yaml").write_text(short, "utf-8")
    with pytest.raises(DataRefused, match="keep_days"):
        load_audit_policy(tmp_path)


def test_every_kind_and_result_has_a_name() -> None:
    assert set(standard_labels().codes("audit-kind")) == set(KINDS)
    assert set(standard_labels().codes("audit-result")) == set(get_args(Result))


def functions_of(service: str) -> Iterator[str]:
    """Yields the names of a service's routes as the trail has them; those of commands have their
    name from the form."""
    paths = json.loads((DESCRIPTIONS / f"{service}.json").read_text("utf-8"))["paths"]
    for path, operations in paths.items():
        for method, operation in operations.items():
            tail = re.sub(r"\W", "_", path) + f"_{method}"
            function = operation["operationId"].removesuffix(tail).replace("_", "-")
            if operation.get("x-action") != function:
                yield function


@pytest.mark.parametrize("service", SERVICES)
def test_every_act_in_the_trail_has_a_name(service: str) -> None:
    named = set(standard_labels().codes("audit-act"))
    functions = set(functions_of(service))
    assert "condition" in functions
    assert functions - named == set()


def test_acts_of_operators_have_names() -> None:
    folder = Path(commands.__file__).parent
    text = "".join(file.read_text("utf-8") for file in sorted(folder.glob("*.py")))
    acts = set(re.findall(r'(?:audited\(|\.entry\()(?:[^"()]*(?:\(\))?[^"()]*)"([a-z-]+)"', text))
    assert {"rebuild", "list-trail", "prune-trail", "prepare", "rotate-keys"} <= acts
    assert acts - set(standard_labels().codes("audit-act")) == set()
