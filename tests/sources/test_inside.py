"""Where a site may lead altsync: to itself and to the open internet, and into no network
that it is not in itself."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from altsync.errors import BadAnswer, Unreachable
from altsync.sources.http import Http
from altsync.sources.inside import MOST, Reach, kind_of, literal
from altsync.sources.tries import Patience
from tests.doubles.raw import RawServer, answer

PUBLIC, OTHER = "93.184.216.34", "151.101.1.69"
QUICK = Patience(attempts=0)


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        (PUBLIC, ""),
        ("2606:2800:220:1::1", ""),
        ("127.0.0.1", "loopback"),
        ("127.9.9.9", "loopback"),
        ("::1", "loopback"),
        ("::ffff:127.0.0.1", "loopback"),
        ("::127.0.0.1", "loopback"),
        ("64:ff9b::7f00:1", "loopback"),
        ("2002:7f00:1::", "loopback"),
        ("10.1.2.3", "private"),
        ("172.16.0.1", "private"),
        ("172.32.0.1", ""),
        ("192.168.1.1", "private"),
        ("::ffff:192.168.1.1", "private"),
        ("fd12::1", "private"),
        ("fc00::1", "private"),
        ("100.64.0.1", "shared"),
        ("198.18.0.5", "testing"),
        ("169.254.1.1", "link-local"),
        ("fe80::1", "link-local"),
        ("fe80::1%eth0", "link-local"),
        ("169.254.169.254", "metadata"),
        ("::ffff:169.254.169.254", "metadata"),
        ("64:ff9b::a9fe:a9fe", "metadata"),
        ("fd00:ec2::254", "metadata"),
        ("100.100.100.200", "metadata"),
        ("168.63.129.16", "metadata"),
        ("0.0.0.0", "reserved"),
        ("::", "reserved"),
        ("0.1.2.3", "reserved"),
        ("255.255.255.255", "reserved"),
        ("224.0.0.1", "reserved"),
        ("ff02::1", "reserved"),
        ("240.0.0.1", "reserved"),
        ("192.0.2.1", "reserved"),
        ("2001:db8::1", "reserved"),
        ("2001:0:7f00:1::80ff:fffe", "loopback"),
        ("nothing", "unknown"),
    ],
)
def test_kinds(address: str, kind: str) -> None:
    assert kind_of(address) == kind


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.1", "127.0.0.1"),
        ("0x7f000001", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("0177.0.0.1", "127.0.0.1"),
        ("[::1]", "::1"),
        ("example.org", None),
        ("", None),
    ],
)
def test_an_address_in_every_way_to_write_it(host: str, address: str | None) -> None:
    assert literal(host) == address


def resolver(names: dict[str, list[str]], asked: list[str] | None = None) -> Any:
    """`getaddrinfo` that knows these names."""

    def resolve(host: str, port: int | None, *_: Any) -> list[Any]:
        if asked is not None:
            asked.append(host)
        if host not in names:
            raise socket.gaierror(socket.EAI_NONAME, "not known")
        family = socket.AF_INET
        return [(family, 1, 6, "", (one, port or 0)) for one in names[host]]

    return resolve


def reach(names: dict[str, list[str]], named: tuple[str, ...] = ()) -> Reach:
    return Reach("https://site.example/", named, resolver(names))


INNER = ["127.0.0.1", "10.0.0.5", "192.168.1.1", "100.64.0.1", "169.254.169.254", "::1"]


@pytest.mark.parametrize("inner", [*INNER, "0.0.0.0", "fd12::1", "::ffff:10.0.0.5"])
def test_a_public_site_leads_to_nothing_inside(inner: str) -> None:
    made = reach({"site.example": [PUBLIC], "in.example": [inner]})
    with pytest.raises(BadAnswer, match=r"leads to in\.example, which is"):
        made.targets("in.example", 80)
    assert made.targets("site.example", 80) == [PUBLIC]


@pytest.mark.parametrize("inner", INNER)
def test_the_site_itself_and_what_the_owner_named_may_be_anywhere(inner: str) -> None:
    names = {"site.example": [inner], "pictures.example": [inner]}
    made = reach(names, ("https://pictures.example:8443/{album}/{image}.jpg",))
    assert made.targets("site.example", 80) == [inner]
    assert made.targets("pictures.example", 8443) == [inner]


@pytest.mark.parametrize(
    ("home", "there", "allowed"),
    [
        ("127.0.0.1", "127.0.0.2", True),
        ("::1", "127.0.0.2", True),
        ("10.0.0.1", "192.168.1.1", True),
        ("10.0.0.1", "fd12::1", True),
        ("100.64.0.1", "100.99.0.1", True),
        ("198.18.0.1", "198.19.0.1", True),
        ("127.0.0.1", "10.0.0.5", False),
        ("10.0.0.1", "127.0.0.1", False),
        ("10.0.0.1", "100.64.0.1", False),
        ("10.0.0.1", "169.254.169.254", False),
        ("fd12::1", "fd00:ec2::254", False),
        ("100.64.0.1", "100.100.100.200", False),
        ("169.254.1.1", "169.254.1.2", False),
        ("0.0.0.0", "0.0.0.0", False),
    ],
)
def test_a_site_that_is_inside_leads_to_its_own_kind_of_net(
    home: str, there: str, allowed: bool
) -> None:
    made = reach({"site.example": [home], "other.example": [there]})
    if allowed:
        assert made.targets("other.example", 80) == [there]
    else:
        with pytest.raises(BadAnswer):
            made.targets("other.example", 80)


def test_of_several_addresses_only_the_open_ones_are_tried_and_not_all() -> None:
    mixed = ["10.0.0.5", PUBLIC, "127.0.0.1", OTHER]
    many = [f"151.101.1.{n}" for n in range(100)]
    made = reach({"site.example": [OTHER], "mixed.example": mixed, "many": many})
    assert made.targets("mixed.example", 80) == [PUBLIC, OTHER]
    assert made.targets("many", 80) == many[:MOST]


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("http://10.0.0.5/a", False),
        ("http://localhost:8080/a", False),
        ("http://a.localhost/", False),
        ("http://0x7f000001/", False),
        ("http://[::ffff:169.254.169.254]/", False),
        (f"http://{PUBLIC}/", True),
        ("http://intranet/", True),
        ("http://site.example/", True),
        ("http://named.example/", True),
        ("http://10.0.0.9/", True),
    ],
)
def test_behind_a_proxy_only_what_is_written_can_be_checked(
    url: str, allowed: bool
) -> None:
    made = reach({}, ("http://named.example/", "http://10.0.0.9/"))
    if allowed:
        made.check_proxied(url)
    else:
        with pytest.raises(BadAnswer):
            made.check_proxied(url)


# Over real sockets


@dataclass
class Internet:
    """Names and addresses as the tests' internet has them; each address leads to a port
    here."""

    names: dict[str, list[str]] = field(default_factory=dict)
    ports: dict[str, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)

    def put(self, name: str, address: str, server: RawServer) -> None:
        self.names[name] = [address]
        self.ports[address] = server.port


@pytest.fixture
def internet(monkeypatch: pytest.MonkeyPatch) -> Iterator[Internet]:
    net = Internet()
    connect = socket.socket.connect

    def connecting(self: socket.socket, address: Any) -> None:
        net.tried.append(address[0])
        if address[0] in net.ports:
            address = ("127.0.0.1", net.ports[address[0]])
        connect(self, address)

    def looking_up(host: str, port: Any, *rest: Any) -> Any:
        address = literal(host)
        if address is None:
            return resolver(net.names, net.asked)(host, port)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket.socket, "connect", connecting)
    monkeypatch.setattr(socket, "getaddrinfo", looking_up)
    yield net


def redirecting(*targets: str) -> RawServer:
    """Answers each request with a redirect to the next of `targets`."""
    left = list(targets)

    def say(connection: socket.socket, _: int) -> None:
        fields = b"Location: " + left.pop(0).encode()
        connection.sendall(answer(b"", fields, status=b"302 Found"))

    return RawServer(say)


@pytest.fixture
def secret() -> Iterator[RawServer]:
    """A service of this computer that nobody outside may ask."""
    with RawServer(lambda c, _: c.sendall(answer(b"\x89PNG secret"))) as server:
        yield server


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "localhost", "0x7f000001"])
def test_a_redirect_to_this_computer_is_refused(
    internet: Internet, secret: RawServer, host: str
) -> None:
    internet.names["localhost"] = ["127.0.0.1"]
    with redirecting(f"http://{host}:{secret.port}/") as site:
        internet.put("site.example", PUBLIC, site)
        http = Http("http://site.example", patience=QUICK)
        with pytest.raises(BadAnswer, match="which is this computer"):
            http.download("http://site.example/a.jpg", max_bytes=1000)
        http.close()
    assert secret.connections == 0
    assert internet.tried == [PUBLIC]


def test_every_hop_is_checked(internet: Internet, secret: RawServer) -> None:
    with (
        redirecting(f"http://127.0.0.1:{secret.port}/") as second,
        redirecting("http://cdn.example/") as site,
    ):
        internet.put("site.example", PUBLIC, site)
        internet.put("cdn.example", OTHER, second)
        http = Http("http://site.example", patience=QUICK)
        with pytest.raises(BadAnswer, match="this computer"):
            http.download("http://site.example/a.jpg", max_bytes=1000)
        http.close()
    assert (second.connections, secret.connections) == (1, 0)


def test_an_address_that_the_site_gives_is_checked_like_a_redirect(
    internet: Internet, secret: RawServer
) -> None:
    with redirecting() as site:
        internet.put("site.example", PUBLIC, site)
        http = Http("http://site.example", patience=QUICK)
        with pytest.raises(BadAnswer, match="this computer"):
            http.download(f"http://127.0.0.1:{secret.port}/a.jpg", max_bytes=1000)
        http.close()
    assert secret.connections == 0


def test_a_redirect_to_the_open_internet_is_followed(internet: Internet) -> None:
    with (
        RawServer(lambda c, _: c.sendall(answer(b"picture"))) as cdn,
        redirecting("http://cdn.example/") as site,
    ):
        internet.put("site.example", PUBLIC, site)
        internet.put("cdn.example", OTHER, cdn)
        http = Http("http://site.example", patience=QUICK)
        assert http.download("http://site.example/a", max_bytes=99) == b"picture"
        http.close()


def test_what_is_checked_is_what_is_connected_to(
    internet: Internet, secret: RawServer
) -> None:
    """A name that leads out when it is looked up first and inside when it is looked up
    again (DNS rebinding)."""
    answers = iter([[OTHER], ["127.0.0.1"], ["127.0.0.1"]])
    internet.ports["127.0.0.1"] = secret.port

    class Turning(dict[str, list[str]]):
        def __getitem__(self, name: str) -> list[str]:
            return next(answers) if name == "cdn.example" else super().__getitem__(name)

    with (
        RawServer(lambda c, _: c.sendall(answer(b"picture"))) as cdn,
        redirecting("http://cdn.example/") as site,
    ):
        internet.put("site.example", PUBLIC, site)
        internet.put("cdn.example", OTHER, cdn)
        internet.names = Turning(internet.names)
        http = Http("http://site.example", patience=QUICK)
        assert http.download("http://site.example/a", max_bytes=99) == b"picture"
        http.close()
    assert internet.asked.count("cdn.example") == 1
    assert secret.connections == 0


def test_a_name_that_fails_at_its_first_address_gets_its_second(
    internet: Internet,
) -> None:
    with RawServer(lambda c, _: c.sendall(answer(b"[1]"))) as site:
        internet.put("site.example", OTHER, site)
        internet.names["site.example"] = ["127.0.0.3", OTHER]
        internet.ports["127.0.0.3"] = 1  # nobody listens there
        http = Http("http://site.example", patience=QUICK)
        assert http.get("http://site.example/").json() == [1]
        assert b"Host: site.example" in site.asked[0]
        assert internet.tried == ["127.0.0.3", OTHER]
        internet.names["site.example"] = []
        http.close()
        other = Http("http://site.example", patience=QUICK)
        with pytest.raises(Unreachable, match="no connection"):
            other.get("http://site.example/")
        other.close()


def test_behind_a_proxy_an_inner_address_is_refused_before_it_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with RawServer(lambda c, _: c.sendall(answer(b"picture"))) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        http = Http("http://site.example", patience=QUICK)
        with pytest.raises(BadAnswer, match="where a cloud keeps its keys"):
            http.download("http://169.254.169.254/latest/", max_bytes=99)
        assert proxy.connections == 0
        assert http.download("http://cdn.example/a", max_bytes=99) == b"picture"
        http.close()
