"""A running browser, as the tests drive it: with the mouse, from the keyboard, by scripts."""

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

PATIENCE = 30.0  # seconds for anything that a browser or a page is waited for
INTERVAL = 0.03  # seconds between two looks

GONE = (WebDriverException, HTTPError, OSError)  # what a browser that has ended leads to

T = TypeVar("T")


def until(look: Callable[[], T | None], failure: Callable[[], str]) -> T:
    """What `look` answers as soon as that is true; in the end, a failure with that message."""
    end = time.monotonic() + PATIENCE
    while True:
        late = time.monotonic() > end  # noted before the last look: a slow one still counts
        if found := look():
            return found
        if late:
            raise AssertionError(f"Waited {PATIENCE:.0f} s: {failure()}")
        time.sleep(INTERVAL)


@dataclass(frozen=True, eq=False)
class Browser:
    """One browser with one page.

    :ivar read_console: answers what its console was told since it started; None where the engine
        does not tell.
    """

    name: str
    driver: WebDriver
    read_console: Callable[[], list[str]] | None

    # Pages and scripts.

    def open(self, url: str) -> None:
        """Go to a page, and wait until it is loaded."""
        self.driver.get(url)

    def run(self, script: str, *arguments: Any) -> Any:
        """What a script in the page returns."""
        return self.driver.execute_script(script, *arguments)

    def run_async(self, script: str, *arguments: Any) -> Any:
        """What a script in the page returns that may `await`."""
        answer = self.driver.execute_async_script(
            "const given = [...arguments], done = given.pop();"
            f"(async function () {{ {script} }})(...given).then("
            "(value) => done({ value }), (error) => done({ error: String(error) }));",
            *arguments,
        )
        assert "error" not in answer, f"{answer['error']}, from a script on {self.shown()}"
        return answer.get("value")

    def wait(self, condition: str, *arguments: Any) -> Any:
        """Wait until an expression in the page is true; its value."""
        return until(
            lambda: self.run(f"return {condition}", *arguments),
            lambda: f"not so: {condition}, with {arguments}, on {self.shown()}",
        )

    # Elements, by CSS selector.

    def element(self, css: str) -> WebElement:
        """The one element, as soon as it can be seen."""
        self.wait("document.querySelector(arguments[0])?.checkVisibility()", css)
        found = self.driver.find_elements(By.CSS_SELECTOR, css)
        assert len(found) == 1, f"{len(found)} elements match {css} on {self.shown()}"
        return found[0]

    def click(self, css: str) -> None:
        """Click it."""
        self.element(css).click()

    def write(self, css: str, text: str) -> None:
        """Put text into a field, in place of what is there."""
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
        """Press keys, wherever the focus is."""
        ActionChains(self.driver, duration=0).send_keys(*keys).perform()

    def wait_for_text(self, css: str, text: str) -> None:
        """Wait until the text is in it, and it can be seen."""
        self.wait(
            "((found) => found?.checkVisibility() && found.innerText.includes(arguments[1]))"
            "(document.querySelector(arguments[0]))",
            css,
            text,
        )

    def wait_for_focus(self, css: str) -> None:
        """Wait until it has the focus."""
        self.wait("document.activeElement?.matches(arguments[0])", css)

    def wait_until_gone(self, css: str) -> None:
        """Wait until it is not there, or cannot be seen."""
        self.wait("!document.querySelector(arguments[0])?.checkVisibility()", css)

    # What the browser tells.

    def console(self) -> list[str]:
        """What the console was told since the browser started, as far as the engine tells."""
        return self.read_console() if self.read_console else []

    def wait_for_message(self, *parts: str) -> str:
        """Wait until the console has a message with all these parts."""

        def look() -> str | None:
            told = (each for each in self.console() if all(part in each for part in parts))
            return next(told, None)

        return until(look, lambda: f"no message has {' and '.join(parts)}: {self.shown()}")

    def shown(self) -> str:
        """What the page shows and the console was told, for the message of a failure."""
        try:
            url, text = self.run("return [location.href, document.body?.innerText ?? '']")
            messages = self.console()[-20:]
        except GONE as error:
            return f"a page of which {self.name} cannot tell: {error}"
        lines = [f"the page {url} in {self.name}, which shows:"]
        lines += [f"  | {line}" for line in text.splitlines() if line.strip()]
        lines += ["Its console was told:"] if messages else []
        lines += [f"  > {message}" for message in messages]
        return "\n".join(lines)
