"""Facts of the directory about partner clients. Only directory may record them."""

from typing import Annotated, ClassVar

from shared.contracts.case_event import Kind
from shared.kernel.codes import Id, Name
from shared.kernel.form_words import titled
from shared.kernel.messages import Event
from shared.kernel.shape import Shape


class PartnerClient(Shape):
    """A client of a partner platform, which registers cases of `kinds` (empty: of every kind)."""

    client: Annotated[Id, titled("平台编号", hint="由登记人给定，今后不变，如 c-npc")]
    title: Annotated[Name, titled("平台名称")]
    agency: Annotated[Id, titled("所属机关")]
    kinds: Annotated[
        tuple[Kind, ...], titled("可以登记的类别", hint="不选的，各类都可以", codes="kind")
    ] = ()


class ClientKinds(Shape):
    """The kinds that a client may still register."""

    client: Id
    kinds: tuple[Kind, ...]


class ClientRegistered(Event, PartnerClient):
    """A partner platform may use the API for an agency, and registers cases of `kinds` (none named:
    of every kind). Stream `client-<client>`."""

    type: ClassVar[str] = "client.registered.v1"


class ClientNarrowed(Event, ClientKinds):
    """From now on the platform may register these kinds only."""

    type: ClassVar[str] = "client.narrowed.v1"


class ClientRevoked(Event):
    """From now on the platform may not use the API."""

    type: ClassVar[str] = "client.revoked.v1"

    client: Id


ClientEvent = ClientRegistered | ClientNarrowed | ClientRevoked
