# Pleura for Debian 12 with Swift 6. `make` lists the targets; each also works as the first one in a clean clone.

SWIFT ?= swift
PREFIX ?= /usr/local
DESTDIR ?=
# Another libtorch than Debian's, when building an engine for it and when running.
PLEURA_LIBTORCH ?=
# What is opened by `make review`: a DICOM folder, a .nii or .nii.gz file, or a case id.
CASE ?=
# `debug` checks the most (assertions, exact crash lines); `release` takes longer to build and less to run.
TEST_CONFIGURATION ?= debug
TEST_ARGS ?=
BENCH_ARGS ?=

BINARY := .build/release/pleura
SAMPLE := sample-data/phantom-01

# Paths reach the scripts through the environment, so that blanks in them survive.
export CASE PREFIX DESTDIR PLEURA_LIBTORCH

.DEFAULT_GOAL := help
.PHONY: help deps build engine review try demo experiment headline headline-real test test-fast hooks lint bench fuzz docs install uninstall clean

help: ## list these targets
	@awk -F ':[^#]*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

deps: ## install what is missing with apt (through sudo when not root)
	@tools/deps.sh build test lint

build: ## build the program in release, at .build/release/pleura
	@tools/deps.sh build
	$(SWIFT) build -c release --product pleura
	$(SWIFT) build -c release --product PleuraTorch

engine: ## build the engine for another libtorch, PLEURA_LIBTORCH=folder with include/ and lib/ (CUDA: see USAGE.md)
	@tools/engine.sh

review: build ## open the review on sample-data/, or on CASE=path; without a terminal, draw it to review.svg
	@tools/review.sh

try: build ## the same with a data folder of its own, which is removed afterwards
	@tools/review.sh --demo

demo: build ## the whole loop of learning from corrections on phantoms, in demo/; leaves demo/report.html
	@tools/demo.sh

experiment: build ## what corrections of an unseen site teach, and in which order; writes docs/learning.md, docs/priority.md; hours
	@tools/learning-experiment.sh
	@tools/priority-experiment.sh

headline-real: build ## five folds over real CT, DATA=folder (docs/models.md), in headline-real/; hours, resumable
	@tools/headline-real.sh "$(DATA)"

headline: build ## train the recipe lungs-cpu from scratch on 60 phantoms, in headline/; prints docs/models.md's table; an hour
	@tools/headline.sh

test: ## run all tests; TEST_ARGS='--filter Name' runs some
	@tools/deps.sh build test
	$(SWIFT) test -c $(TEST_CONFIGURATION) --disable-xctest $(TEST_ARGS)

# Leaves out what runs other programs (terminals, Python, DICOM nodes) and networks.
SLOW_TESTS := EndToEndTests OracleTests PlanningReaderTests SegDcmqiTests NrrdWritingTests PreprocessingTests \
  SafetensorsTests UNet DropoutTests FineTuning DicomPeerTests StoreListenerTests CrashTests

test-fast: ## run the tests that need no other program, while you work; TEST_ARGS='--filter Name' runs some
	@tools/deps.sh build
	$(SWIFT) test -c $(TEST_CONFIGURATION) --disable-xctest $(SLOW_TESTS:%=--skip %) $(TEST_ARGS)

hooks: ## have git check layout, house rules and fast tests before every commit
	@ln -sf ../../tools/hooks/pre-commit "$$(git rev-parse --git-path hooks)/pre-commit"
	@echo "installed; git commit --no-verify skips it"

lint: ## check the layout of the sources, the scripts, the links of the documents and the house rules
	@tools/deps.sh lint
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests Benchmarks Fuzzing
	@tools/lint.sh

bench: ## measure reading, drawing and painting; BENCH_ARGS go to the program
	@tools/deps.sh build
	$(SWIFT) build -c release --product PleuraTorch
	$(SWIFT) build -c release --product pleura
	$(SWIFT) run -c release pleura-bench $(BENCH_ARGS)

fuzz: ## build the fuzzing harnesses for every reader (docs/fuzzing.md); tools/fuzz.sh run runs them
	@tools/fuzz.sh

docs: build ## draw the pictures of docs/ again from the sample cases, and the keys and commands of USAGE.md
	$(BINARY) generate-docs USAGE.md
	$(BINARY) render $(SAMPLE) --size 200x60 --format svg -o docs/review.svg
	$(BINARY) render $(SAMPLE) --size 200x60 --layout three --format svg -o docs/three-planes.svg
	@home=$$(mktemp -d) && trap 'rm -rf "$$home"' EXIT && $(BINARY) import sample-data --home "$$home" >/dev/null && \
	  $(BINARY) render --screen worklist --home "$$home" --size 120x30 --format svg -o docs/worklist.svg
	@# The queue's picture is of the experiment, where that was made.
	@[ ! -e learning-experiment/pleura.sqlite ] || \
	  $(BINARY) render --screen queue --home learning-experiment --size 120x40 --format svg -o docs/queue.svg

# Under sudo a finished build is taken as it is: swift is often not on root's PATH, and .build must stay the user's.
install: ## install to PREFIX (/usr/local), below DESTDIR if set
	@if [ -n "$$SUDO_USER" ] && [ -x $(BINARY) ]; then :; else $(MAKE) --no-print-directory build; fi
	@tools/install.sh

uninstall: ## remove what install put below PREFIX
	@tools/install.sh --remove

clean: ## remove what was built
	rm -rf .build review.svg demo
