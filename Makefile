# Ten verbs. Everything that a verb needs is made or installed by it; every download is cached.
PYTHON ?= python3
VENV := .venv
BARNRAISE := $(VENV)/bin/barnraise
export PYTHON

.DEFAULT_GOAL := help
.PHONY: help setup up down demo test lint bench lock clean

help: ## Show the verbs
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: ## Make the virtual environment, the web app and the base layer of previews
	@scripts/environment
	@$(BARNRAISE) prepare

up: setup ## Start everything and print one link; Ctrl-C stops it
	@exec $(BARNRAISE) up

down: ## Stop a platform that runs in the background
	@$(BARNRAISE) down

demo: setup ## Build an application from a sentence: make demo PROMPT="..."
	@exec $(BARNRAISE) demo $(if $(PROMPT),"$$PROMPT")
demo: export PROMPT := $(PROMPT)

lint: ## Check style, types and the direction of imports
	@scripts/environment
	@scripts/lint

test: setup ## Run every test, on the real things; COVERAGE=1 counts what they run
	@scripts/browser
	@scripts/docker
	@scripts/prometheus
	@scripts/kubernetes
	@scripts/model
	@scripts/lint
	@scripts/tests

bench: setup ## Measure the bars; prints a table, writes bench.json
	@$(VENV)/bin/python tests/bench/run.py

lock: ## Write requirements.lock again from what the members ask for
	@scripts/environment
	@scripts/lock

clean: ## Remove the virtual environment, builds and caches (not your projects)
	@rm -rf $(VENV) web/dist web/node_modules .pytest_cache .ruff_cache .hypothesis .coverage*
