# Everything that a change needs; .ci/run uses the same targets.

GOLANGCI_LINT_VERSION := v2.15.0
GOVULNCHECK_VERSION := v1.6.0

# Build tools stay out of go.mod, so that nobody who imports the library inherits
# them. Each file is named by its version: a new one is fetched when the number
# above changes.
TOOLS := $(CURDIR)/e2e/.tools/bin
GOLANGCI_LINT := $(TOOLS)/golangci-lint-$(GOLANGCI_LINT_VERSION)
GOVULNCHECK := $(TOOLS)/govulncheck-$(GOVULNCHECK_VERSION)

# The directories that make cover measures, each by its own tests.
COVERED := certgen scenarios fakemx

# $(call GO_TEST,FLAGS) runs the tests and prints every few seconds how far they
# are. The race detector is linked with a C compiler.
define GO_TEST
	race=-race; \
	if [ "$$(go env CGO_ENABLED)" = 0 ]; then \
		race=; echo 'no C compiler: the tests run without the race detector' >&2; \
	fi; \
	set -x; go run ./internal/house/gotest $$race $(1) ./...
endef

.PHONY: help build test test-all lint fix vet race cover tidy-check vuln scenario generate symptoms labs bench bench-docs fuzz endurance soak clean clients stacks

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## build bin/fakemx
	go build -o bin/fakemx .

# Some packages wait for most of their time, so that twice as many as usual run
# side by side.
test: ## install what the tests need, then run the quick ones (go test -short)
	./e2e/setup.sh
	@$(call GO_TEST,-short -p $$(( 2 * $$(getconf _NPROCESSORS_ONLN) )))

test-all: ## install what the tests need, then run all of them with the race detector
	./e2e/setup.sh
	@echo 'labs: skipped (they need Docker and take a while): make labs' >&2
	@$(call GO_TEST,-timeout 40m)

race: ## run all tests with the race detector, without installing anything
	@$(call GO_TEST,-timeout 40m)

lint: $(GOLANGCI_LINT) ## run golangci-lint
	$(GOLANGCI_LINT) run ./...

fix: $(GOLANGCI_LINT) ## apply the fixes that golangci-lint can make by itself
	$(GOLANGCI_LINT) run --fix ./...

vet: ## run go vet
	go vet ./...

cover: ## measure statement coverage
	@for folder in $(COVERED); do \
		go test -coverprofile=coverage.out -coverpkg=./$$folder/... ./$$folder/... >/dev/null || exit 1; \
		printf '%-10s ' $$folder; go tool cover -func=coverage.out | awk 'END { print $$NF }'; \
	done

tidy-check: ## check that go.mod and go.sum are tidy
	go mod tidy -diff

# govulncheck exits 3 for a finding. Where its database cannot be reached
# nothing was checked; that is reported and is not a failure.
vuln: $(GOVULNCHECK) ## check for known vulnerabilities with govulncheck
	@report=$$($(GOVULNCHECK) ./... 2>&1); code=$$?; echo "$$report"; \
	case $$report in \
	*'fetching vulnerabilities'*) echo 'vuln: the database cannot be reached; nothing was checked' ;; \
	*) exit $$code ;; \
	esac

# The client programs run against this scenario only; what is recorded of the
# others stays. What is still to run at the end takes minutes or needs Docker.
scenario: ## run everything a new or changed scenario needs: make scenario NAME=expired
	@test -n '$(NAME)' || { echo 'NAME is missing: make scenario NAME=expired' >&2; exit 2; }
	@go run . list >/dev/null
	@go run . show '$(NAME)' >/dev/null
	go test ./scenarios -count=1 -update
	$(MAKE) --no-print-directory generate
	./e2e/setup.sh
	go test ./e2e -run TestEndToEnd -count=1 -timeout 10m -args -record \
		-ginkgo.focus '(what clients do with|suits every client:) $(NAME)$$'
	go test ./internal/cli/symptoms ./internal/maillog -count=1
	go test ./e2e/stacks -run TestStacks -count=1 -timeout 10m -args -scenario '$(NAME)'
	@go run . explain '$(NAME)'
	@echo 'Still to run, because they take minutes or need Docker: make stacks (docs/stacks.md, if it is about certificates' >&2
	@echo 'or TLS), make clients (docs/clients.md), make labs LABS=-update (docs/matrix.md).' >&2

generate: ## regenerate the README's outputs and the lists of scenarios
	go test ./e2e/docs -run TestREADME -count=1 -update

symptoms: ## run every client against every scenario and record what it says for fakemx explain
	./e2e/setup.sh
	go test ./e2e -run TestEndToEnd -count=1 -timeout 60m -args -record

clients: ## audit every client against the whole catalogue, into docs/clients.md
	./e2e/setup.sh --slow
	go test ./e2e/audit -run TestClientsAreDocumented -count=1 -timeout 60m -update

stacks: ## run every TLS stack against every scenario about TLS, into docs/stacks.md
	./e2e/setup.sh
	go test ./e2e/stacks -run TestStacks -count=1 -timeout 30m -update

bench: build ## measure fakemx beside bare go-smtp (BENCH_FULL=1: more work in every round)
	go run ./bench -json bench.json

bench-docs: build ## the same, into docs/performance.md
	go run ./bench -json bench.json -docs docs/performance.md

# Exit code 3 means that this machine cannot run them, which is not a failure.
# What setup.sh started is stopped again. LABS=-update regenerates what the labs
# generate.
labs: ## deliver with real mail servers, in containers, to every scenario
	@code=0; ./labs/setup.sh || code=$$?; \
	if [ $$code -eq 3 ]; then exit 0; fi; \
	if [ $$code -eq 0 ]; then \
		FAKEMX_LABS=1 go test ./e2e/labs -count=1 -timeout 40m $(LABS) || code=$$?; \
	fi; \
	./labs/teardown.sh; exit $$code

# How long each fuzz target and make soak run (the library's part of make soak is a
# quarter more).
FUZZ := 10m
SOAK := 1m

fuzz: ## run every fuzz target, one after the other, for FUZZ=10m each
	@for folder in $$(git grep -l '^func Fuzz' -- '*_test.go' | xargs -n 1 dirname | sort -u); do \
		for target in $$(grep -ho '^func Fuzz[A-Za-z]*' $$folder/*_test.go | cut -d ' ' -f 2); do \
			echo "$$folder $$target"; \
			go test ./$$folder -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZ) -fuzzminimizetime 10x || exit 1; \
		done; \
	done

endurance: ## stress the command: kills, full disks, vanishing clients (one test needs root)
	FAKEMX_ENDURANCE=1 go test ./e2e/endurance -count=1 -timeout 60m -v

soak: ## run clients of all kinds against all scenarios for SOAK=1m
	FAKEMX_SOAK=$(SOAK) go test ./e2e/endurance -run TestSoak -count=1 -timeout 6h -v

clean: ## remove everything that was built or fetched
	rm -rf bin e2e/.tools coverage.out bench.json
	go clean -testcache

$(GOLANGCI_LINT):
	GOBIN=$(TOOLS) go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_LINT_VERSION)
	mv $(TOOLS)/golangci-lint $@

$(GOVULNCHECK):
	GOBIN=$(TOOLS) go install golang.org/x/vuln/cmd/govulncheck@$(GOVULNCHECK_VERSION)
	mv $(TOOLS)/govulncheck $@
