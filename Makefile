# make run    the product with its simulator, on http://127.0.0.1:8080
# make test   every check but those marked slow, on SQLite and again on PostgreSQL
# Each stamp in .stamps/ is remade only when its input changes, so a second run needs no network.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
export UV_PYTHON_DOWNLOADS := never
BIN := .venv/bin
PORT ?= 8080
PYTEST_ARGS ?=

.PHONY: help setup system run test test-all lint format messages clean
help:
	@sed -n 's/^# \(make.*\)/\1/p' Makefile

setup: .stamps/python .stamps/browser .stamps/translations

.stamps/python: requirements.txt requirements-dev.txt scripts/python.sh
	@scripts/python.sh
	@mkdir -p .stamps && touch $@

.stamps/browser: package-lock.json scripts/browser.sh scripts/vendor.py $(wildcard app/static/*/*.scss) | .stamps/python
	@scripts/browser.sh
	@mkdir -p .stamps && touch $@

.stamps/translations: $(wildcard app/translations/*/LC_MESSAGES/messages.po) babel.cfg | .stamps/python
	@$(BIN)/pybabel -q compile -d app/translations
	@mkdir -p .stamps && touch $@

system:
	@scripts/system.sh

run: setup
	@DEMO=1 PORT=$(PORT) $(BIN)/flask canvass serve

test: setup system lint
	@scripts/test.sh "not slow" $(PYTEST_ARGS)

test-all: setup system lint
	@scripts/test.sh "" $(PYTEST_ARGS)

lint: .stamps/python
	@$(BIN)/ruff check -q .
	@$(BIN)/ruff format -q --check .
	@$(BIN)/mypy | tail -n 3
	@$(BIN)/lint-imports --no-cache | tail -n 3

format: .stamps/python
	@$(BIN)/ruff check -q --fix .
	@$(BIN)/ruff format -q .

# Take the texts of the sources into the catalogues of app/translations, where translators find them.
messages: .stamps/python
	@$(BIN)/pybabel -q extract -F babel.cfg -k N_ -k _l -k lazy_gettext --add-location=file --sort-by-file --project=Canvass -o .stamps/messages.pot app
	@for language in pl ru ro it; do \
	    if [ -f app/translations/$$language/LC_MESSAGES/messages.po ]; then verb='update --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date'; else verb=init; fi; \
	    $(BIN)/pybabel -q $$verb -i .stamps/messages.pot -d app/translations -l $$language; \
	done

clean:
	rm -rf .venv .tools .stamps node_modules app/static/vendor var
