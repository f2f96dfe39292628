"""Checks of settings for production."""

from urllib.parse import urlsplit

from shared.http.front import is_loopback
from shared.mongo.connect import options_in
from shared.service.config.errors import StartRefused
from shared.service.observability import failpoints
from shared.service.settings import DEVELOPMENT_SECRET, ServiceSettings

UNCHECKED = frozenset({"tlsinsecure", "tlsallowinvalidcertificates", "tlsallowinvalidhostnames"})
"""Options of a URL under which anybody may answer as the store."""


def check_settings(settings: ServiceSettings, *, bus: bool = True) -> None:
    """Raises StartRefused with the setting to change. In production tokens are checked by a key
    set, and store and broker know the process by an account; `bus=False` for a process that does
    not use Kafka."""
    _check_compression(settings.mongo_url)
    if not settings.in_production:
        _check_development_secret(settings)
        return
    if settings.jwks is None:
        raise StartRefused(
            "生产环境必须用 DUBAN_JWKS 指定令牌公钥（文件或网址），不接受 HS256 共享密钥。",
            "Production needs DUBAN_JWKS (file or URL); a shared HS256 secret is refused.",
        )
    if settings.jwt_issuer == "duban-development":
        raise StartRefused(
            "生产环境必须设置 DUBAN_JWT_ISSUER。", "Production needs DUBAN_JWT_ISSUER."
        )
    _check_key_set(settings.jwks)
    _check_secrets(settings)
    _check_store(settings)
    if bus:
        _check_bus(settings)
    _check_tls(settings, bus=bus)
    _check_only_for_tests(settings)


def check_names(settings: ServiceSettings) -> None:
    """Raises StartRefused in production where the API does not know its own names: a foreign Host
    header would stand in links and caches."""
    if settings.in_production and not settings.host_names:
        raise StartRefused(
            "生产环境必须用 DUBAN_HOSTS 写明接口的域名，多个用逗号分隔。",
            "Production needs DUBAN_HOSTS: the names by which the API is reached.",
        )


def check_site_address(settings: ServiceSettings, address: str) -> None:
    """Raises StartRefused in production where the site does not know its own address."""
    if settings.in_production and not urlsplit(address).hostname:
        raise StartRefused(
            "生产环境必须用 DUBAN_SITE_URL 写明公开网站的网址。",
            "Production needs DUBAN_SITE_URL: the address of the public site.",
        )


def _check_key_set(place: str) -> None:
    """A key set fetched without TLS can be replaced on the way."""
    if "://" in place and not place.lower().startswith("https://"):
        raise StartRefused(
            "生产环境的 DUBAN_JWKS 网址必须以 https:// 开头。",
            "In production the address in DUBAN_JWKS begins with https://.",
        )


def _check_development_secret(settings: ServiceSettings) -> None:
    """Refuses the development secret, which everybody knows, where others can reach the port."""
    known = settings.jwt_secret.get_secret_value() == DEVELOPMENT_SECRET
    if settings.jwks is None and known and not is_loopback(settings.host):
        raise StartRefused(
            "DUBAN_HOST 不是本机地址，不能使用开发用的默认密钥；请设置 DUBAN_JWKS 或 "
            "DUBAN_JWT_SECRET，或只在 127.0.0.1 上监听。",
            "DUBAN_HOST is no loopback address, and the development secret is known to everybody: "
            "set DUBAN_JWKS or DUBAN_JWT_SECRET, or listen on 127.0.0.1.",
        )


def _check_compression(url: str) -> None:
    """Refuses zlib: MongoDB up to 8.0.16 gives away memory to whoever may send compressed messages
    (CVE-2025-14847)."""
    if "zlib" in options_in(url).get("compressors", ""):
        raise StartRefused(
            "MONGO_URL 不能启用 zlib 压缩（CVE-2025-14847），请删除 compressors 中的 zlib。",
            "MONGO_URL asks for zlib (CVE-2025-14847): remove it from compressors.",
        )


def _check_tls(settings: ServiceSettings, *, bus: bool) -> None:
    """Demands TLS unless operators say that the network between the processes is private."""
    if settings.private_network:
        return
    options = options_in(settings.mongo_url)
    encrypted = settings.mongo_url.startswith("mongodb+srv:") or "true" in (
        options.get("tls"),
        options.get("ssl"),
    )
    if not encrypted or "true" in {options.get(name) for name in UNCHECKED}:
        raise StartRefused(
            "生产环境的 MONGO_URL 必须启用 TLS（tls=true）并校验证书；存储与服务同在一台机器的隔离"
            "网络内的，设 DUBAN_PRIVATE_NETWORK=true。",
            "Production needs MONGO_URL with tls=true and checked certificates, or "
            "DUBAN_PRIVATE_NETWORK=true where the network is one machine's own.",
        )
    if bus and not settings.kafka_ca_file:
        raise StartRefused(
            "生产环境必须用 DUBAN_KAFKA_CA_FILE 启用与消息总线之间的 TLS；同在一台机器的隔离网络内"
            "的，设 DUBAN_PRIVATE_NETWORK=true。",
            "Production needs DUBAN_KAFKA_CA_FILE (TLS to the bus), or DUBAN_PRIVATE_NETWORK=true.",
        )


def _check_store(settings: ServiceSettings) -> None:
    if not urlsplit(settings.mongo_url).username:
        raise StartRefused(
            "生产环境的 MONGO_URL 必须带账号，不接受匿名连接。",
            "In production MONGO_URL names an account: nobody is anonymous to the store.",
        )


def _check_bus(settings: ServiceSettings) -> None:
    if not settings.kafka_username:
        raise StartRefused(
            "生产环境必须设置 DUBAN_KAFKA_USERNAME，不接受匿名连接。",
            "Production needs DUBAN_KAFKA_USERNAME: nobody is anonymous to the bus.",
        )
    if not settings.kafka_password:
        raise StartRefused(
            "已设置 DUBAN_KAFKA_USERNAME，但缺少 DUBAN_KAFKA_PASSWORD。",
            "DUBAN_KAFKA_USERNAME is set, DUBAN_KAFKA_PASSWORD is not.",
        )


def check_audit(settings: ServiceSettings) -> None:
    """Raises StartRefused in production without an account that can only add to the trail: with
    the service's own, an intruder could give himself the rights to change it."""
    if settings.in_production and not settings.audit_mongo_url:
        raise StartRefused(
            "生产环境必须设置 DUBAN_AUDIT_MONGO_URL（审计记录的专用账号，只能追加和查阅）。",
            "Production needs DUBAN_AUDIT_MONGO_URL, the account of the audit trail.",
        )


def _check_only_for_tests(settings: ServiceSettings) -> None:
    if settings.clock != "real":
        raise StartRefused(
            "生产环境不接受模拟时钟，请删除 DUBAN_CLOCK。",
            "Production runs on real time: remove DUBAN_CLOCK.",
        )
    if failpoints.ARMED:
        raise StartRefused(
            "生产环境不接受崩溃点，请删除 DUBAN_CRASH_AT。",
            "Production has no crash points: remove DUBAN_CRASH_AT.",
        )


def _check_secrets(settings: ServiceSettings) -> None:
    secret = settings.jwt_secret.get_secret_value()
    if secret not in ("", DEVELOPMENT_SECRET):
        raise StartRefused(
            "生产环境不使用 DUBAN_JWT_SECRET，请删除该设置，改用 DUBAN_JWKS。",
            "Production does not use DUBAN_JWT_SECRET: remove it; keys come from DUBAN_JWKS.",
        )
