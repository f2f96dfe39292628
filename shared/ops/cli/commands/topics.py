"""`duban topics`: creates the topics, and reports where a broker differs from the declaration."""

import typer

from shared.kafka.namespace import Namespace
from shared.kafka.topic_admin import create_topics, differences
from shared.kafka.topics import topics_in
from shared.ops.base.screen import Json, as_json
from shared.ops.base.terminal import complaint, console
from shared.ops.installation.connectivity import need_bus
from shared.ops.installation.local_settings import settings_here
from shared.service.resources.connections import broker_access

app = typer.Typer()
topics = typer.Typer(help="Kafka 主题：创建、核对。Create and verify the topics.")
app.add_typer(topics, name="topics")


@topics.command()
def create() -> None:
    """创建缺少的主题。Make the topics that are missing; none is changed."""
    settings = settings_here()
    need_bus(settings)
    made = create_topics(broker_access(settings), topics_in(Namespace(settings.space)))
    console.print(f"已创建 made: {', '.join(made) or '无 none'}")


@topics.command()
def verify(json_lines: Json = False) -> None:
    """核对主题设置。Compare the broker with what is declared; exits with 1 when they differ."""
    settings = settings_here()
    need_bus(settings)
    declared = topics_in(Namespace(settings.space))
    faults = differences(broker_access(settings), declared)
    if json_lines:
        typer.echo(as_json({"declared": [topic.name for topic in declared], "faults": faults}))
        raise typer.Exit(1 if faults else 0)
    if faults:
        raise complaint("\n".join(["与声明不一致。The broker differs:", *faults]))
    console.print(f"一致。As declared: {', '.join(topic.name for topic in declared)}")
