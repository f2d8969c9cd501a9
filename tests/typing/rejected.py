"""Mistakes that both type checkers must find."""

from __future__ import annotations

from flask import Blueprint, Flask

import flask_crossorigin
from flask_crossorigin import Access, CrossOrigin, Policy
from flask_crossorigin.browser import Browser

app = Flask(__name__)
api = Blueprint("api", __name__)
cors = CrossOrigin(app, origins=[])
access = Access(app, verify=lambda request: None)
page = Browser({"https://api.example.com": app}).page("https://app.example.com")

# Names of other libraries.
flask_crossorigin.CORS(app)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]

# Keywords of other libraries, and mistyped ones.
Policy(origins=[], supports_credentials=True)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
CrossOrigin(app, origin=[])  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
cors.apply("/api", resources={})  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
cors.policy(max_ages=60)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
cors.reconfigure(send_wildcard=True)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]

# Values of the wrong type.
Policy(origins=3)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Policy(origins=["https://app.example.com", 3])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
Policy(origins=lambda: True)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Policy(origins=[], credentials=1.5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Policy(origins=[], max_age="600")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Policy(origins=[], methods=[1])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
Policy("https://app.example.com")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
CrossOrigin(app, ["https://app.example.com"])  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
CrossOrigin("app")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
cors.policy({"origins": "*"})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
cors.apply(app, origins="*")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
cors.apply(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

# Policies can't be changed.
Policy(origins=[]).credentials = True  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]

# Decorators take views, and keep their types.
cors.disable(3)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
cors.disable(lambda: "view", app=app)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]


@cors.policy(max_age=0)
@access.required
def view(number: int) -> str:
    return str(number)


view("3")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
length: int = view(3)  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]


@cors.disable
async def slow() -> str:
    return "slow"


text: str = slow()  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]

# Access.
Access(app)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
Access(app, lambda request: None)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
Access(app, verify=lambda request: None, default="require")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Access(app, verify="verify")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Access(app, verify=lambda request: None, www_authenticate=True)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
access.required(3)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
access.protect("/api")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
access.public("view")  # type: ignore[type-var]  # pyright: ignore[reportArgumentType]

# The browser.
Browser({"https://api.example.com": app}, profile="safari")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
page.fetch("/", credentials="always")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
page.fetch("/", mode="navigate")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
page.fetch("/", body={"a": 1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
page.fetch("/", "PUT")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
