"""Browser engines: start and end Chromium, Firefox and WebKitGTK.

Every browser is new and headless, and its profile is deleted with it. Names under `localhost` mean
this machine. No other name is resolved, so nothing leaves the machine. A browser and all of its
processes end with the block that started it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from selenium.webdriver.common.options import BaseOptions
from selenium.webdriver.remote.client_config import ClientConfig
from selenium.webdriver.remote.remote_connection import RemoteConnection
from selenium.webdriver.remote.webdriver import WebDriver

from .browser import GONE, PATIENCE, Browser, until
from .marionette import MarionetteConnection

GRACE = 5.0  # seconds for a process to end on its own

NOWHERE = ("127.0.0.1", 9)  # a proxy for requests to other machines: they fail at once
HERE = ("localhost", "*.localhost", "127.0.0.1")  # reached without a proxy

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Engine:
    """A browser engine.

    :ivar needs: required programs, each with its possible names or paths (with wildcards).
    :ivar launch: function that starts it.
    """

    name: str
    needs: Mapping[str, tuple[str, ...]]
    launch: Callable[[Stage, bool], Browser]

    def missing(self) -> list[str]:
        """Return the required programs that this machine lacks."""
        return [program for program, names in self.needs.items() if _path_of(names) is None]

    @contextmanager
    def start(self, *, third_party_cookies: bool = False) -> Iterator[Browser]:
        """Start a new browser, for the block."""
        with ExitStack() as undo:
            folder = tempfile.TemporaryDirectory(prefix="browser-", ignore_cleanup_errors=True)
            stage = Stage(self, Path(undo.enter_context(folder)), undo)
            yield self.launch(stage, third_party_cookies)


def _path_of(names: tuple[str, ...]) -> str | None:
    for name in names:
        if name.startswith("/"):
            found = next((str(path) for path in Path("/").glob(name[1:])), None)
        else:
            found = shutil.which(name)
        if found:
            return found
    return None


@dataclass(frozen=True, eq=False)
class Stage:
    """The resources of one browser: its folder and its programs. `undo` ends all of them."""

    engine: Engine
    folder: Path
    undo: ExitStack

    def program(self, name: str) -> str:
        """Return the path of a required program."""
        path = _path_of(self.engine.needs[name])
        if path is None:
            raise FileNotFoundError(f"There is no {name}.")
        return path

    def run(self, *command: str, ready: Callable[[str], T | None], **environment: str) -> T:
        """Run a program, and wait until `ready`, called with its output, returns a value.

        The program gets little of this process's environment: no proxy, display, profile or
        language.
        """
        log = self.folder / f"{Path(command[0]).name}.log"
        home = str(self.folder)
        places = {"HOME": home, "TMPDIR": home, "XDG_RUNTIME_DIR": home}
        with log.open("wb") as output:
            process = subprocess.Popen(
                command,
                cwd=home,
                env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **places, **environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # with a process group of its own
            )
        self.undo.callback(_end, process)

        def written() -> str:
            return log.read_text("utf-8", "replace")

        def look() -> T | None:
            if process.poll() is not None:
                raise RuntimeError(f"{command[0]} ended with {process.returncode}: {written()}")
            return ready(written())

        return until(look, lambda: f"{command[0]} is not ready: {written()}")

    def drive(self, connection: RemoteConnection, **capabilities: Any) -> WebDriver:
        """Open a session over the connection."""
        self.undo.callback(connection.close)
        driver = WebDriver(connection, options=Options(capabilities))
        self.undo.callback(_quit, driver)
        return driver


def _end(process: subprocess.Popen[bytes]) -> None:
    """Terminate a process and its group, then kill them."""
    for order in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, order)
        with suppress(subprocess.TimeoutExpired):
            process.wait(GRACE)


def _quit(driver: WebDriver) -> None:
    with suppress(*GONE):  # its processes end in any case
        driver.quit()


class Options(BaseOptions):
    """WebDriver capabilities of a browser."""

    def __init__(self, capabilities: dict[str, Any]) -> None:
        self._capabilities = capabilities
        super().__init__()

    @property
    def default_capabilities(self) -> dict[str, Any]:
        """The capabilities of every browser, and those of this one."""
        patience = int(PATIENCE * 1000)
        return {
            "acceptInsecureCerts": True,
            "timeouts": {"script": patience, "pageLoad": patience},
            **self._capabilities,
        }

    def to_capabilities(self) -> dict[str, Any]:
        """Return all capabilities."""
        return self.default_capabilities


class DriverConnection(RemoteConnection):
    """Sends Selenium's commands to a driver on this machine."""

    def __init__(self, port: int) -> None:
        config = ClientConfig(f"http://127.0.0.1:{port}", timeout=int(2 * PATIENCE))
        super().__init__(client_config=config, ignore_proxy=True)
        # A command of Chromium, which Selenium has in other classes only.
        self.extra_commands: dict[str, Any] = {"getLog": ("POST", "/session/$sessionId/se/log")}


# -- Chromium ---------------------------------------------------------------------------------


def _launch_chromium(stage: Stage, third_party_cookies: bool) -> Browser:
    port = stage.run(
        stage.program("chromedriver"),
        "--port=0",
        ready=lambda output: _match(r"started successfully on port (\d+)", output),
    )
    here = ", ".join(f"MAP {name} 127.0.0.1" for name in HERE)
    arguments = [
        "--headless",
        "--no-first-run",
        "--no-proxy-server",
        f"--host-resolver-rules={here}, MAP * ~NOTFOUND",
        f"--user-data-dir={stage.folder / 'profile'}",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-dev-shm-usage",  # it is small in many containers
        "--disable-gpu",
        "--disable-quic",
        "--disable-sync",
    ]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")  # Chromium has no sandbox for root
    driver = stage.drive(
        DriverConnection(int(port)),
        **{
            "browserName": "chrome",
            "goog:chromeOptions": {
                "binary": stage.program("chromium"),
                "args": arguments,
                "prefs": {"profile.cookie_controls_mode": 0 if third_party_cookies else 1},
            },
            "goog:loggingPrefs": {"browser": "ALL"},
        },
    )
    messages: list[str] = []

    def read_console() -> list[str]:
        entries = driver.execute("getLog", {"type": "browser"})["value"]  # since the last call
        messages.extend(entry["message"] for entry in entries)
        return messages

    return Browser(stage.engine.name, driver, read_console)


# -- Firefox ----------------------------------------------------------------------------------


def _launch_firefox(stage: Stage, third_party_cookies: bool) -> Browser:
    profile = stage.folder / "profile"
    profile.mkdir()
    proxy, proxy_port = NOWHERE
    preferences = {
        "marionette.port": 0,  # a free port; it writes the number to a file
        "network.cookie.cookieBehavior": 0 if third_party_cookies else 5,
        "network.dns.disabled": True,  # names under localhost need no lookup
        "network.proxy.type": 1,
        "network.proxy.socks": proxy,
        "network.proxy.socks_port": proxy_port,
        "network.proxy.socks_remote_dns": True,
        "network.proxy.no_proxies_on": ", ".join(HERE),
        "network.proxy.allow_bypass": False,
        "network.proxy.failover_direct": False,
        "signon.rememberSignons": False,
    }
    lines = (f"user_pref({json.dumps(k)}, {json.dumps(v)});\n" for k, v in preferences.items())
    (profile / "user.js").write_text("".join(lines), "utf-8")

    def port_written(_: str) -> str | None:
        file = profile / "MarionetteActivePort"
        return _match(r"(\d+)", file.read_text("ascii")) if file.exists() else None

    port = stage.run(
        stage.program("firefox"),
        "--headless",
        "--no-remote",
        "--profile",
        str(profile),
        "--marionette",
        "--remote-allow-system-access",  # for its console
        "about:blank",
        ready=port_written,
        MOZ_CRASHREPORTER_DISABLE="1",
    )
    connection = MarionetteConnection(int(port), patience=2 * PATIENCE)
    driver = stage.drive(connection)
    return Browser(stage.engine.name, driver, connection.read_console)


# -- WebKitGTK --------------------------------------------------------------------------------


def _launch_webkit(stage: Stage, third_party_cookies: bool) -> Browser:
    display = stage.run(
        stage.program("Xvfb"),
        *("-displayfd", "1", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"),
        ready=lambda output: _match(r"^(\d+)\n", output),
    )
    port = _free_port()
    stage.run(
        stage.program("WebKitWebDriver"),
        f"--port={port}",
        ready=lambda _: _listens(port),
        DISPLAY=f":{display}",
        GDK_BACKEND="x11",
        GSETTINGS_BACKEND="memory",
        LIBGL_ALWAYS_SOFTWARE="1",
        NO_AT_BRIDGE="1",
    )
    # Without "always" it stores no cookies across two names under localhost. The proxy is not a
    # capability of the session: WebDriver's list of proxy exceptions can crash WebKitGTK 2.50.
    arguments = [
        "--automation",
        f"--cookies-policy={'always' if third_party_cookies else 'no-third-party'}",
        f"--proxy=http://{':'.join(map(str, NOWHERE))}",
        *(f"--ignore-host={name}" for name in HERE),
    ]
    driver = stage.drive(
        DriverConnection(port),
        **{
            "browserName": "MiniBrowser",
            "webkitgtk:browserOptions": {
                "binary": stage.program("MiniBrowser"),
                "args": arguments,
            },
        },
    )
    return Browser(stage.engine.name, driver, None)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def _match(pattern: str, text: str) -> str | None:
    found = re.search(pattern, text, re.MULTILINE)
    return found[1] if found else None


CHROMIUM = Engine(
    "chromium",
    {"chromium": ("chromium", "google-chrome"), "chromedriver": ("chromedriver",)},
    _launch_chromium,
)
FIREFOX = Engine("firefox", {"firefox": ("firefox-esr", "firefox")}, _launch_firefox)
WEBKIT = Engine(
    "webkit",
    {
        "WebKitWebDriver": ("WebKitWebDriver",),
        "MiniBrowser": (
            "/usr/lib/*/webkit2gtk-4.1/MiniBrowser",
            "/usr/libexec/webkit2gtk-4.1/MiniBrowser",
        ),
        "Xvfb": ("Xvfb",),
    },
    _launch_webkit,
)
ENGINES = (CHROMIUM, FIREFOX, WEBKIT)
