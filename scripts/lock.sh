#!/bin/sh
# Write the locks from pyproject.toml: exact versions with hashes, no index named.
set -eu
compile() {
  uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
    --no-header --annotation-style line "$@"
}
printf '# Locked by `make lock`. What the service needs (hatchling builds the checkout itself).\n' \
  > requirements/run.txt
printf 'hatchling\neditables\n' | compile --output-file requirements/.run.txt pyproject.toml -
cat requirements/.run.txt >> requirements/run.txt
printf '# Locked by `make lock`. What tests, lint and benchmarks need beside run.txt.\n' \
  > requirements/dev.txt
compile --output-file requirements/.dev.txt --group dev --constraint requirements/.run.txt pyproject.toml
cat requirements/.dev.txt >> requirements/dev.txt
rm requirements/.run.txt requirements/.dev.txt
