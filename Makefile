# What the README names. Every target installs what it needs; `make help` lists them. STACK=<name> means a bed other than the demo.
SHELL := bash
.DEFAULT_GOAL := help
TSX := node --import tsx
STACK_OPTION = $(if $(STACK),--stack $(STACK))

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

node_modules/.package-lock.json: package.json package-lock.json
	@echo "installing packages ..."
	@npm ci --no-audit --no-fund --loglevel=error
	@touch $@
install: node_modules/.package-lock.json ## packages from the lock file

demo: install lab ## a running dev bed on the lab's control plane, with a start-up timeline; REAL=1: on a real node
	@$(TSX) ops/demo.ts $(if $(REAL),--node real)
demo-down: install ## take it away again and prove that nothing is left
	@$(TSX) ops/demo-down.ts
open: install ## port-forwards to the web UI and the frontend
	@$(TSX) ops/open.ts $(STACK_OPTION)
diagnose: install ## why an `up` failed: events, failing pods, logs, termination messages
	@$(TSX) ops/diagnose.ts $(STACK_OPTION)
status: install ## workloads, jobs and claims of a bed
	@$(TSX) ops/status.ts $(STACK_OPTION)
limits: install ## every limit: set, rendered, mounted, read by the servers, in force, since when
	@$(TSX) ops/limits.ts $(STACK_OPTION)
verify-clean: install ## what a stack has left in its cluster
	@$(TSX) ops/verify-clean.ts $(STACK_OPTION)

check: install ## format, lint, types and the fast tests: two to three minutes
	@npm run --silent check
test: install lab ## every level of tests but real and soak; no root needed
	@tests/all.sh
real: install lab ## the same bed with real servers on a real node: Linux and root only
	@tests/real/run.sh
soak: install lab ## the tests of `make real` in full, about two hours; results in docs/soak.md
	@tests/real/run.sh soak
bench: install lab ## up, destroy and preview side by side with kubectl
	@tests/bench/run.sh
generate: install ## values/schema.json, docs/knobs.md and the README table of knobs
	@$(TSX) docs/generate.ts

lab: ## build the engine and the control plane from package registries, once
	@lab/lab.sh build
clean: ## stop labs and remove what they and old builds left
	@lab/lab.sh clean
	@rm -rf .testbed

.PHONY: help install demo demo-down open diagnose status limits verify-clean check test real soak bench generate lab clean
