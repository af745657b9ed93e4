#!/bin/sh
# The wheel as a user gets it: an empty environment, away from the checkout, one itinerary.
set -eu
python=$1
root=$(pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$python" -m venv "$work/venv"
pip="$work/venv/bin/python -m pip --disable-pip-version-check --quiet"
$pip install --require-hashes -r requirements/run.txt
$pip install --no-deps "$root"/dist/qingdao_red_trails-*.whl
cd "$work"
REDTRAILS_DATA_DIR="$work/data" HOME="$work" "$work/venv/bin/python" "$root/scripts/wheel_smoke.py"
