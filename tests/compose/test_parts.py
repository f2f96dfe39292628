"""testcontainers starts broker and store from the images that are deployed."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.compose.engine import Engine, missing

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(bool(missing()), reason=missing() or "an engine can be had"),
]


def test_the_integration_tests_run_on_these_images(engine: Engine, tmp_path: Path) -> None:
    """Without the helper container that testcontainers would pull."""
    words = ("-q", "-p", "no:cacheprovider", f"--basetemp={tmp_path / 'own'}", "tests/integration")
    more = {"DUBAN_TEST_PARTS": "docker", "TESTCONTAINERS_RYUK_DISABLED": "true"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *words],
        env={**engine.environment, **more},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:]
