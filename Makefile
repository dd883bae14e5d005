# `make run` serves the filled directory; `make test` tries everything. Both set up what they need.

PYTHON ?= python3
VENV ?= .venv
PORT ?= 8000
HOST ?= 127.0.0.1
BIN = $(VENV)/bin
SOURCES_DIR ?= ../shared/seeds
REGISTERS_DIR ?= ../shared/data
export SOURCES_DIR REGISTERS_DIR

.DEFAULT_GOAL := help
.PHONY: help run free fill test lint bench format messages lock clean

help:
	@echo "make run    serve the filled directory on http://$(HOST):$(PORT)  (PORT, HOST, DATABASE_URL)"
	@echo "make test   lint, then every test on SQLite and on PostgreSQL, with a real browser"
	@echo "make bench  how much CPU pages take at up to a million projects  (SIZES, ENGINES, DURATION; bench/run.py)"
	@echo "make format, make messages, make lock: for those who change the code (README)"

$(VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or later is needed, and $(PYTHON) is not here."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed; $(PYTHON) is older. Say make PYTHON=python3.12, for example."; exit 1; }
	@echo "Making a virtual environment in $(VENV), so that nothing is installed outside this folder ..."
	@$(PYTHON) -m venv $(VENV) || { echo "The venv module is missing (on Debian: apt-get install python3-venv)."; exit 1; }

$(VENV)/.run: requirements/run.txt | $(VENV)/bin/python
	@echo "Installing Django and the few packages that serve the site (pyproject.toml says what each is for) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r $<
	@touch $@

$(VENV)/.dev: requirements/dev.txt | $(VENV)/bin/python
	@echo "Installing the tools that test the site (pyproject.toml says what each is for) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r $<
	@touch $@ $(VENV)/.run

.env:
	@echo "Writing .env: a secret key of this copy's own, and plain http for this machine only ..."
	@umask 077 && { echo "SECRET_KEY=$$($(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(48))')"; \
	  echo "ALLOWED_HOSTS=localhost,127.0.0.1"; echo "HTTPS=off"; } > $@

# The server would share a port that another one listens on, and visitors would see now the one, now the other.
free: $(VENV)/bin/python
	@$(BIN)/python -c 'import socket, sys; sys.exit(socket.socket().connect_ex(("$(HOST)", $(PORT))) == 0)' || \
	  { echo "Port $(PORT) on $(HOST) is taken: stop what listens there, or say make run PORT=8080, for example."; exit 1; }

fill: $(VENV)/.run .env
	@echo "Bringing the database up to date ..."
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py load_directory

run: free fill
	@echo "Collecting the static files ..."
	@$(BIN)/python manage.py collectstatic --noinput --ignore flags --verbosity 0
	@echo
	@echo "Urban Networks is on http://$(HOST):$(PORT) (stop it with Ctrl-C)."
	@echo "To edit: $(BIN)/python manage.py create_administrator --site http://$(HOST):$(PORT)"
	@ALLOWED_HOSTS="$$($(BIN)/python -c 'from directory.settings import ALLOWED_HOSTS; print(*ALLOWED_HOSTS, sep=",")'),$(HOST)" \
	  exec $(BIN)/granian --interface wsgi --host $(HOST) --port $(PORT) --workers 1 --blocking-threads 4 --no-ws --log-level warning directory.wsgi:application

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint --lint --quiet templates

# How a page looks does not depend on the database: those tests run once, on SQLite.
test: lint
	@echo "All tests on SQLite ..."
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal
	@echo "All tests on PostgreSQL ..."
	@$(BIN)/python -m tests.postgres $(BIN)/python -m pytest --numprocesses auto --dist worksteal \
	  -m "not look"; status=$$?; \
	if [ $$status -eq 69 ] && [ "$$STRICT" != 1 ]; then \
	  echo; echo "*** NOT TESTED ON POSTGRESQL: none is installed here (on Debian: apt-get install postgresql). ***"; \
	else exit $$status; fi

# SIZES="1000 20000" and ENGINES=sqlite measure less; the databases stay in data/bench until it is removed.
bench: $(VENV)/.dev
	@$(BIN)/python -m bench.run

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

messages: $(VENV)/.dev .env
	$(BIN)/python manage.py makemessages --locale sv --no-location --no-obsolete --ignore data --ignore $(VENV)
	$(BIN)/pybabel compile --directory locale --domain django --locale sv

# Without these flags the lock would record where the packages were fetched from.
LOCK = $(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-header \
  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host
lock: $(VENV)/.dev
	$(LOCK) --output-file requirements/run.txt pyproject.toml
	$(LOCK) --extra dev --output-file requirements/dev.txt pyproject.toml

clean:
	rm -rf $(VENV) staticfiles .pytest_cache .ruff_cache .hypothesis
