"""What stops an operator, said in Chinese and in English."""


class OpsError(Exception):
    def __init__(self, chinese: str, english: str) -> None:
        super().__init__(f"{chinese}\n{english}")


def first_of(error: BaseException) -> BaseException:
    """What went wrong first, without the groups around it."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


class PartMissing(OpsError):
    """No way was found to get a broker or a store."""


class PartFailed(OpsError):
    """A broker or a store was found, but did not come up."""


class ChildRefused(OpsError):
    """A process says itself why it must not start, in Chinese and in English."""

    def __init__(self, name: str, said: str) -> None:
        super().__init__(f"进程 {name} 拒绝启动 ({name} refused to start)：", said)


class PortTaken(OpsError):
    def __init__(self, port: int, setting: str) -> None:
        super().__init__(
            f"端口 {port} 已被占用，可用 {setting} 改用其他端口。",
            f"Port {port} is taken; choose another one with {setting}=PORT.",
        )


class AlreadyRunning(OpsError):
    def __init__(self, folder: str, pid: str) -> None:
        super().__init__(
            f"本目录的督办系统已在运行（进程 {pid}），数据目录为 {folder}。",
            f"Duban already runs on {folder} (process {pid}): stop it first, "
            "or name another folder with DUBAN_DATA.",
        )


class DownloadFailed(OpsError):
    def __init__(self, what: str, reason: str) -> None:
        super().__init__(
            f"未能下载 {what}。",
            f"Could not download {what} ({reason}). Ways on from here: try again (what came "
            "is kept); HTTPS_PROXY for a proxy and REQUESTS_CA_BUNDLE for its certificate; "
            "DUBAN_MAVEN_REPOSITORY for a mirror; DUBAN_CACHE for a folder that another machine "
            "has filled; KAFKA_BOOTSTRAP_SERVERS for a broker of your own; docker compose up.",
        )
