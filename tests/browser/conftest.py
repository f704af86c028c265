"""A Chromium for the browser tests: the system's, else Playwright's own."""

import os
import shutil

import pytest

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def chromium():
    from playwright.sync_api import Error, sync_playwright

    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        except Error as error:
            message = f"NO BROWSER: the reports were NOT opened. Install chromium. ({str(error).splitlines()[0]})"
            (pytest.fail if os.environ.get("CI") else pytest.skip)(message)
        yield browser
        browser.close()
