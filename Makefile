.DEFAULT_GOAL := help
.PHONY: help demo demo-transcripts test build format accept bench bench-quality bench-transcripts select-recipes clean

CONFIGURATION := Release
DEMO := pipeline-config/demo/neurons.yaml
DEMO_TRANSCRIPTS := pipeline-config/demo/transcripts.yaml

help: ## lists the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: build ## builds, labels every neuron of the bundled model, prints what it found
	./transluce-batch run $(DEMO)
	./transluce-batch summary

demo-transcripts: build ## builds, groups what agents did in a bundled synthetic suite, prints the clusters
	./transluce-batch run $(DEMO_TRANSCRIPTS)
	./transluce-batch clusters

test: ## builds and runs every test: the fast ones first
	dotnet test --project tests/Transluce.Batch.Tests --configuration $(CONFIGURATION) --no-progress; fast=$$?; \
	dotnet test --project tests/Transluce.Batch.IntegrationTests --configuration $(CONFIGURATION) --no-progress && exit $$fast

build: ## builds the program
	dotnet build jobs/Transluce.Batch.Jobs --configuration $(CONFIGURATION)

format: ## fails where the code is not formatted ('dotnet format' formats it)
	dotnet format Transluce.Batch.sln --verify-no-changes

accept: ## takes what the tests see now as the new snapshots and schema; review with git diff
	-ACCEPT_SNAPSHOTS=1 $(MAKE) --keep-going test
	find tests -path '*/__mismatch__/*.snap' -exec sh -c 'mv "$$1" "$$(dirname "$$1")/.."' _ {} \;

bench: ## speed and memory of collection, explaining, clustering, reading logs
	dotnet run --project tests/Transluce.Batch.Benchmarks --configuration $(CONFIGURATION) -- speed

bench-quality: ## how well tables and descriptions predict, on a fixed study
	dotnet run --project tests/Transluce.Batch.Benchmarks --configuration $(CONFIGURATION) -- quality

bench-transcripts: ## how well clusters, questions and surprises find problems planted in logs
	dotnet build tests/Transluce.Batch.IntegrationTests --configuration $(CONFIGURATION)
	artifacts/bin/Transluce.Batch.IntegrationTests/release_linux-x64/Transluce.Batch.IntegrationTests -class '*.PlantedClusterTests' -class '*.PlantedQuestionTests' -class '*.PlantedSurpriseTests' -showLiveOutput

select-recipes: ## chooses the defaults of clustering, lsa and questions anew, on generated suites alone (ten minutes)
	dotnet build tests/Transluce.Batch.IntegrationTests --configuration $(CONFIGURATION)
	artifacts/bin/Transluce.Batch.IntegrationTests/release_linux-x64/Transluce.Batch.IntegrationTests -class '*.RecipeSelectionTests' -explicit only -showLiveOutput

clean: ## removes everything built; the store stays
	rm -rf artifacts
