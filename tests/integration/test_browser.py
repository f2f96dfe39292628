"""Browsers for journeys: one from the PATH, else one from a package, installed once and whole."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from shared.ops.base.settings import OpsSettings
from shared.ops.console.browser import (
    BrowserMissing,
    Chromium,
    chromium_of_npm,
    chromium_on_path,
    find_browser,
    installed,
    pinned,
)
from shared.ops.console.node import node_on_path

needs_node = pytest.mark.skipif(
    isinstance(node_on_path(Path()), str), reason=f"no node: {node_on_path(Path())}"
)


def nowhere(downloads: Path) -> str:
    return "there is none"


def test_the_first_that_can_be_had_is_chosen_and_says_so(tmp_path: Path) -> None:
    own = Chromium(tmp_path / "chromium", "Chromium 1 of a test")
    assert find_browser(tmp_path, (nowhere, lambda _: own)) is own
    with pytest.raises(BrowserMissing, match="there is none; there is none"):
        find_browser(tmp_path, (nowhere, nowhere))


def test_a_path_without_one_is_a_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert chromium_on_path(tmp_path) == "there is no chromium on the PATH"


@needs_node
def test_an_installation_that_fails_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.ops.console.browser.LOCK", tmp_path / "no-lock")
    reason = installed(tmp_path / "chromium-1", tmp_path)
    assert reason
    assert "cannot be installed" in reason
    assert list(tmp_path.iterdir()) == []


@needs_node
@pytest.mark.on_change("carried browser")
def test_the_package_has_a_browser_that_draws_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without one on the PATH; the second time without a network."""
    downloads = OpsSettings().downloads.resolve()
    first = chromium_of_npm(downloads)
    if isinstance(first, str):
        pytest.skip(first)
    assert pinned() in first.chosen
    monkeypatch.setattr("shared.ops.console.browser.installed", lambda *_: "no network")
    again = chromium_of_npm(downloads)
    assert again == first
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=first.program,
            env={**os.environ, **first.environment},
            args=["--no-sandbox", "--disable-gpu"],
        )
        page = browser.new_page()
        page.goto("data:text/html;charset=utf-8,<h1>%E7%9D%A3%E5%8A%9E</h1>")
        assert page.inner_text("h1") == "督办"
        browser.close()
