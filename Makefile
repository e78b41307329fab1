# Two commands: `make demo` and `make test`. What they do is in config/machine/ (plain Python, no dependencies).
PYTHON ?= python3
ARGS ?=
CONFIRM ?=
BASE ?=
export ARGS CONFIRM BASE

.DEFAULT_GOAL := help
.PHONY: help demo test setup db db-stop db-status clean-db lint bench drill lock

# `exec`, so that Ctrl-C and SIGTERM reach our program and nothing stands in between.
run = @command -v "$(PYTHON)" >/dev/null 2>&1 || { \
	echo "There is no $(PYTHON) on this machine: install Python 3.11 or newer (apt-get install python3) and try again." >&2; \
	exit 1; }; exec "$(PYTHON)" -m config.machine

help: ## Show this list
	@echo "Hereabouts. On a bare Debian or Ubuntu machine, as root or with sudo:"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1	\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 19
	@echo "Settings: PORT=8000, DATABASE_URL=postgresql://... (instead of the private database); more in docs/operator.md"

demo: ## Set up what is missing and serve the demo place on http://127.0.0.1:8000
	$(run) demo

test: ## Set up what is missing and run every test (ARGS="-k name" for some)
	$(run) test

setup: ## Install packages, .venv and browser libraries; start nothing
	$(run) setup

db: ## Start the private database, so that .venv/bin/python manage.py works
	$(run) db start

db-stop: ## Stop the private database
	$(run) db stop

db-status: ## Say whether the private database is running, and where it is
	$(run) db status

clean-db: ## Delete the private database with everything in it
	$(run) db remove

lint: ## Check style, types, layers, templates and migrations
	$(run) lint

bench: ## Run all benchmarks beside their peers (BASE=commit for an earlier build beside this one)
	$(run) bench

drill: ## Break a site of its own in every way and see that nothing acknowledged is lost (ARGS="--only web")
	$(run) drill

lock: ## Write the lock files again from pyproject.toml and package.json (maintainers)
	$(run) lock
