"""Marionette: Firefox's own automation protocol, instead of Selenium's HTTP.

Debian 12 has no geckodriver, which would translate. Marionette uses the same JSON as WebDriver,
with other command names.
"""

from __future__ import annotations

import json
import socket
from typing import Any

from selenium.webdriver.remote.client_config import ClientConfig
from selenium.webdriver.remote.command import Command
from selenium.webdriver.remote.remote_connection import RemoteConnection

NAMES = {
    Command.NEW_SESSION: "WebDriver:NewSession",
    Command.QUIT: "WebDriver:DeleteSession",
    Command.SET_TIMEOUTS: "WebDriver:SetTimeouts",
    Command.GET: "WebDriver:Navigate",
    Command.REFRESH: "WebDriver:Refresh",
    Command.GET_CURRENT_URL: "WebDriver:GetCurrentURL",
    Command.GET_TITLE: "WebDriver:GetTitle",
    Command.SWITCH_TO_FRAME: "WebDriver:SwitchToFrame",
    Command.W3C_EXECUTE_SCRIPT: "WebDriver:ExecuteScript",
    Command.W3C_EXECUTE_SCRIPT_ASYNC: "WebDriver:ExecuteAsyncScript",
    Command.FIND_ELEMENT: "WebDriver:FindElement",
    Command.FIND_ELEMENTS: "WebDriver:FindElements",
    Command.FIND_CHILD_ELEMENT: "WebDriver:FindElement",
    Command.FIND_CHILD_ELEMENTS: "WebDriver:FindElements",
    Command.GET_ELEMENT_TEXT: "WebDriver:GetElementText",
    Command.GET_ELEMENT_TAG_NAME: "WebDriver:GetElementTagName",
    Command.IS_ELEMENT_SELECTED: "WebDriver:IsElementSelected",
    Command.IS_ELEMENT_ENABLED: "WebDriver:IsElementEnabled",
    Command.CLICK_ELEMENT: "WebDriver:ElementClick",
    Command.CLEAR_ELEMENT: "WebDriver:ElementClear",
    Command.SEND_KEYS_TO_ELEMENT: "WebDriver:ElementSendKeys",
    Command.W3C_ACTIONS: "WebDriver:PerformActions",
    Command.W3C_CLEAR_ACTIONS: "WebDriver:ReleaseActions",
    Command.SCREENSHOT: "WebDriver:TakeScreenshot",
}

# The contexts in which a script can run: the browser itself, or its pages.
BROWSER, PAGE = "chrome", "content"

CONSOLE = """
return Services.console.getMessageArray()
  .filter((message) => message instanceof Ci.nsIScriptError)
  .filter(({ sourceName }) => !/^(chrome|resource|moz-extension):/.test(sourceName))
  .map(({ errorMessage }) => errorMessage);
"""


class MarionetteConnection(RemoteConnection):
    """Sends Selenium's commands to a Firefox that listens on a port of this machine."""

    def __init__(self, port: int, patience: float) -> None:
        super().__init__(client_config=ClientConfig(f"http://127.0.0.1:{port}"))
        self._socket = socket.create_connection(("127.0.0.1", port), patience)
        self._messages = self._socket.makefile("rb")
        self._sent = 0
        self._receive()  # the greeting

    def execute(self, command: str, params: dict[str, Any] | None) -> dict[str, Any]:
        """Run a Selenium command, and return its result in Selenium's form."""
        given = {name: value for name, value in (params or {}).items() if name != "sessionId"}
        if command == Command.NEW_SESSION:
            given = given["capabilities"]["alwaysMatch"]
        if command in {Command.FIND_CHILD_ELEMENT, Command.FIND_CHILD_ELEMENTS}:
            given["element"] = given.pop("id")
        error, result = self._call(NAMES[command], given)
        if error is not None:
            return {"status": 500, "value": json.dumps({"value": error})}
        wrapped = isinstance(result, dict) and result.keys() == {"value"}
        return {"value": result["value"] if wrapped else result}

    def read_console(self) -> list[str]:
        """Return Firefox's own console messages about pages since it started."""
        self._call("Marionette:SetContext", {"value": BROWSER})
        error, result = self._call("WebDriver:ExecuteScript", {"script": CONSOLE, "args": []})
        self._call("Marionette:SetContext", {"value": PAGE})
        return [f"(unreadable: {error})"] if error else list(result["value"])

    def close(self) -> None:
        """Close the connection."""
        self._messages.close()
        self._socket.close()

    def _call(self, name: str, given: dict[str, Any]) -> tuple[Any, Any]:
        """Send a command, and return its error and its result."""
        self._sent += 1
        message = json.dumps([0, self._sent, name, given]).encode()
        self._socket.sendall(b"%d:%b" % (len(message), message))
        _, number, error, result = self._receive()
        if number != self._sent:
            raise ConnectionError(f"Command {self._sent} got the result of command {number}.")
        return error, result

    def _receive(self) -> Any:
        """Receive a message: its length in bytes, a colon, and JSON."""
        length = b""
        while (byte := self._messages.read(1)) != b":":
            if not byte:
                raise ConnectionError("Firefox closed the connection.")
            length += byte
        return json.loads(self._messages.read(int(length)))
