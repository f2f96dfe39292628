"""Refusals of the identity provider, as sentences. None repeats a token or a code of a device."""

from shared.ops.base.errors import OpsError

AGAIN = "请重新执行 duban login。"


class LoginRefused(OpsError):
    """Raised when there is no login, and why."""


class ProviderAway(OpsError):
    """Raised when the identity provider does not answer, or not now."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"统一身份认证没有响应（{reason}），请稍后重试。",
            f"The identity provider does not answer ({reason}); try again.",
        )


class AnswerMalformed(OpsError):
    """Raised for an answer that is none by the standard; `what` never holds a value of it."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"统一身份认证的回答不符合规范：{what}。请把这句话告诉系统管理员。",
            f"The answer of the identity provider is malformed: {what}.",
        )


class AddressRefused(OpsError):
    """Raised for an address without TLS."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"统一身份认证的地址必须使用 https：{name}。",
            f"Addresses of the identity provider need https: {name}.",
        )


class CertificateRefused(OpsError):
    def __init__(self) -> None:
        super().__init__(
            "统一身份认证的证书不可信：请把签发机构的证书装入系统，或用 SSL_CERT_FILE 指明。",
            "The certificate of the identity provider is not trusted: SSL_CERT_FILE names its CA.",
        )


class NotConfigured(OpsError):
    def __init__(self) -> None:
        super().__init__(
            "尚未指定统一身份认证：请把 DUBAN_JWT_ISSUER 设为它的 https 地址。",
            "Name your identity provider: DUBAN_JWT_ISSUER is its https address.",
        )


DENIED = LoginRefused("登录请求在网页上被拒绝。", "The login was denied.")
EXPIRED = LoginRefused(f"代码已过期。{AGAIN}", "The code has expired; log in again.")
ENDED = LoginRefused(f"登录已失效。{AGAIN}", "The login has ended; log in again.")
REMEDIES = {
    "invalid_client": "客户端未在统一身份认证登记，请核对 DUBAN_LOGIN_CLIENT",
    "unauthorized_client": "该客户端未获准使用设备登录，请联系统一身份认证的管理员",
    "unsupported_grant_type": "统一身份认证不支持设备登录",
    "invalid_scope": "请求的范围未获准，请核对 DUBAN_LOGIN_SCOPE",
    "invalid_grant": f"代码无效或已使用。{AGAIN}",
    "invalid_request": "统一身份认证认为请求有误",
}


def refused(code: str) -> LoginRefused:
    """Returns the refusal of an error code; one that no standard names is not repeated."""
    known = code if code in REMEDIES else "unknown"
    remedy = REMEDIES.get(code, "统一身份认证拒绝了请求")
    return LoginRefused(f"{remedy}（{known}）。", f"The identity provider refused: {known}.")
