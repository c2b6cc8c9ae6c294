# `make demo` and `make test` are all that a fresh Debian machine with a Rust toolchain needs.
SHELL   := /bin/bash
PREFIX  ?= /usr/local
SAYCART := target/release/saycart
MINUTES ?= 120
.PHONY: help demo run test test-audio soak fuzz check build cross test-cross models native deps deps-demo deps-audio doctor install uninstall deb clean

help:           ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

demo: deps-demo build models ## a spoken order, end to end
	@scripts/demo $(SAYCART)

run: build models ## the daemon: microphone and loudspeaker
	@$(SAYCART) run

test: deps-demo build models ## every test, with the real models
	@cargo test --release --locked --lib --bins --tests

test-audio: deps-audio build models ## the daemon behind a virtual sound card
	@scripts/test-audio

soak: deps-soak build models ## two hours of customers, and of all that goes wrong
	@scripts/virtual-audio cargo run --release --locked --example soak -- --minutes $(MINUTES)

fuzz: deps      ## a million sentences that nobody would say
	@scripts/fuzz

check: native   ## formatting and lints
	cargo fmt --check
	cargo clippy --release --locked --all-targets -- -D warnings

build: deps native ## the program, in target/release
	@cargo build --release --locked

cross:          ## the program for a Raspberry Pi 4 or 5, on a PC (PI=5: for a 5 only)
	@scripts/cross-aarch64 $(if $(filter 5,$(PI)),--pi5) build
test-cross:     ## tests of that program, on a PC under QEMU
	@scripts/cross-aarch64 $(if $(filter 5,$(PI)),--pi5) test

models: build   ## fetch the models that are missing
	@$(SAYCART) models fetch

doctor: build   ## what works on this machine, and what to do about the rest
	@$(SAYCART) doctor

deps:
	@scripts/install-deps build
native:
	@scripts/refresh-native
deps-demo:
	@scripts/install-deps build demo
deps-audio:
	@scripts/install-deps build audio
deps-soak:
	@scripts/install-deps build audio soak

install:        ## program, service, shops, man page and completions under PREFIX (run `make build` first)
	@scripts/install $(SAYCART) "$(DESTDIR)" "$(PREFIX)"
uninstall:      ## take them away again; configuration and data stay
	@scripts/uninstall "$(DESTDIR)" "$(PREFIX)"

deb: deps       ## a Debian package, in target/debian, for other machines too
	@scripts/deb

clean:
	cargo clean
