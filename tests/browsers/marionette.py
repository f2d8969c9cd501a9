"""Firefox's own protocol for automation, in place of the HTTP that Selenium speaks.

Debian 12 has no geckodriver, which would translate. Marionette takes and answers the same JSON as
WebDriver does, under other names of commands.
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

# The browser's own part, and the pages': a script runs in one of them.
BROWSER, PAGE = "chrome", "content"

CONSOLE = """
return Services.console.getMessageArray()
  .filter((message) => message instanceof Ci.nsIScriptError)
  .filter(({ sourceName }) => !/^(chrome|resource|moz-extension):/.test(sourceName))
  .map(({ errorMessage }) => errorMessage);
"""


class MarionetteConnection(RemoteConnection):
    """Takes Selenium's commands to the Firefox that listens on a port of this machine."""

    def __init__(self, port: int, patience: float) -> None:
        super().__init__(client_config=ClientConfig(f"http://127.0.0.1:{port}"))
        self._socket = socket.create_connection(("127.0.0.1", port), patience)
        self._answers = self._socket.makefile("rb")
        self._sent = 0
        self._receive()  # the greeting

    def execute(self, command: str, params: dict[str, Any] | None) -> dict[str, Any]:
        """Run a command of Selenium's, and answer in the shape that Selenium knows."""
        given = {name: value for name, value in (params or {}).items() if name != "sessionId"}
        if command == Command.NEW_SESSION:
            given = given["capabilities"]["alwaysMatch"]
        if command in {Command.FIND_CHILD_ELEMENT, Command.FIND_CHILD_ELEMENTS}:
            given["element"] = given.pop("id")
        error, answer = self._ask(NAMES[command], given)
        if error is not None:
            return {"status": 500, "value": json.dumps({"value": error})}
        wrapped = isinstance(answer, dict) and answer.keys() == {"value"}
        return {"value": answer["value"] if wrapped else answer}

    def read_console(self) -> list[str]:
        """What Firefox told the console of pages since it started: not what they log themselves."""
        self._ask("Marionette:SetContext", {"value": BROWSER})
        error, answer = self._ask("WebDriver:ExecuteScript", {"script": CONSOLE, "args": []})
        self._ask("Marionette:SetContext", {"value": PAGE})
        return [f"(not to be read: {error})"] if error else list(answer["value"])

    def close(self) -> None:
        """Hang up."""
        self._answers.close()
        self._socket.close()

    def _ask(self, name: str, given: dict[str, Any]) -> tuple[Any, Any]:
        """Send a command; the error, and else the answer."""
        self._sent += 1
        message = json.dumps([0, self._sent, name, given]).encode()
        self._socket.sendall(b"%d:%b" % (len(message), message))
        _, number, error, answer = self._receive()
        if number != self._sent:
            raise ConnectionError(f"Command {self._sent} got the answer to command {number}.")
        return error, answer

    def _receive(self) -> Any:
        """The next message: a length in bytes, a colon, and as much JSON."""
        length = b""
        while (byte := self._answers.read(1)) != b":":
            if not byte:
                raise ConnectionError("Firefox hung up.")
            length += byte
        return json.loads(self._answers.read(int(length)))
