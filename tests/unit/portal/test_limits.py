"""The console says beforehand what is too long for a file or a paper."""

import re
from pathlib import Path

from services.portal.ledger import MOST_EXPORTED
from services.portal.printing.routes import MOST_PRINTED


def test_the_console_has_the_limits_of_files_and_papers() -> None:
    text = Path("web/console/src/ledger/limits.ts").read_text("utf-8")
    said = {name: int(number) for name, number in re.findall(r"(\w+): (\d+)", text)}
    kept: dict[str, int] = {form: number for form, number in MOST_EXPORTED.items()}
    assert said == kept | {"print": MOST_PRINTED}
