"""Generated documents say what the code says, and every page that is linked exists."""

import re
from pathlib import Path

import pytest

from shared.ops.docgen.pages import pages

PAGES = sorted([Path("README.md"), Path("CONTRIBUTING.md"), *Path("docs").rglob("*.md")])
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize(("path", "content"), list(pages()), ids=lambda value: str(value)[:40])
def test_a_generated_document_is_current(path: Path, content: str) -> None:
    assert path.exists(), "run `make docs`"
    assert path.read_text(encoding="utf-8") == content, f"{path} is stale: run `make docs`"


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_links_lead_somewhere(page: Path) -> None:
    targets = LINK.findall(page.read_text(encoding="utf-8")) if page.exists() else []
    assert [to for to in targets if not (page.parent / to).exists()] == []
