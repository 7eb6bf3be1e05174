# Two commands are a promise (README): `make run` and `make test`. Everything else is for whoever works here.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

JETON := target/release/jeton
# The public test vectors, where the checkout has them beside it.
ifneq ($(wildcard ../shared/vectors),)
export JETON_VECTORS ?= $(abspath ../shared/vectors)
endif

.PHONY: help run demo build test chaos check fmt lint slim deny e2e bench bench-http flood timing faults fuzz slow clean

help: ## this list
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

build: ## the release binary
	cargo build --release

run: build ## serve on 127.0.0.1:8080 with everything made at first start
	$(JETON) serve --dev

demo: build ## the tour by itself: login, verify, refresh, a lost response, logout, refused
	examples/tour.sh $(JETON)

test: ## all tests; installs the servers that they start, where it may
	scripts/servers.sh
	cargo test

chaos: ## minutes of faults, lost answers and thieves (JETON_CHAOS_SECONDS, JETON_CHAOS_SEED)
	scripts/servers.sh
	JETON_CHAOS_SECONDS=$${JETON_CHAOS_SECONDS:-180} JETON_CHAOS_SEED=$${JETON_CHAOS_SEED:-$$RANDOM} \
		cargo test --test chaos -- --nocapture nobody_is_signed_out

check: fmt lint slim deny ## formatting, lints, the slim half, licences

fmt:
	cargo fmt --all -- --check

lint:
	cargo clippy --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --all-features --quiet

slim: ## the verify half builds alone; its dependency tree
	scripts/slim.sh

deny: ## licences and bans of all dependencies
	scripts/deny.sh

e2e: build ## other people's libraries and gateways against the running server
	tests/e2e/interop.sh $(JETON)
	tests/e2e/gateways.sh
	tests/e2e/rotation.sh $(JETON)

bench: ## ratios next to the raw operations
	cargo bench --bench ratios

bench-http: ## over HTTP next to actix alone, Redis alone and Node; needs two quiet cores
	scripts/bench-servers.sh
	cargo bench --bench http -- verify refresh

flood: ## what a flood of sign-ins does to everybody else; wants two quiet cores
	cargo bench --bench http -- flood

timing: ## whether the time of a refused sign-in tells who exists; wants two quiet cores
	cargo bench --bench http -- timing

faults: ## how long /verify and the JWKS take beside each fault of Redis; wants a quiet machine
	scripts/servers.sh
	JETON_STRICT=1 cargo test --release --test faults -- --nocapture --test-threads 1 | grep -E '^\||panicked|test result'

fuzz: ## a minute of fuzzing for each reader of strangers' bytes (JETON_FUZZ_SECONDS)
	scripts/fuzz.sh

slow: ## two thousand slow heads, bodies and readers beside good clients; wants a quiet machine
	cargo test --release --test hostile -- --ignored --nocapture slow::full

clean:
	cargo clean
