#!/bin/sh
# The browser tests need a Chromium: the system's, else Debian's package, else Playwright's own.
bin=${1:-.venv/bin}
for name in chromium chromium-browser google-chrome; do command -v "$name" >/dev/null 2>&1 && exit 0; done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Chromium for the browser tests (apt) ..."
    { apt-get update -qq && apt-get install -y -qq chromium; } >/dev/null 2>&1 && exit 0
fi
echo "Installing Chromium for the browser tests (Playwright) ..."
"$bin/playwright" install chromium >/dev/null 2>&1 && exit 0
echo "**** No Chromium could be had: the browser tests will be SKIPPED. Install chromium and run again. ****"
[ -z "${CI:-}" ]
