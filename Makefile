# make run     set up, build the release, start it with the simulator inside
# make test    set up, then format, lints, unit, integration and end-to-end tests
# make dev     rebuild and restart on every change
# make bench   the speed figures
# make soak    the long tests: 200 rounds of kill -9
# make rehearsal  large sendings in a browser, with kill -9 in between
# make shots   pictures of every page, for the eye
# make fuzz    schemathesis against the OpenAPI
# make sdks    foreign SDKs through /wx/… and the Redis mirror
# make release one self-contained dist/wxdesk

SHELL := /usr/bin/env bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Build tools live in a cache of the user's, so that the next clone finds them.
CACHE ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/wxdesk
BINDGEN_VERSION := 0.2.130
BINDGEN := $(CACHE)/wasm-bindgen-$(BINDGEN_VERSION)/bin/wasm-bindgen
SQLX_VERSION := 0.9.0
SQLX := $(CACHE)/sqlx-cli-$(SQLX_VERSION)/bin
PILLOW := $(CACHE)/pillow/bin/python
NPM_STAMP := end2end/node_modules/.package-lock.json
WASM := target/wasm32-unknown-unknown/wasm/wxdesk.wasm
PKG := target/site/pkg
CARGO_WASM := --lib --target wasm32-unknown-unknown --no-default-features --features hydrate
CHROMIUM := $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)

# Queries are checked against .sqlx, not against a database that happens to be around.
export SQLX_OFFLINE := true

.PHONY: help run test dev bench soak shots release web build fmt lint unit end2end fuzz sdks rehearsal browser redis sql clean

help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile

run: build
	exec target/release/wxdesk serve --sandbox

build: web
	cargo build --release --locked --bin wxdesk

release: build
	mkdir -p dist
	cp target/release/wxdesk dist/wxdesk
	@ls -l dist/wxdesk

test: fmt web lint unit end2end

fmt:
	cargo fmt --check

lint:
	cargo clippy --locked --all-targets -- -D warnings
	cargo clippy --locked $(CARGO_WASM) -- -D warnings

unit: web redis
	cargo test --locked

end2end: web browser $(NPM_STAMP)
	cargo build --locked --bin wxdesk
	cd end2end && npx playwright test

bench: build $(PILLOW)
	cargo bench --locked --bench signature
	cargo bench --locked --bench batches
	cargo bench --locked --bench lists
	ulimit -n 8192 && cargo bench --locked --bench doors
	ulimit -n 8192 && cargo bench --locked --bench tail
	WXDESK_PYTHON=$(PILLOW) cargo bench --locked --bench pictures

# The peer that thumbnails are measured beside.
$(PILLOW):
	python3 -m venv $(dir $(PILLOW))..
	$(PILLOW) -m pip install --quiet pillow==13.0.0

# 200 rounds of SIGKILL at random moments, batches of 20,000 people.
soak: web
	WXDESK_KILL_ROUNDS=200 WXDESK_KILL_PEOPLE=20000 cargo test --locked --test integration kills:: -- --test-threads 1 --nocapture

# Checks from outside, with libraries of other languages in target/.
VENV := target/venv/.done
NPM_SDK := target/npm/node_modules/.package-lock.json

fuzz: web $(VENV)
	cargo build --locked --bin wxdesk
	target/venv/bin/python end2end/doors/fuzz.py

sdks: web redis $(VENV) $(NPM_SDK)
	cargo build --locked --bin wxdesk
	target/venv/bin/python end2end/doors/sdks.py

$(VENV): end2end/doors/requirements.txt
	python3 -m venv target/venv
	target/venv/bin/pip install --quiet --disable-pip-version-check -r $<
	touch $@

$(NPM_SDK):
	mkdir -p target/npm
	npm install --prefix target/npm --no-audit --no-fund co-wechat-api@3.11.0

# Sendings of 20,000 people by an operator's hand; page, export and the simulator's ledger must agree person by person.
rehearsal: build browser $(NPM_STAMP)
	node end2end/rehearsal.mjs

shots: web browser $(NPM_STAMP)
	cargo build --locked --bin wxdesk
	node end2end/shots.mjs

dev: web
	node end2end/dev.mjs

# The browser half: compiled, bound, shrunk, compressed. The last three only when the first changed something.
web: $(BINDGEN) $(NPM_STAMP)
	@rustup target list --installed | grep -qx wasm32-unknown-unknown || rustup target add wasm32-unknown-unknown
	cargo build --locked --profile wasm $(CARGO_WASM)
	@$(MAKE) $(PKG)/.done

$(PKG)/.done: $(WASM) end2end/pack.mjs
	rm -rf $(PKG) && mkdir -p $(PKG)
	$(BINDGEN) --target web --no-typescript --out-dir $(PKG) --out-name wxdesk $(WASM)
	end2end/node_modules/.bin/wasm-opt -Oz --enable-bulk-memory --enable-nontrapping-float-to-int --enable-sign-ext \
	  --enable-mutable-globals --enable-reference-types --enable-multivalue $(PKG)/wxdesk_bg.wasm -o $(PKG)/wxdesk_bg.wasm
	node end2end/pack.mjs $(PKG)
	touch $@

$(BINDGEN):
	cargo install wasm-bindgen-cli --version $(BINDGEN_VERSION) --root $(CACHE)/wasm-bindgen-$(BINDGEN_VERSION)

$(NPM_STAMP): end2end/package.json end2end/package-lock.json
	cd end2end && npm ci --no-audit --no-fund
	touch $@

# Chromium and fonts for Chinese, from the distribution.
browser:
ifeq ($(CHROMIUM),)
	@$(MAKE) packages
else
	@fc-list :lang=zh 2>/dev/null | grep -q . || $(MAKE) packages
endif

# A real Redis for the tests of its mirror.
redis:
	@command -v redis-server >/dev/null || $(MAKE) packages

.PHONY: packages
packages:
	as_root() { if [ "$$(id -u)" = 0 ]; then "$$@"; else sudo "$$@"; fi; }; \
	as_root apt-get update && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium fonts-noto-cjk fontconfig redis-server python3-venv

# After a change of SQL: brings .sqlx up to date.
sql: $(SQLX)/cargo-sqlx
	rm -f target/sql.db
	$(SQLX)/sqlx database create -D sqlite:target/sql.db
	$(SQLX)/sqlx migrate run --source migrations -D sqlite:target/sql.db
	SQLX_OFFLINE=false PATH="$(SQLX):$$PATH" cargo sqlx prepare -D sqlite:target/sql.db -- --all-targets

$(SQLX)/cargo-sqlx:
	cargo install sqlx-cli --version $(SQLX_VERSION) --locked --no-default-features --features sqlite,rustls --root $(CACHE)/sqlx-cli-$(SQLX_VERSION)

clean:
	cargo clean
	rm -rf dist end2end/node_modules
