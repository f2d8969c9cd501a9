# `make help` lists the commands. The logic is in scripts/.
# PYTHON=python3.13 chooses an interpreter, VENV=.venv-3.13 another environment for it.

.DEFAULT_GOAL := help
.NOTPARALLEL:

VENV := .venv
OLDEST := $(VENV)-oldest
MAIN := $(VENV)-main
DEMO := $(VENV)-demo
BENCH := $(VENV)-bench
DOCS := $(VENV)-docs
ECOSYSTEM := $(VENV)-ecosystem
CONNEXION2 := $(ECOSYSTEM)-connexion2
SERVERS := $(VENV)-servers
MOD_WSGI := $(VENV)-mod-wsgi
PACKAGE := $(VENV)-package
RUNTIME := $(VENV)-runtime
FUZZ := $(VENV)-fuzz
python := $(VENV)/bin/python

.PHONY: help
help: ## List the commands
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup
setup: ## Make or update the development environment, .venv
	@scripts/setup.sh $(VENV) requirements/dev.txt editable

.PHONY: demo
demo: ## Run the demo: an API, and a front end on another origin; PORT_BASE=9000 for other ports
	@scripts/setup.sh $(DEMO) requirements/demo.txt editable
	@exec scripts/demo.sh $(DEMO)

.PHONY: test
test: lint types package test-newest test-oldest ## Run everything that must hold before a change goes in

.PHONY: test-quick
test-quick: setup ## Run the suite without browsers
	@scripts/fetch-flask-cors-tests.sh $(VENV) || [ "$$CI" != true ]
	$(python) -m pytest -m "not browser"

.PHONY: test-newest
test-newest: setup ## Run the whole suite on the newest Flask, every line and branch covered
	@scripts/install-browsers.sh || [ "$$CI" != true ]
	@scripts/fetch-flask-cors-tests.sh $(VENV) || [ "$$CI" != true ]
	$(python) -m coverage run -m pytest
	$(python) -m coverage report

.PHONY: test-oldest
test-oldest: ## Run the suite on the oldest Flask, against the built wheel, without browsers
	@scripts/setup.sh $(OLDEST) requirements/oldest.txt wheel
	@scripts/fetch-flask-cors-tests.sh $(OLDEST) || [ "$$CI" != true ]
	$(OLDEST)/bin/python -m pytest -m "not browser"

.PHONY: test-flask-main
test-flask-main: ## Run the suite on the main branches of Flask and Werkzeug, without browsers
	@scripts/setup.sh $(MAIN) requirements/dev.txt editable
	$(MAIN)/bin/python -m pip install --quiet --force-reinstall --no-deps \
		https://github.com/pallets/werkzeug/archive/main.tar.gz \
		https://github.com/pallets/flask/archive/main.tar.gz
	$(MAIN)/bin/python -m pytest -m "not browser"

.PHONY: test-ecosystem
test-ecosystem: test-servers ## Run the tests beside the packages that users have, and in their servers
	@scripts/setup.sh $(ECOSYSTEM) requirements/ecosystem.txt editable
	@scripts/setup.sh $(CONNEXION2) requirements/ecosystem-connexion2.txt editable
	$(ECOSYSTEM)/bin/python -m pytest tests/ecosystem
	$(CONNEXION2)/bin/python -m pytest tests/ecosystem/connexion2

# mod_wsgi runs the Python that Debian built it for.
.PHONY: test-servers
test-servers: ## Run the tests over the network: gunicorn, uWSGI, mod_wsgi, nginx and other servers
	@scripts/setup.sh $(SERVERS) requirements/servers.txt editable
	@{ scripts/install-servers.sh && \
		PYTHON=/usr/bin/python3 scripts/setup.sh $(MOD_WSGI) requirements/served.txt editable; \
	} || [ "$$CI" != true ]
	MOD_WSGI_ENV="$(abspath $(MOD_WSGI))" $(SERVERS)/bin/python -m pytest tests/servers

.PHONY: lint
lint: setup ## Check style and format, and that the workflows are safe
	$(python) -m ruff check
	$(python) -m ruff format --check
	$(VENV)/bin/zizmor --offline --quiet --pedantic --strict-collection .github

.PHONY: format
format: setup ## Format, and mend what can be mended by itself
	$(python) -m ruff check --fix
	$(python) -m ruff format

.PHONY: types
types: setup ## Check types: mypy, pyright, and that the public surface is typed throughout
	$(python) -m mypy
	PATH="$(abspath $(VENV))/bin:$$PATH" pyright
	PATH="$(abspath $(VENV))/bin:$$PATH" pyright --project tests/typing/pyrightconfig.json
	PATH="$(abspath $(VENV))/bin:$$PATH" pyright --ignoreexternal --verifytypes flask_crossorigin

.PHONY: docs
docs: ## Build the documentation into docs/_build/html; a warning is an error
	@scripts/setup.sh $(DOCS) requirements/docs.txt editable
	$(DOCS)/bin/python -m sphinx --fail-on-warning --keep-going --quiet docs docs/_build/html

.PHONY: package
package: setup ## Build the wheel and the sdist in dist/, and check them as users get them
	@scripts/setup.sh $(PACKAGE) requirements/package.txt
	@scripts/setup.sh $(RUNTIME) requirements/runtime.txt
	$(PACKAGE)/bin/python scripts/package.py $(RUNTIME) $(VENV)

.PHONY: fuzz
fuzz: ## Search for inputs that break a parser or a decision, for N seconds (by default 60)
	@scripts/setup.sh $(FUZZ) requirements/fuzz.txt editable
	$(FUZZ)/bin/python -m tests.fuzz.targets --seconds $(or $(N),60)

.PHONY: fuzz-apps
fuzz-apps: setup ## Compare random apps and requests with the reference, for N seconds from SEED on (by default 300 from 1)
	$(python) -m tests.fuzz --seconds $(or $(N),300) --seed $(or $(SEED),1)

.PHONY: migration
migration: setup ## Compare the bridge with flask-cors, in N random configurations of SEED (by default 1000 of 1)
	$(python) -m tests.migration --n $(or $(N),1000) --seed $(or $(SEED),1)

.PHONY: browsers
browsers: setup ## Compare the browser model with the engines, in N cases of SEED (by default 3000 of 1)
	@scripts/install-browsers.sh || [ "$$CI" != true ]
	$(python) -m tests.browsers.differential --n $(or $(N),3000) --seed $(or $(SEED),1)

.PHONY: bench
bench: ## Measure what this library costs beside its peers, and write benchmarks/RESULTS.md
	@scripts/setup.sh $(BENCH) requirements/bench.txt editable
	@scripts/install-meters.sh || true
	$(BENCH)/bin/python -m benchmarks

.PHONY: bench-quick
bench-quick: ## Measure in some minutes what the goals are judged by; writes nothing
	@scripts/setup.sh $(BENCH) requirements/bench.txt editable
	$(BENCH)/bin/python -m benchmarks quick

.PHONY: bench-check
bench-check: setup ## Compare what a request takes, counted, with the committed baseline
	@scripts/apt-install.sh valgrind || [ "$$CI" != true ]
	$(python) -m benchmarks check

.PHONY: bench-baseline
bench-baseline: setup ## Write the committed baseline anew
	@scripts/apt-install.sh valgrind
	$(python) -m benchmarks baseline

.PHONY: browsers-install
browsers-install: ## Install the browsers that the browser tests drive (Debian, as root)
	@scripts/install-browsers.sh

# An incomplete lock makes setup fail, but not before uv is there, which can mend it.
.PHONY: lock
lock: ## Write requirements/*.txt from pyproject.toml; UPGRADE=1 for newer versions
	@scripts/setup.sh $(VENV) requirements/dev.txt || [ -x $(VENV)/bin/uv ]
	scripts/lock.sh $(VENV)/bin/uv $(if $(UPGRADE),--upgrade)

.PHONY: clean
clean: ## Remove environments, caches and build results
	rm -rf $(VENV) $(OLDEST) $(MAIN) $(DEMO) $(BENCH) $(DOCS) $(ECOSYSTEM) $(CONNEXION2) \
		$(SERVERS) $(MOD_WSGI) $(PACKAGE) $(RUNTIME) $(FUZZ) build dist docs/_build \
		docs/_generated htmlcov .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache \
		.ruff_cache
	find . -name '.venv*' -prune -o -name __pycache__ -prune -exec rm -rf {} +
