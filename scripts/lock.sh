#!/bin/sh
# Write the locks from pyproject.toml: exact versions with hashes, no index named.
# Versions already locked stay where they still fit; `sh scripts/lock.sh --upgrade` takes the newest.
# Extras are kept in the locks: older pips (23) look past `coverage==1` for a wanted `coverage[toml]`,
# and then refuse the newer release they find for want of a hash.
set -eu
compile() {
  uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
    --no-strip-extras --no-header --annotation-style line "$@"
}
cp requirements/run.txt requirements/.run.txt
cp requirements/dev.txt requirements/.dev.txt
printf 'hatchling\neditables\n' | compile "$@" --output-file requirements/.run.txt pyproject.toml -
compile "$@" --output-file requirements/.dev.txt --group dev --constraint requirements/.run.txt \
  pyproject.toml
{
  printf '# Locked by `make lock`. What the service needs (hatchling builds the checkout itself).\n'
  cat requirements/.run.txt
} > requirements/run.txt
{
  printf '# Locked by `make lock`. What tests, lint and benchmarks need beside run.txt.\n'
  cat requirements/.dev.txt
} > requirements/dev.txt
rm requirements/.run.txt requirements/.dev.txt
