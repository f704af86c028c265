"""Pages let nothing run that is not theirs."""

import re
import shutil

import pytest

from pipeline.report.single import in_one_file
from tests.conftest import english

POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]+)">')


def test_every_page_has_a_policy(sample_run):
    for page in (*english(sample_run / "reports"), *(sample_run / "receipts").glob("*.html")):
        policy = POLICY.search(page.read_text(encoding="utf-8"))
        assert policy and policy[1].startswith("default-src 'none'"), page
        assert "'unsafe-inline'" not in policy[1].partition("script-src")[2].partition(";")[0]


@pytest.mark.parametrize("single", [False, True])
def test_a_script_that_gets_into_a_page_does_not_run(chromium, sample_run, tmp_path, single):
    page = sample_run / "reports" / "index.html"
    text = in_one_file(page) if single else page.read_text(encoding="utf-8")
    evil = "<script>document.title = 'broken'</script><img src=x onerror=\"document.title = 'broken'\"></body>"
    shutil.copytree(page.parent / "assets", tmp_path / "assets")
    place = tmp_path / "index.html"
    place.write_text(text.replace("</body>", evil), encoding="utf-8")
    tab = chromium.new_page()
    tab.goto(place.as_uri())
    tab.wait_for_timeout(200)
    assert tab.title() != "broken"
    tab.close()
