# Every target does its own set-up: a machine with Node, npm and Go is enough.

.PHONY: up down preview test oracle bench check format docs build clean help
.DEFAULT_GOAL := help

CONTEXT ?=

## up: build what is missing, start the embedded cluster, and `pulumi up` the stack of Pulumi.local.yaml with the policy pack
##     (CONTEXT=<kube context>: on that cluster instead, with Pulumi's official Kubernetes plugin)
up: build
	@node dist/tools/up/up.js $(if $(CONTEXT),--context $(CONTEXT))

## down: end the embedded cluster and remove its state (CONTEXT=<kube context>: `pulumi destroy` there)
down: build
	@node dist/tools/up/down.js $(if $(CONTEXT),--context $(CONTEXT))

## preview: `pulumi preview` of PROJECT=<folder>, such as examples/granite, on the embedded cluster with the policy pack
preview: $(if $(PROJECT),build)
	$(if $(PROJECT),,$(error PROJECT=<folder> is missing, for example: make preview PROJECT=examples/granite))
	@node dist/tools/up/preview.js $(PROJECT)

## test: every test, on the real engine and a real control plane
test: build
	@npx --no-install mocha 'dist/tests/**/*.test.js'

## oracle: our answers against those of the real controllers and of published measurements, all cases
oracle: build
	@ORACLE=full npx --no-install mocha 'dist/tests/**/*.oracle.test.js'

## bench: time and memory of the capacity core at several sizes, beside what one would write instead
bench: build
	@node dist/tools/bench/main.js

## check: types, lint, format, direction of imports, generated documents
check: build
	npx --no-install eslint .
	npx --no-install prettier --check --log-level warn .
	npx --no-install depcruise --config .dependency-cruiser.cjs --output-type err sdk components policies cli stack.ts index.ts examples tools
	node dist/tools/docs/main.js --check

## format: let prettier write
format: node_modules/.package-lock.json
	npx --no-install prettier --write --log-level warn .

## docs: write the generated documents
docs: build
	node dist/tools/docs/main.js

## build: install the pinned packages and compile to dist/
build: node_modules/.package-lock.json
	@npx --no-install tsc

## clean: remove what was compiled (a renamed test stays in dist/ until then)
clean:
	rm -rf dist

node_modules/.package-lock.json: package-lock.json
	npm ci --no-audit --no-fund --loglevel=error
	@touch $@

## help: this list
help:
	@sed -n 's/^## \{0,1\}//p' $(MAKEFILE_LIST)
