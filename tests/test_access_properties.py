"""Access against a slow reference, over random views, blueprints, hooks and requests.

The reference reads the truth table of the design from the description of an app, in plain steps.
It shares nothing with the source: it sees no marks, and works out by itself what Flask runs.
"""

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeAlias

from flask import Blueprint, Flask, make_response, request
from flask.ctx import AppContext
from flask.globals import app_ctx
from flask.views import MethodView, View
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from flask_crossorigin import Access, PolicyError

from .access_helpers import codes
from .conftest import call

Needs: TypeAlias = tuple[str, ...]
Decoration: TypeAlias = Needs | str | None
"""The needs of a `required`, "public", or None for no decorator."""
Change: TypeAlias = tuple[int | None, str | None]
"""The number of the view and the method that run from now on, or None for no change."""

METHODS = ["GET", "HEAD", "POST", "PUT", "OPTIONS"]
HANDLERS = ["get", "head", "post", "put", "options"]

# The description of an app.


@dataclass(eq=False)
class ClassPlan:
    """A view class: MethodView with some handlers, or View with a `dispatch_request`."""

    name: str
    bases: list["ClassPlan"]
    plain: bool
    mark: Decoration
    methods: dict[str, Decoration]
    made: Any = None

    @property
    def lineage(self) -> list["ClassPlan"]:
        """This class and its bases, in the order in which Python looks methods up."""
        by_class = {each.made: each for each in self.everyone()}
        return [by_class[each] for each in self.made.__mro__ if each in by_class]

    def everyone(self) -> list["ClassPlan"]:
        """This class and all of its bases."""
        return [self, *(each for base in self.bases for each in base.everyone())]


@dataclass
class ViewPlan:
    """A view at an endpoint: of a class, or a function if there is no class.

    :ivar layers: decorators from the inside out: marks, "wraps" for one of somebody else, and
        "replaces" for another function that takes over the attributes by `functools.wraps`.
    :ivar blueprint: the name of the blueprint it belongs to, "" for none.
    """

    number: int
    view_class: ClassPlan | None
    layers: list[Decoration]
    blueprint: str

    @property
    def endpoint(self) -> str:
        """The endpoint, with the blueprint."""
        return f"{self.blueprint}.v{self.number}".lstrip(".")


@dataclass
class Plan:
    """An app, and what happens in a request."""

    guarded: bool
    default: Any
    blueprints: dict[str, Decoration]  # nested by the dots of their names; "public" is `open`
    classes: list[ClassPlan]
    views: list[ViewPlan]
    late_protect: bool
    swallows: bool


@dataclass
class RequestPlan:
    """A request.

    :ivar hook: the change that a hook makes.
    :ivar late: the change that the `dispatch_request` of a subclass makes.
    :ivar again: the change before an error handler dispatches again; None if it does not.
    """

    view: int
    method: str
    user: frozenset[str] | None
    refusal: str
    hook: Change
    late: Change
    again: Change | None
    signs_in: bool


def a_mark(random: Random) -> Decoration:
    """Return a decorator, or none."""
    return random.choice([None, None, "public", "public", (), ("a",), ("b",), ("a", "b")])


def a_class(random: Random, earlier: list[ClassPlan], *, plain: bool) -> ClassPlan:
    """Return a class, whose bases are `earlier` ones."""
    bases = random.sample(earlier, min(len(earlier), random.choice([0, 1, 1, 2])))
    names = ["dispatch_request"] if plain else HANDLERS
    defined = random.sample(names, random.randint(0, min(3, len(names))))
    methods = {name: a_mark(random) for name in defined}
    return ClassPlan(f"C{len(earlier)}", bases, plain, a_mark(random), methods)


def a_view(random: Random, number: int, classes: list[ClassPlan], *, guarded: bool) -> ViewPlan:
    """Return a view, perhaps of one of the `classes`."""
    view_class = random.choice([None, *classes, *classes[-1:]])
    layers = [random.choice([a_mark(random), None, "wraps"]) for _ in range(3)]
    if guarded and view_class is None:  # without a guard, it would replace the decorator, too
        layers[random.randrange(3)] = random.choice([None, "replaces"])
    if "public" in layers:  # on one function, both would be an error
        layers = ["public" if isinstance(each, tuple) else each for each in layers]
    return ViewPlan(number, view_class, layers, random.choice(["", "b", "b.c", "b.c.d"]))


def a_plan(random: Random) -> Plan:
    """Return an app."""
    guarded = random.random() < 0.8
    names = ["b", "b.c", "b.c.d"]
    # A blueprint that is protected guards its app.
    blueprints = {name: a_mark(random) if guarded else None for name in names}
    classes: list[ClassPlan] = []
    plain = random.random() < 0.2
    for _ in range(random.randint(0, 5)):
        classes.append(a_class(random, classes, plain=plain))
    usable = [each for each in classes if any(one.methods for one in each.everyone())]
    views = [a_view(random, number, usable, guarded=guarded) for number in range(3)]
    default = random.choice(["public", "required"])
    late = random.random() < 0.1  # it has to look for the apps that have a blueprint
    return Plan(guarded, default, blueprints, classes, views, late, random.random() < 0.5)


def a_request(random: Random, views: int) -> RequestPlan:
    """Return a request to one of as many `views`."""

    def change(likely: float) -> Change:
        view = random.randrange(views) if random.random() < likely / 2 else None
        return view, random.choice(METHODS) if random.random() < likely / 2 else None

    return RequestPlan(
        random.randrange(views),
        random.choice(METHODS),
        random.choice([None, frozenset(), frozenset("a"), frozenset("b"), frozenset("ab")]),
        random.choice(["none", "false", "denied", "response", "error"]),
        change(0.5),
        change(0.5),
        change(1) if random.random() < 0.5 else None,
        random.random() < 0.5,
    )


# The reference.


class Contradiction(Exception):
    """The plan says that a view is both public and required."""


def handler_of(plan: ClassPlan, method: str) -> tuple[str, ClassPlan] | None:
    """Return the name of the method that runs, and the class that it comes from."""
    names = [method.lower(), *(["get"] if method == "HEAD" else [])]
    for name in ["dispatch_request"] if plan.plain else names:
        for each in plan.lineage:
            if name in each.methods:
                return name, each
    return None


def required_of_class(plan: ClassPlan, method: str, layers: list[Decoration]) -> list[Needs] | None:
    """Return what the decorators require; None if they make the view public."""
    found = handler_of(plan, method)
    own: list[tuple[ClassPlan, Decoration]]
    own = [(plan, each) for each in layers if each == "public" or isinstance(each, tuple)]
    if found is not None and found[1].methods[found[0]] is not None:
        own.append((found[1], found[1].methods[found[0]]))
    demanded = [each for _, each in own if isinstance(each, tuple)]
    by_classes = [(each, each.mark) for each in plan.lineage]
    openers = [each for each, mark in [*own, *by_classes] if mark == "public"]
    if demanded:
        openers = []
    for each, mark in by_classes:
        if isinstance(mark, tuple):
            if any(each in opener.lineage for opener in openers):
                continue
            if openers:
                raise Contradiction
            demanded.append(mark)
    return None if openers else demanded


def required_of_view(plan: Plan, view: ViewPlan, method: str) -> list[Needs]:
    """Return everything that a request to `view` needs."""
    if view.view_class is not None:
        found = required_of_class(view.view_class, method, view.layers)
    else:
        found = [each for each in view.layers if isinstance(each, tuple)]
        found = None if "public" in view.layers else found
    if not plan.guarded:
        return found or []
    if found is None:
        return []
    anything = bool(found)
    around: list[Needs] = []
    for length in range(1, len(view.blueprint.split(".")) + 1):
        statement = plan.blueprints.get(".".join(view.blueprint.split(".")[:length]))
        if statement is not None:
            anything = True
            around = [*around, statement] if isinstance(statement, tuple) else []
    if not anything:
        return [()] if plan.default == "required" else []
    return [*around, *found]


def methods_of(view: ViewPlan) -> set[str]:
    """Return the methods of the view's rule: all for a function, else those that have a method."""
    if view.view_class is None or view.view_class.plain:
        return {"GET", "HEAD", "POST", "PUT", "OPTIONS"}
    defined = {name.upper() for each in view.view_class.everyone() for name in each.methods}
    return defined | {"OPTIONS"} | ({"HEAD"} if "GET" in defined else set())


def answers_options_itself(view: ViewPlan) -> bool:
    """Return whether Flask answers OPTIONS for `view` without running it."""
    if view.view_class is None or view.view_class.plain:
        return True
    return not any("options" in each.methods for each in view.view_class.everyone())


class Reference:
    """What happens in one request of a plan."""

    def __init__(self, plan: Plan, planned: RequestPlan) -> None:
        self.plan = plan
        self.planned = planned
        self.user = planned.user
        self.view, self.method = plan.views[planned.view], planned.method
        self.ran: list[tuple[int, str]] = []

    def run(self) -> list[tuple[int, str]]:
        """Return each run of a view: its number, and the name of the method of its class."""
        if self.method in methods_of(self.view):
            self.change(self.planned.hook)
            try:
                refused = self.dispatch()
            except Contradiction:
                return self.ran
            if refused in ("none", "false", "denied") and self.planned.again is not None:
                self.change(self.planned.again)
                if self.planned.signs_in:
                    self.user = frozenset({"a", "b"})
                try:
                    self.dispatch()
                except Contradiction:
                    return self.ran
        return self.ran

    def change(self, to: Change) -> None:
        """Let another view, or another method, be what runs."""
        if to[0] is not None:
            self.view = self.plan.views[to[0]]
        self.method = to[1] or self.method

    def dispatch(self) -> str:
        """Run the view if it may run; return how it was refused, or ""."""
        automatic = self.method == "OPTIONS" and answers_options_itself(self.view)
        if self.plan.guarded and not automatic and not self.may_run():
            return self.planned.refusal
        self.change(self.planned.late)
        if self.method == "OPTIONS" and answers_options_itself(self.view):
            return ""
        if not self.may_run():
            return self.planned.refusal
        if self.view.view_class is None:
            self.ran.append((self.view.number, ""))
        elif (found := handler_of(self.view.view_class, self.method)) is not None:
            self.ran.append((self.view.number, f"{found[1].name}.{found[0]}"))
        return ""

    def may_run(self) -> bool:
        """Return whether the user has everything that the view needs."""
        demanded = required_of_view(self.plan, self.view, self.method)
        return all(self.user is not None and self.user.issuperset(each) for each in demanded)


# The app.


@dataclass
class Trial:
    """An app made of a plan, and a note of what its views and `verify` do."""

    plan: Plan
    planned: RequestPlan | None = None
    user: frozenset[str] | None = None
    ran: list[tuple[int, str]] = field(default_factory=list)
    confirmed: list[Needs] = field(default_factory=list)

    def verify(self, request: object, *needs: str) -> Any:
        """Return the user of the request, or refuse as it says."""
        assert self.planned is not None
        if self.user is not None and self.user.issuperset(needs):
            self.confirmed.append(needs)
            return "user"
        if self.planned.refusal == "denied":
            raise Access.Denied
        if self.planned.refusal == "error":
            raise ZeroDivisionError
        if self.planned.refusal == "response":
            return make_response("no", 403)
        return None if self.planned.refusal == "none" else False

    def build(self) -> Flask:
        """Return the app."""
        plan = self.plan
        self.access = access = Access(verify=self.verify, default=plan.default)
        self.app = app = self.kind()("app", static_folder=None)
        if plan.guarded:
            access.init_app(app)
        for each in plan.classes:
            self.make_class(each)
        made = {name: Blueprint(name[-1], name[-1]) for name in plan.blueprints}
        if not plan.late_protect:
            self.state(made)
        for view in plan.views:
            target: Any = made[view.blueprint] if view.blueprint else app
            methods = methods_of(view) - ({"OPTIONS"} if answers_options_itself(view) else set())
            url = f"/{view.number}"
            target.add_url_rule(url, f"v{view.number}", self.make_view(view), methods=methods)
        made["b.c"].register_blueprint(made["b.c.d"])
        made["b"].register_blueprint(made["b.c"])
        app.register_blueprint(made["b"])
        if plan.late_protect:
            self.state(made)
        app.before_request(self.hook)
        app.logger.disabled = True  # to format tracebacks takes most of the time
        app.register_error_handler(401, self.again)
        app.register_error_handler(403, self.again)
        return app

    def state(self, made: dict[str, Blueprint]) -> None:
        """Protect and open the blueprints."""
        for name, statement in self.plan.blueprints.items():
            if statement == "public":
                self.access.open(made[name])
            elif isinstance(statement, tuple):
                self.access.protect(made[name], *statement)

    def decorated(self, target: Any, mark: Decoration) -> Any:
        """Return `target` with the decorator that `mark` describes."""
        if mark is None:
            return target
        return (
            self.access.public(target) if mark == "public" else self.access.required(*mark)(target)
        )

    def make_class(self, plan: ClassPlan) -> None:
        """Make the class of `plan`."""

        def method(name: str) -> Callable[..., str]:
            return lambda _: self.note(f"{plan.name}.{name}")

        bases = tuple(each.made for each in plan.bases) or ((View if plan.plain else MethodView),)
        members = {name: self.decorated(method(name), mark) for name, mark in plan.methods.items()}
        plan.made = type(plan.name, bases, members)
        self.decorated(plan.made, plan.mark)

    def make_view(self, plan: ViewPlan) -> Any:
        """Return the view of `plan`."""
        made: Any = self.note
        if plan.view_class is None:
            made = lambda: self.note("")  # noqa: E731 - a new function for each view
        else:
            made = plan.view_class.made.as_view("view")
        for layer in plan.layers:
            if layer == "wraps":
                made = wrapped(made)
            elif layer == "replaces":
                made = functools.wraps(made)(lambda: self.note(""))
            else:
                made = self.decorated(made, layer)
        return made

    def note(self, name: str) -> str:
        """Note the run of a view."""
        assert request.endpoint is not None
        self.ran.append((int(request.endpoint.rpartition("v")[2]), name))
        return name

    # What happens in a request.

    def send(self, planned: RequestPlan) -> None:
        """Send a request."""
        self.planned, self.user, self.ran, self.confirmed = planned, planned.user, [], []
        call(self.app, planned.method, f"/{planned.view}")

    def hook(self) -> None:
        """Change what runs, before the request is dispatched."""
        assert self.planned is not None
        self.change(self.planned.hook)

    def change(self, to: Change) -> None:
        """Let another view, or another method, be what runs."""
        if to[0] is not None:
            endpoint = self.plan.views[to[0]].endpoint
            request.url_rule = next(self.app.url_map.iter_rules(endpoint))
            request.view_args = {}
        request.method = to[1] or request.method

    def again(self, error: Exception) -> Any:
        """Handle a refusal: dispatch once more, perhaps for another view or user."""
        assert self.planned is not None
        if self.planned.again is None:
            return str(error), 401
        self.change(self.planned.again)
        if self.planned.signs_in:
            self.user = frozenset("ab")
        takes_context = "ctx" in inspect.signature(Flask.dispatch_request).parameters
        context: Any = [app_ctx._get_current_object()] if takes_context else []  # type: ignore[attr-defined]
        return self.app.dispatch_request(*context)

    def kind(self) -> type[Flask]:
        """Return a class of apps that gets in the way of the guard."""
        trial = self

        class Wayward(Flask):
            def preprocess_request(self, *ctx: AppContext) -> Any:
                try:
                    return super().preprocess_request(*ctx)
                except Exception:
                    if trial.plan.swallows:
                        return None
                    raise

            def dispatch_request(self, *ctx: AppContext) -> Any:
                assert trial.planned is not None
                trial.change(trial.planned.late)
                return super().dispatch_request(*ctx)

        return Wayward


def wrapped(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return `function` below a decorator of somebody else."""

    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return wrapper


# The property.


def contradicts(plan: ClassPlan) -> bool:
    """Return whether decorating the class of `plan` must be an error."""
    defined = [name.upper() for each in plan.everyone() for name in each.methods]
    try:
        for method in (["GET"] if plan.plain else defined) or ["GET"]:
            required_of_class(plan, method, [])
    except Contradiction:
        return isinstance(plan.mark, tuple)
    return False


@settings(max_examples=200, deadline=None, database=None)
@given(st.integers(0, 2**64))
def test_a_view_runs_if_and_only_if_the_truth_table_lets_it(seed: int) -> None:
    random = Random(seed)
    plan = a_plan(random)
    trial = Trial(plan)
    refused: list[str] = []
    try:
        trial.build()
    except TypeError:  # Python finds no order for the bases of a class
        assume(False)
    except PolicyError as error:
        refused = codes(error)
    made = [each for each in plan.classes if each.made is not None]
    assert [each for each in made if contradicts(each)] == (made[-1:] if refused else [])
    if refused:
        assert refused == ["access-contradiction"]
        return
    broken = plan.guarded and is_broken(plan)
    for _ in range(20):
        planned = a_request(random, len(plan.views))
        trial.send(planned)
        assert trial.ran == ([] if broken else Reference(plan, planned).run())
        assert len(trial.confirmed) == len(set(trial.confirmed))


def is_broken(plan: Plan) -> bool:
    """Return whether any view is both public and required, so that no request is handled."""
    try:
        for view in plan.views:
            for method in methods_of(view):
                required_of_view(plan, view, method)
    except Contradiction:
        return True
    return False
