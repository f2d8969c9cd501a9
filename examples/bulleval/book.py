"""The mark book: users, pupils and marks in one SQLite file, made with sample data."""

from __future__ import annotations

import os
import secrets
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from werkzeug.security import check_password_hash, generate_password_hash

LARGEST_ID = 2**31 - 1

SCHEMA = """
CREATE TABLE user (
    name TEXT PRIMARY KEY,
    full_name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    grants TEXT NOT NULL
);
CREATE TABLE pupil (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
);
CREATE TABLE mark (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    pupil INTEGER NOT NULL REFERENCES pupil (id),
    subject TEXT NOT NULL,
    value REAL NOT NULL CHECK (value BETWEEN 0 AND 20),
    comment TEXT NOT NULL,
    updated TEXT NOT NULL
);
"""

USERS = (
    ("ines", "Inès Moreau", "chalk", "marks:read marks:write"),
    ("sam", "Sam Okafor", "pupil", "marks:read"),
)

MARKS = {
    "Amara Diallo": (
        ("Mathematics", 16.5, "Proofs are short and complete."),
        ("History", 13, ""),
        ("Physics", 18, "Built the pendulum herself."),
    ),
    "Benoît Lefèvre": (
        ("Mathematics", 9, "Fractions again, together, on Thursday."),
        ("French", 14.5, "A good ear for dialogue."),
    ),
    "Chiara Romano": (
        ("Mathematics", 12, ""),
        ("Music", 19, "Led the choir through the second half."),
        ("French", 11.5, ""),
    ),
    "Daniel Weiss": (
        ("Physics", 7.5, "The experiments are done, the reports are not."),
        ("History", 15, "Asks where a source comes from."),
    ),
    "Elif Yıldız": (
        ("Mathematics", 20, "Nothing to add."),
        ("Physics", 17, ""),
    ),
    "Farid Haddad": (
        ("French", 10, "Reads more than he writes."),
        ("Music", 14, ""),
    ),
}


@dataclass(frozen=True)
class User:
    """Someone who can sign in, and what they may do."""

    name: str
    full_name: str
    grants: frozenset[str]


@dataclass(frozen=True)
class Mark:
    """A mark as it is written: it has no number and no date yet."""

    pupil: int
    subject: str
    value: float
    comment: str


class Book:
    """One connection to the file; its user closes it."""

    def __init__(self, path: Path) -> None:
        self.file = sqlite3.connect(path)
        self.file.row_factory = sqlite3.Row
        self.file.execute("PRAGMA foreign_keys = ON")

    def close(self) -> None:
        """Let go of the file."""
        self.file.close()

    def user(self, name: str) -> User | None:
        """The user of that name."""
        row = self._user_row(name)
        return _user(row) if row else None

    def sign_in(self, name: str, password: str) -> User | None:
        """The user of that name, if the password is theirs."""
        row = self._user_row(name)
        known = row is not None and check_password_hash(row["password_hash"], password)
        return _user(row) if known else None

    def pupils(self) -> list[dict[str, Any]]:
        """Every pupil, by name."""
        return [dict(row) for row in self.file.execute("SELECT * FROM pupil ORDER BY name")]

    def marks(self, pupil: int | None = None) -> list[dict[str, Any]]:
        """The marks, or those of one pupil, the newest first."""
        where, values = ("", ()) if pupil is None else ("WHERE pupil = ?", (pupil,))
        rows = self.file.execute(f"SELECT * FROM mark {where} ORDER BY id DESC", values)
        return [dict(row) for row in rows]

    def count(self) -> int:
        """How many marks there are."""
        (count,) = self.file.execute("SELECT count(*) FROM mark").fetchone()
        return int(count)

    def mark(self, number: int) -> dict[str, Any] | None:
        """The mark of that number."""
        if number > LARGEST_ID:  # SQLite takes no larger one
            return None
        row = self.file.execute("SELECT * FROM mark WHERE id = ?", (number,)).fetchone()
        return dict(row) if row else None

    def add(self, mark: Mark) -> int:
        """Write a new mark; its number."""
        with self.file:
            number = self.file.execute(
                "INSERT INTO mark (pupil, subject, value, comment, updated) VALUES (?, ?, ?, ?, ?)",
                (mark.pupil, mark.subject, mark.value, mark.comment, _now()),
            ).lastrowid
        assert number is not None
        return number

    def replace(self, number: int, mark: Mark) -> None:
        """Write another mark under that number."""
        with self.file:
            self.file.execute(
                "UPDATE mark SET pupil = ?, subject = ?, value = ?, comment = ?, updated = ?"
                " WHERE id = ?",
                (mark.pupil, mark.subject, mark.value, mark.comment, _now(), number),
            )

    def delete(self, number: int) -> None:
        """Strike out the mark of that number."""
        with self.file:
            self.file.execute("DELETE FROM mark WHERE id = ?", (number,))

    def _user_row(self, name: str) -> Any:
        return self.file.execute("SELECT * FROM user WHERE name = ?", (name,)).fetchone()


def prepare(data: Path) -> Path:
    """The path of the mark book in the folder `data`, made there the first time."""
    data.mkdir(parents=True, exist_ok=True)
    path = data / "bulleval.sqlite3"
    if not path.exists():
        # Filled under another name first: a run that is cut short leaves no half-made book.
        draft = data / f"draft-{secrets.token_hex(8)}.sqlite3"
        with closing(Book(draft)) as book:
            _fill(book)
        draft.replace(path)
    return path


def secret_key(data: Path) -> bytes:
    """The key that signs the session cookie: made the first time, readable by its owner alone."""
    path = data / "secret_key"
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    key = secrets.token_bytes(32)
    with os.fdopen(file, "wb") as out:
        out.write(key)
    return key


def _fill(book: Book) -> None:
    book.file.executescript(SCHEMA)
    with book.file:
        for name, full_name, password, grants in USERS:
            user = (name, full_name, generate_password_hash(password), grants)
            book.file.execute("INSERT INTO user VALUES (?, ?, ?, ?)", user)
        for number, pupil in enumerate(MARKS, start=1):
            book.file.execute("INSERT INTO pupil VALUES (?, ?)", (number, pupil))
    for number, marks in enumerate(MARKS.values(), start=1):
        for subject, value, comment in marks:
            book.add(Mark(number, subject, value, comment))


def _user(row: sqlite3.Row) -> User:
    return User(row["name"], row["full_name"], frozenset(row["grants"].split()))


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="seconds")
