"""Live status on the screen during `duban run`."""

from collections.abc import Mapping

from rich.table import Table
from rich.text import Text

from shared.ops.embedded.part import Part
from shared.ops.supervision.child import Condition
from shared.ops.supervision.supervisor import Supervisor

WORDS = {
    Condition.STARTING: Text("启动中 starting", "yellow"),
    Condition.READY: Text("就绪 ready", "green"),
    Condition.NOT_READY: Text("未就绪 not ready", "yellow"),
    Condition.RESTARTING: Text("重启中 restarting", "red"),
    Condition.STOPPED: Text("已停止 stopped"),
}


def status_of(supervisor: Supervisor, parts: Mapping[str, Part]) -> Table:
    table = Table("进程 process", "状态 state", "进程号 pid", "重启 restarts", "上次退出 last exit")
    for node in (node for part in parts.values() for node in part.nodes):
        state = Condition.READY if node.pid else Condition.RESTARTING
        table.add_row(node.name, WORDS[state], str(node.pid or ""), "", "")
    for name, doing in supervisor.doing.items():
        last = "" if doing.last_exit is None else str(doing.last_exit)
        table.add_row(
            name, WORDS[doing.condition], str(doing.pid or ""), str(doing.restarts or ""), last
        )
    return table
