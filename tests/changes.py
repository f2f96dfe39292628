"""Tests that run when what they test has changed: `@pytest.mark.on_change("planted bugs")`.

They are slow, and prove what a change elsewhere cannot break: services import nothing of each
other, so a change in one service leaves the machinery under all of them and the journeys through
the others as they were. `make test` leaves out a test while no path of its sets has changed; `make
test-all` runs all of them, and so does a run that names files.

"Changed" is measured against a base commit: `DUBAN_CHANGED_SINCE` where it is set; on a branch with
commits of its own the last one that `origin/main` has; on `origin/main` itself, as in a fresh clone
of the build, the commit that `tests/proven` names: the newest one of which every test has passed.
Where that is no ancestor, the newest commit that is older than three days counts. Work that is not
committed counts as changed. Where the base is not known (no git, a shallow clone, a young history)
everything runs.
"""

import os
import subprocess
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

PROVEN = Path("tests/proven")
COMMON = (
    "deploy/policies",
    "deploy/samples",
    "requirements.lock",
    "shared",
    "tests/conftest.py",
    "tests/nodes.py",
    "tests/parts.py",
)
"""Paths on which every service depends."""
PATHS: Mapping[str, tuple[str, ...]] = {
    "alerts": (*COMMON, "deploy/grafana", "deploy/prometheus", "tests/deploy"),
    "carried browser": ("deploy/browser", "shared/ops/console/browser.py"),
    "planted bugs": (
        "shared/contracts",
        "shared/kernel",
        "shared/testing/faults",
        "shared/kafka",
        "shared/mongo",
        "shared/service/commands/memory.py",
        "shared/service/projections",
        "shared/service/reactions",
        "shared/service/subscriptions",
        "shared/signing",
        "tests/faults",
    ),
    "broker and disk faults": (
        "requirements.lock",
        "shared/http",
        "shared/kafka",
        "shared/kernel",
        "shared/mongo",
        "shared/ops",
        "shared/service",
        "shared/signing",
        "shared/testing",
        "shared/vault",
        "tests/faults",
        "tests/nodes.py",
        "tests/parts.py",
    ),
    "supervised processes": (
        "deploy/kafka",
        "deploy/mongo",
        "requirements.lock",
        "shared/cancelling.py",
        "shared/http",
        "shared/kafka",
        "shared/mongo",
        "shared/ops",
        "shared/service",
        "tests/integration/test_parts.py",
        "tests/integration/test_processes.py",
        "tests/integration/test_run.py",
        "tests/integration/test_supervisor.py",
        "tests/nodes.py",
        "tests/parts.py",
    ),
    "killed processes": (
        "requirements.lock",
        "shared/contracts",
        "shared/http",
        "shared/kafka",
        "shared/kernel",
        "shared/mongo",
        "shared/ops/supervision",
        "shared/service",
        "shared/signing",
        "shared/testing",
        "tests/e2e/processes.py",
        "tests/e2e/test_restarts.py",
        "tests/faults/workers",
    ),
    "killed re-dating": (
        "services/reminder",
        "shared/mongo",
        "shared/service/commands",
        "shared/service/timers",
        "tests/faults/workers/test_reminders.py",
        "tests/integration/redating.py",
        "tests/integration/test_redating_killed.py",
    ),
    "lost stores": (
        "shared/kafka",
        "shared/kernel",
        "shared/mongo",
        "shared/ops/embedded",
        "shared/service/eventlog",
        "shared/testing/faults",
        "tests/faults/clients.py",
        "tests/faults/test_store_lost.py",
        "tests/nodes.py",
    ),
    "random requests": (
        "shared/http",
        "shared/service/api",
        "shared/service/processes/connection.py",
        "tests/component/access",
    ),
    "fresh clone": (
        "Makefile",
        "pyproject.toml",
        "requirements.lock",
        "deploy/install.py",
        "deploy/samples",
        "deploy/kafka/jars.lock",
        "shared/demo",
        "shared/ledger_import",
        "shared/ops",
        "tests/e2e/ledgers.py",
        "tests/e2e/test_fresh_clone.py",
    ),
    "secured installation": (
        "docker-compose.yml",
        "deploy/kafka",
        "deploy/mongo",
        "deploy/make_secrets.py",
        "shared/kafka",
        "shared/mongo",
        "shared/ops/embedded",
        "shared/ops/provisioning",
        "shared/service/processes",
        "shared/service/resources",
        "shared/service/settings.py",
        "shared/signing",
        "tests/integration/secured.py",
        "tests/integration/test_secured_parts.py",
        "tests/integration/test_secured_processes.py",
    ),
    "more partitions": (
        "docs/operations/more-partitions.md",
        "shared/kafka",
        "shared/ops/cli",
        "shared/service/projections",
        "shared/service/subscriptions",
        "tests/integration/test_more_partitions.py",
    ),
    "restore on one machine": (
        "docs/operations/restore-a-backup.md",
        "shared/kafka/log_heads.py",
        "shared/ops/cli/commands",
        "shared/ops/installation",
        "shared/service/resources/start_checks.py",
        "tests/integration/test_restore_on_one_machine.py",
    ),
    "console": (*COMMON, "services/portal", "tests/e2e/console", "web"),
    "console build": (
        "deploy/console",
        "shared/ops/console",
        "tests/integration/test_console_build.py",
    ),
    "benchmarks": ("bench", "tests/bench"),
    "machinery": (*COMMON, "deploy/kafka", "deploy/mongo", "tests/integration"),
    "places": (*COMMON, "deploy/places", "tests/e2e"),
    "portal": (*COMMON, "services/portal", "tests/component/portal"),
    "intake": ("services/intake",),
    "assignment": ("services/assignment",),
    "handling": ("services/handling",),
    "feedback": ("services/feedback",),
    "reminder": ("services/reminder",),
    "directory": ("services/directory",),
    "disclosure": ("services/disclosure",),
}
"""Set → the files and folders whose change makes its tests run."""
FOLDERS = {"tests/integration/": "machinery"}
"""How a path begins → the set of its modules that name none."""
QUIET_DAYS = 3
DAY_SECONDS = 86_400


def sets_of(path: str, named: Collection[str]) -> frozenset[str]:
    """The sets of a test: those that it names, or that of its folder."""
    folder = (name for start, name in FOLDERS.items() if path.startswith(start))
    return frozenset(named or folder)


def unchanged() -> tuple[str, ...]:
    """The sets that nothing has changed since the base; none where the base is not known."""
    changed = changed_paths()
    if changed is None:
        return ()
    return tuple(name for name, paths in PATHS.items() if not touched(paths, changed))


def touched(paths: Iterable[str], changed: Collection[str]) -> bool:
    return any(path == name or path.startswith(f"{name}/") for name in paths for path in changed)


def changed_paths() -> list[str] | None:
    base = os.environ.get("DUBAN_CHANGED_SINCE") or own_base() or proven_base() or old_base()
    committed = git("diff", "--name-only", "--no-renames", base) if base else None
    new = git("ls-files", "--others", "--exclude-standard")
    return None if committed is None or new is None else [*committed, *new]


def own_base() -> str | None:
    """The last commit that `origin/main` has, where HEAD has others after it."""
    landed, head = git("merge-base", "HEAD", "origin/main"), git("rev-parse", "HEAD")
    return landed[0] if landed and landed != head else None


def proven_base() -> str | None:
    """The commit whose tests have all passed, where HEAD comes after it."""
    named = PROVEN.read_text().strip() if PROVEN.exists() else ""
    follows = named and git("merge-base", "--is-ancestor", named, "HEAD") is not None
    return named if follows else None


def old_base() -> str | None:
    log = git("log", "--first-parent", "--format=%ct %H", "HEAD") or ["0 "]
    times = [(int(moment), commit) for moment, _, commit in (line.partition(" ") for line in log)]
    latest = times[0][0] - QUIET_DAYS * DAY_SECONDS
    return next((commit for moment, commit in times if moment < latest), None)


def git(*words: str) -> list[str] | None:
    """The lines of git's answer; None where it refuses, or is not there."""
    try:
        done = subprocess.run(
            ("git", "-c", "safe.directory=*", "-c", "core.quotePath=false", *words),
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.splitlines()
