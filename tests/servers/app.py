"""The app of the contract, as a server loads it. It notes in a file what runs."""

import hashlib
import os
import warnings
from pathlib import Path

from flask import Response, request

from flask_crossorigin import CrossOriginWarning
from tests.ecosystem.api import make_api


class Notes(list[str]):
    """Notes that are added to a file, which several processes share."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path

    def append(self, note: str) -> None:
        with self.path.open("a") as file:
            file.write(f"{note}\n")


warnings.simplefilter("error", CrossOriginWarning)
api = make_api()
api.seen = Notes(Path(os.environ["TESTS_NOTES"]))
app = api.app


@app.put("/upload")
def upload() -> str:
    return hashlib.sha256(request.get_data()).hexdigest()


@app.get("/cached")
def cached() -> Response:
    """Return a page that a cache in front may keep."""
    response = Response("cached", headers={"Cache-Control": "public, max-age=60"})
    response.set_etag("one")
    response.make_conditional(request)
    return response
