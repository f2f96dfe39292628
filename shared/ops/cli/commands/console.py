"""`duban console`: builds the pages of the console, or runs their own checks."""

from typing import Annotated, Literal, cast

import typer

from shared.ops.base.settings import OpsSettings
from shared.ops.base.terminal import tell
from shared.ops.cli.arguments import one_of
from shared.ops.console.node import NodeMissing
from shared.ops.console.sources import files_in
from shared.ops.console.workshop import Workshop

app = typer.Typer()
What = Literal["build", "check"]
CHECKS = ("check", "test", "budget")
"""Scripts of web/console: types and style, its tests, and the weight of the pages."""


@app.command()
def console(
    what: Annotated[str, typer.Argument(help="build 构建，check 检查")] = "build",
) -> None:
    """构建工作台的网页，或检查其代码；内容未变的不重做。Build or check the console's pages."""
    chosen = cast(What, one_of("操作", what, ("build", "check")))
    workshop = Workshop(OpsSettings().downloads, tell)
    if chosen == "build":
        tell(f"工作台在 {workshop.build()}。The console is built.")
    elif not files_in(workshop.root):
        tell("没有工作台的源文件，跳过检查。There are no sources of the console: not checked.")
    else:
        check(workshop)


def check(workshop: Workshop) -> None:
    """Runs the checks; skips them, with the reason, where no node can be had. Raises NotBuilt."""
    try:
        ran = workshop.check(CHECKS)
    except NodeMissing as missing:
        tell(f"跳过工作台的检查：{missing}")
        return
    tell("工作台检查通过。The console is checked." if ran else "工作台未变，已检查过。Unchanged.")
