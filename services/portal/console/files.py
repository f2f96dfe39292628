"""Files of the console: a built folder under `/console`, whose pages know all other addresses."""

from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

INDEX, ASSETS, API = "index.html", "assets/", "api"
IMMUTABLE = "public, max-age=31536000, immutable"
ALWAYS_ASKED = "no-cache"
NOT_FOUND, UNAVAILABLE = 404, 503
NOT_BUILT = """<!doctype html><html lang="zh"><head><meta charset="utf-8">
<title>督办工作台</title><meta name="viewport" content="width=device-width, initial-scale=1">
<style>body { font: 18px/1.8 "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; color: #1f2329;
max-width: 40rem; margin: 10vh auto; padding: 0 1.5rem; } h1 { font-size: 1.5rem; }
code { background: #e8eff6; padding: 0 .25rem; }</style></head><body>
<h1>工作台尚未构建</h1>
<p>接口和其他服务照常运行，只是还没有可以显示的网页。</p>
<p>请在项目目录执行 <code>make console</code>，完成后刷新本页；<code>make run</code>
启动时会自动构建，正在构建的请稍候再刷新。未能构建的，启动窗口写明了原因。</p>
<p>接口说明见 <a href="/docs">/docs</a>。</p>
<p lang="en">The console is not built yet: run <code>make console</code>, then reload.</p>
</body></html>"""


class ConsoleFiles:
    """ASGI: the files of a folder that may come later. The name of an asset says its content, so it
    is kept for ever; the index names the assets, so it is never kept."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._files = History(directory=folder or ".", check_dir=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        built = self._folder is not None and (self._folder / INDEX).is_file()
        app = self._files if built else HTMLResponse(NOT_BUILT, UNAVAILABLE)
        await app(scope, receive, send)


class History(StaticFiles):
    """Answers the index where there is no such file, so that every address of a page can be opened,
    kept and sent."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        if is_hidden(path) or path.split("/", maxsplit=1)[0] == API:
            raise HTTPException(NOT_FOUND)
        try:
            found = await super().get_response(path, scope)
        except HTTPException as error:
            if error.status_code != NOT_FOUND or path.startswith(ASSETS):
                raise
            return await self._index(scope)
        found.headers["Cache-Control"] = IMMUTABLE if path.startswith(ASSETS) else ALWAYS_ASKED
        return await self._index(scope) if path == INDEX else found

    async def _index(self, scope: Scope) -> Response:
        answer = await super().get_response(INDEX, {**scope, "headers": []})
        answer.headers["Cache-Control"] = "no-store"
        return answer


def is_hidden(path: str) -> bool:
    """Returns whether a part of the path begins with a dot; the folder itself is named `.`."""
    return path != "." and any(part.startswith(".") for part in path.split("/"))
