"""`duban docs`: writes the generated documents."""

import typer

from shared.ops.base.terminal import console
from shared.ops.docgen.pages import pages

app = typer.Typer()


@app.command()
def docs() -> None:
    """生成事实、时限和接口文档。Write the generated documents."""
    for path, content in list(pages()):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
        console.print(f"{path}")
