"""`duban rotate-signing-key`: makes a new key pair for services of this machine."""

from typing import Annotated

import typer

from shared.ops.base.terminal import tell
from shared.ops.cli.arguments import owner_named
from shared.ops.installation.audited import audited
from shared.ops.installation.local_settings import settings_here
from shared.signing.key_folder import rotate

app = typer.Typer()


def owners(given: list[str]) -> list[str]:
    return [owner_named(each) for each in given]


@app.command("rotate-signing-key")
def rotate_signing_key(
    services: Annotated[list[str], typer.Argument(help="有事件库的服务", callback=owners)],
) -> None:
    """更换服务的签名密钥：新公钥先入公钥环，进程重启后用新私钥。A new signing key for a service."""
    settings = settings_here()
    with audited(settings, "rotate-signing-key", "、".join(services)):
        for service in services:
            pair = rotate(settings.signing_folder, service)
            tell(
                f"{service}：新密钥 {pair.id} 已入公钥环，重启该服务的进程后启用。旧公钥请勿删除。"
            )
