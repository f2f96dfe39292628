"""`duban login`, `duban logout`: login at the identity provider, from a terminal."""

from datetime import datetime

import typer

from shared.kernel.calendar import BUSINESS_ZONE
from shared.ops.base.terminal import tell
from shared.ops.login.answers import DeviceCode
from shared.ops.login.device_grant import DeviceGrant
from shared.ops.login.kept_login import Login
from shared.ops.login.session import TerminalSession, claims_of
from shared.service.settings import ServiceSettings

app = typer.Typer()
LONGEST_SUBJECT = 80


@app.command()
def login() -> None:
    """登录统一身份认证：在浏览器中输入代码，此后 import、case 等命令以您的身份办理。Log in."""
    session = TerminalSession.here(ServiceSettings())
    kept = session.begin(lambda provider: DeviceGrant(provider, show))
    tell(f"已登录{subject(kept)}。{lifetime(kept)}Logged in.")


@app.command()
def logout() -> None:
    """退出登录：删除本机保存的令牌，并请统一身份认证注销。Log out."""
    ended = TerminalSession.here(ServiceSettings()).end()
    if ended is None:
        tell("本机没有登录。There was no login.")
    else:
        there = "" if ended else "统一身份认证不支持注销，令牌到期前仍有效。"
        tell(f"已退出登录。{there}Logged out.")


def show(code: DeviceCode) -> None:
    tell(f"请在浏览器中打开（手机、其他电脑均可）：{code.verification_uri}")
    tell(f"输入代码：{code.user_code}（{max(1, code.lifetime // 60)} 分钟内有效）")
    if code.verification_uri_complete:
        tell(f"或者直接打开：{code.verification_uri_complete}")
    tell("等待您在网页上确认…… Waiting for you to confirm there.")


def subject(kept: Login) -> str:
    """Returns the person's id as the token has it; the API checks it."""
    name = claims_of(kept.access_token).get("sub")
    return f"：{name[:LONGEST_SUBJECT]}" if isinstance(name, str) else ""


def lifetime(kept: Login) -> str:
    if kept.expires_at is None:
        return "有效期未说明。"
    end = f"{datetime.fromtimestamp(kept.expires_at, BUSINESS_ZONE):%Y-%m-%d %H:%M}"
    return f"有效期至 {end}{'，届时自动续期' if kept.refresh_token else ''}。"
