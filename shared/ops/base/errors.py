"""Errors for operators, in Chinese and in English."""

from collections.abc import Mapping


class OpsError(Exception):
    def __init__(self, chinese: str, english: str) -> None:
        super().__init__(f"{chinese}\n{english}")


def first_of(error: BaseException) -> BaseException:
    """Returns the innermost first error of nested exception groups."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


class PartMissing(OpsError):
    """Raised when no provider has a broker or a store."""


class PartFailed(OpsError):
    """Raised when a broker or a store does not come up."""


class ChildRefused(OpsError):
    """Raised when a process refuses to start; it carries the words of the process, in Chinese
    and in English."""

    def __init__(self, name: str, words: str) -> None:
        super().__init__(f"进程 {name} 拒绝启动 ({name} refused to start)：", words)


class PortTaken(OpsError):
    def __init__(self, port: int, setting: str) -> None:
        super().__init__(
            f"端口 {port} 已被占用，可用 {setting} 改用其他端口。",
            f"Port {port} is taken; choose another one with {setting}=PORT.",
        )


class PortsTaken(OpsError):
    """`taken`: setting → port, of all that the operator named and that are taken."""

    def __init__(self, taken: Mapping[str, int]) -> None:
        named = "、".join(f"{setting}={port}" for setting, port in taken.items())
        super().__init__(
            f"指定的端口已被占用：{named}。请改用其他端口，或者不指定，由系统选用空闲端口。",
            f"These ports are taken: {named}. Name others, or none to have free ones chosen.",
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
