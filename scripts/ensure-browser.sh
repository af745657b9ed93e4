#!/bin/sh
# See to it that the browser tests have a Chromium, where that can be done; say so where it cannot.
# Order: REDTRAILS_TEST_CHROMIUM, `chromium` on PATH, Debian's package (as root), Playwright's own.
set -u
bin=$1
[ -n "${REDTRAILS_TEST_CHROMIUM:-}" ] && exit 0
command -v chromium >/dev/null 2>&1 && exit 0
"$bin/python" - <<'PY' && exit 0
import pathlib, sys
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    sys.exit(0 if pathlib.Path(playwright.chromium.executable_path).exists() else 1)
PY
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "installing chromium with apt-get"
  (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium) >/dev/null 2>&1 && exit 0
fi
echo "installing Playwright's own Chromium"
"$bin/python" -m playwright install chromium >/dev/null 2>&1 && exit 0
echo "no Chromium could be installed: the browser tests (tests/browser) will be skipped;" \
  "install Chromium and put it on PATH, or name it in REDTRAILS_TEST_CHROMIUM"
exit 0
