"""A running browser, driven by mouse, keyboard and scripts."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement
from urllib3.exceptions import HTTPError

PATIENCE = 30.0  # seconds to wait for a browser or a page
INTERVAL = 0.03  # seconds between two checks

GONE = (WebDriverException, HTTPError, OSError)  # raised if the browser has ended

T = TypeVar("T")


def until(look: Callable[[], T | None], failure: Callable[[], str]) -> T:
    """Return the value of `look` as soon as it is true; fail with the message of `failure`."""
    end = time.monotonic() + PATIENCE
    while True:
        late = time.monotonic() > end  # before the last check, so that a slow one still counts
        if found := look():
            return found
        if late:
            raise AssertionError(f"Waited {PATIENCE:.0f} s: {failure()}")
        time.sleep(INTERVAL)


@dataclass(frozen=True, eq=False)
class Browser:
    """One browser with one page.

    :ivar read_console: returns the messages of its console since it started; None if the engine
        does not provide them.
    """

    name: str
    driver: WebDriver
    read_console: Callable[[], list[str]] | None

    # Pages and scripts.

    def open(self, url: str) -> None:
        """Open a page, and wait until it is loaded."""
        self.driver.get(url)

    def run(self, script: str, *arguments: Any) -> Any:
        """Run a script in the page, and return its value."""
        return self.driver.execute_script(script, *arguments)

    def run_async(self, script: str, *arguments: Any) -> Any:
        """Run a script in the page that may `await`, and return its value."""
        result = self.driver.execute_async_script(
            "const given = [...arguments], done = given.pop();"
            f"(async function () {{ {script} }})(...given).then("
            "(value) => done({ value }), (error) => done({ error: String(error) }));",
            *arguments,
        )
        assert "error" not in result, f"{result['error']}, from a script on {self.shown()}"
        return result.get("value")

    def wait(self, condition: str, *arguments: Any) -> Any:
        """Wait until an expression in the page is true, and return its value."""
        return until(
            lambda: self.run(f"return {condition}", *arguments),
            lambda: f"not true: {condition}, with {arguments}, on {self.shown()}",
        )

    # Elements, by CSS selector.

    def element(self, css: str) -> WebElement:
        """Wait for the only matching element to be visible, and return it."""
        self.wait("document.querySelector(arguments[0])?.checkVisibility()", css)
        found = self.driver.find_elements(By.CSS_SELECTOR, css)
        assert len(found) == 1, f"{len(found)} elements match {css} on {self.shown()}"
        return found[0]

    def click(self, css: str) -> None:
        """Click an element."""
        self.element(css).click()

    def write(self, css: str, text: str) -> None:
        """Replace the text of a field."""
        field = self.element(css)
        field.clear()
        if text:
            field.send_keys(text)

    def choose(self, css: str, label: str) -> None:
        """Choose an option of a select."""
        script = "return [...arguments[0].options].find(({ label }) => label === arguments[1])"
        option = self.run(script, self.element(css), label)
        assert option is not None, f"{css} offers no {label!r} on {self.shown()}"
        option.click()

    def press(self, *keys: str) -> None:
        """Press keys in the focused element."""
        ActionChains(self.driver, duration=0).send_keys(*keys).perform()

    def wait_for_text(self, css: str, text: str) -> None:
        """Wait until an element is visible and contains the text."""
        self.wait(
            "((found) => found?.checkVisibility() && found.innerText.includes(arguments[1]))"
            "(document.querySelector(arguments[0]))",
            css,
            text,
        )

    def wait_for_focus(self, css: str) -> None:
        """Wait until an element has the focus."""
        self.wait("document.activeElement?.matches(arguments[0])", css)

    def wait_until_gone(self, css: str) -> None:
        """Wait until an element is missing or not visible."""
        self.wait("!document.querySelector(arguments[0])?.checkVisibility()", css)

    # The console.

    def console(self) -> list[str]:
        """Return the messages of the console since the browser started, if the engine has them."""
        return self.read_console() if self.read_console else []

    def wait_for_message(self, *parts: str) -> str:
        """Wait for a console message that contains all parts, and return it."""

        def look() -> str | None:
            found = (each for each in self.console() if all(part in each for part in parts))
            return next(found, None)

        return until(look, lambda: f"no message has {' and '.join(parts)}: {self.shown()}")

    def shown(self) -> str:
        """Return the text of the page and the console, for the message of a failure."""
        try:
            url, text = self.run("return [location.href, document.body?.innerText ?? '']")
            messages = self.console()[-20:]
        except GONE as error:
            return f"a page that {self.name} can't show: {error}"
        lines = [f"the page {url} in {self.name}, which shows:"]
        lines += [f"  | {line}" for line in text.splitlines() if line.strip()]
        lines += ["Its console shows:"] if messages else []
        lines += [f"  > {message}" for message in messages]
        return "\n".join(lines)
