"""The demo (examples/bulleval), used in each engine."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver.common.keys import Keys

from bulleval import book, serve

from .browser import Browser

pytestmark = pytest.mark.browser

FIRST = 14  # the newest of the sample marks: the first of the list

# The expected result of each probe, and whether it needs a preflight. The page has a list of its
# own, which this one does not depend on.
PROBES = {
    "read": ("200", "no"),
    "write": ("200", "yes"),
    "custom-header": ("200", "yes"),
    "redirect": ("200", "no"),
    "headers": ("200", "no"),
    "lowercase-patch": ("blocked", "yes"),
    "unknown-read": ("404", "no"),
    "unknown-write": ("404", "yes"),
    "unauthorized": ("401", "no"),
    "forbidden": ("403", "no"),
    "failure": ("500", "no"),
    "credentials-include": ("200", "no"),
    "credentials-omit": ("200", "no"),
    "stranger-read": ("blocked", "no"),
    "stranger-write": ("blocked", "yes"),
    "stranger-open": ("200", "no"),
    "sandbox": ("blocked", "no"),
}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A mark book to copy. Creating one takes longer, because of its password hashes."""
    data = tmp_path_factory.mktemp("bulleval")
    book.prepare(data)
    return data


@pytest.fixture
def demo(prepared: Path, tmp_path: Path) -> Iterator[serve.Demo]:
    with serve.start(port_base=0, data=shutil.copytree(prepared, tmp_path / "data")) as started:
        yield started


@pytest.fixture
def visitor(browser: Browser, demo: serve.Demo) -> Browser:
    """A browser that shows the sign-in form."""
    browser.open(demo.app_url)
    browser.wait_for_focus("#username")
    return browser


@pytest.fixture
def teacher(visitor: Browser) -> Browser:
    sign_in(visitor, "ines", "chalk")
    visitor.wait_for_focus("#marks-title")
    return visitor


def sign_in(browser: Browser, name: str, password: str) -> None:
    browser.write("#username", name)
    browser.write("#password", password)
    browser.click("#sign-in")


def fill_in(browser: Browser, pupil: str, subject: str, value: str, comment: str) -> None:
    browser.choose("#mark-pupil", pupil)
    browser.write("#mark-subject", subject)
    browser.write("#mark-value", value)
    browser.write("#mark-comment", comment)
    browser.click("#mark-save")


def row(number: int) -> str:
    return f'[data-mark="{number}"]'


# -- Marks ------------------------------------------------------------------------------------


def test_a_teacher_signs_in_and_sees_the_marks(visitor: Browser) -> None:
    sign_in(visitor, "ines", "chalk")

    visitor.wait_for_focus("#marks-title")
    visitor.wait_for_text("#who-name", "Inès Moreau")
    visitor.wait_for_text("#message", "Signed in as Inès Moreau.")
    # The total is an exposed header of the list.
    visitor.wait_for_text("#marks-summary", "14 of 14 marks · average 14.1")
    visitor.wait_for_text(row(FIRST), "Farid Haddad")
    visitor.wait_for_text(row(FIRST), "Music")
    visitor.wait_until_gone("#sign-in-view")


def test_the_session_outlives_the_page(teacher: Browser, demo: serve.Demo) -> None:
    teacher.open(demo.app_url)

    teacher.wait_for_text("#who-name", "Inès Moreau")
    teacher.wait_for_text("#marks-summary", "14 of 14 marks")


def test_a_wrong_password_is_reported(visitor: Browser) -> None:
    sign_in(visitor, "ines", "cheese")

    visitor.wait_for_text("#sign-in-form .form-error", "No user has this name and password.")
    visitor.wait_until_gone("#marks-view")


def test_missing_fields_are_reported_at_their_place(visitor: Browser) -> None:
    visitor.click("#sign-in")

    visitor.wait_for_text("#username-error", "Write from 1 to 60 characters.")
    visitor.wait_for_text("#password-error", "Write from 1 to 200 characters.")
    visitor.wait_for_focus("#username")


def test_a_mark_is_added(teacher: Browser) -> None:
    teacher.click("#add-mark")
    fill_in(teacher, "Elif Yıldız", "Chemistry", "15.5", "Nothing exploded.")

    teacher.wait_for_text("#message", "The mark is added.")
    teacher.wait_until_gone("#mark-dialog")
    teacher.wait_for_text("#marks-summary", "15 of 15 marks")
    for text in ("Elif Yıldız", "Chemistry", "15.5", "Nothing exploded."):
        teacher.wait_for_text(row(FIRST + 1), text)


def test_a_mark_is_changed(teacher: Browser) -> None:
    teacher.click(f"{row(FIRST)} .edit")
    teacher.wait_for_text("#mark-title", "Change this mark")
    fill_in(teacher, "Farid Haddad", "Music", "17", "Sang alone.")

    teacher.wait_for_text("#message", "The mark is changed.")
    teacher.wait_for_text("#marks-summary", "14 of 14 marks · average 14.3")
    teacher.wait_for_text(row(FIRST), "17")
    teacher.wait_for_text(row(FIRST), "Sang alone.")


def test_a_mark_is_deleted_after_confirmation(teacher: Browser) -> None:
    teacher.click(f"{row(FIRST)} .delete")
    teacher.wait_for_text("#delete-text", "Farid Haddad: 14 of 20 in Music.")
    teacher.click("#delete-cancel")
    teacher.wait_until_gone("#delete-dialog")
    teacher.element(row(FIRST))

    teacher.click(f"{row(FIRST)} .delete")
    teacher.click("#delete-confirm")

    teacher.wait_for_text("#message", "The mark is deleted.")
    teacher.wait_for_text("#marks-summary", "13 of 13 marks")
    teacher.wait_until_gone(row(FIRST))


def test_the_list_shows_one_pupil(teacher: Browser) -> None:
    teacher.choose("#pupil-filter", "Amara Diallo")

    teacher.wait_for_text("#marks-summary", "3 of 14 marks")
    teacher.wait("document.querySelectorAll('[data-mark]').length === 3")


def test_a_value_that_the_api_refuses_is_reported_at_its_field(teacher: Browser) -> None:
    teacher.click("#add-mark")
    fill_in(teacher, "Elif Yıldız", "Chemistry", "20.5", "")

    teacher.wait_for_text("#mark-value-error", "from 0 to 20, in steps of a half")
    teacher.wait_for_focus("#mark-value[aria-invalid]")
    teacher.write("#mark-value", "19.5")
    teacher.click("#mark-save")

    teacher.wait_for_text("#message", "The mark is added.")
    teacher.wait_for_text(row(FIRST + 1), "19.5")


def test_a_reader_can_not_change_marks(visitor: Browser) -> None:
    sign_in(visitor, "sam", "pupil")

    visitor.wait_for_text("#who-name", "Sam Okafor")
    visitor.wait_for_text("#read-only", "You may read these marks, not change them.")
    visitor.wait_for_text("#marks-summary", "14 of 14 marks")
    visitor.wait_until_gone("#add-mark")
    visitor.wait_until_gone(".edit, .delete")


def test_a_reader_who_writes_anyway_reads_the_refusal(teacher: Browser, demo: serve.Demo) -> None:
    teacher.click("#add-mark")  # while Sam signs in elsewhere, in the same browser
    status = teacher.run_async(
        """
        const response = await fetch(`${arguments[0]}/session`, {
          method: "POST",
          credentials: "include",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify({ username: "sam", password: "pupil" }),
        });
        return response.status;
        """,
        demo.api_url,
    )
    assert status == 200

    fill_in(teacher, "Elif Yıldız", "Chemistry", "20", "")

    teacher.wait_for_text("#mark-form .form-error", "You may read the marks, not change them.")


def test_signing_out_ends_the_session(teacher: Browser, demo: serve.Demo) -> None:
    teacher.click("#sign-out")

    teacher.wait_for_text("#message", "Signed out.")
    teacher.wait_for_focus("#username")
    teacher.wait_until_gone("#marks-view")
    teacher.wait_until_gone("#who")

    teacher.open(demo.app_url)
    teacher.wait_for_focus("#username")


def test_everything_can_be_done_from_the_keyboard(visitor: Browser) -> None:
    visitor.press("ines", Keys.TAB, "chalk", Keys.ENTER)
    visitor.wait_for_focus("#marks-title")

    visitor.press(Keys.TAB)
    visitor.wait_for_focus("#pupil-filter")
    visitor.press(Keys.TAB)
    visitor.wait_for_focus("#add-mark")
    visitor.press(Keys.ENTER)
    visitor.wait_for_focus("#mark-pupil")
    visitor.press(Keys.TAB)
    visitor.wait_for_focus("#mark-subject")
    visitor.press("Chemistry", Keys.TAB)
    visitor.wait_for_focus("#mark-value")
    visitor.press("11.5", Keys.ENTER)
    visitor.wait_for_text("#message", "The mark is added.")
    visitor.wait_for_focus(f"{row(FIRST + 1)} .edit")

    visitor.press(Keys.TAB)
    visitor.wait_for_focus(f"{row(FIRST + 1)} .delete")
    visitor.press(Keys.ENTER)
    visitor.wait_for_focus("#delete-cancel")
    visitor.press(Keys.ESCAPE)
    visitor.wait_until_gone("#delete-dialog")
    visitor.wait_for_focus(f"{row(FIRST + 1)} .delete")
    visitor.press(Keys.ENTER)
    visitor.wait_for_focus("#delete-cancel")
    visitor.press(Keys.TAB)
    visitor.wait_for_focus("#delete-confirm")
    visitor.press(Keys.ENTER)
    visitor.wait_for_text("#message", "The mark is deleted.")
    visitor.wait_for_focus("#marks-title")


# -- Probes -----------------------------------------------------------------------------------


def test_every_probe_has_the_expected_result(browser: Browser, demo: serve.Demo) -> None:
    browser.open(f"{demo.app_url}/probes")
    browser.wait("document.body.dataset.probes === 'done'")

    rows = browser.run(
        """
        return [...document.querySelectorAll("[data-probe]")].map((row) => ({
          name: row.dataset.probe,
          seen: row.dataset.seen,
          preflight: row.dataset.preflight,
          ok: row.dataset.ok,
          origin: row.dataset.origin,
          text: row.innerText,
        }));
        """
    )

    assert sorted(row["name"] for row in rows) == sorted(PROBES)
    origins = {"stranger": demo.stranger_url, "sandbox": "null"}
    wrong = [
        f"{row['name']}: seen {row['seen']}, preflight {row['preflight']}, ok {row['ok']}, "
        f"from {row['origin']}:\n{row['text']}"
        for row in rows
        if (row["seen"], row["preflight"]) != PROBES[row["name"]]
        or row["ok"] != "true"
        or row["origin"] != origins.get(row["name"].partition("-")[0], demo.app_url)
    ]
    assert not wrong, "\n\n".join(wrong)
    browser.wait_for_text("#verdict", f"All {len(PROBES)} as expected")

    browser.click("#run")
    browser.wait_for_text("#verdict", "Running")
    browser.wait_for_text("#verdict", f"All {len(PROBES)} as expected")


def test_another_site_can_not_read_the_marks(teacher: Browser, demo: serve.Demo) -> None:
    teacher.open(demo.stranger_url)
    teacher.click("#try")

    teacher.wait_for_text("#outcome", "the browser kept the answer from this page")
