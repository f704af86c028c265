"""Letters of a whole run: one beside each receipt, and nowhere else."""

import re


def test_each_receipt_has_a_letter_in_two_forms_that_the_index_links_to(sample_run):
    folder = sample_run / "receipts"
    ids = {path.stem for path in folder.glob("*.json")}
    assert len(ids) > 30
    assert {path.name.removesuffix(".letter.html") for path in folder.glob("*.letter.html")} == ids
    assert {path.name.removesuffix(".letter.txt") for path in folder.glob("*.letter.txt")} == ids
    links = set(re.findall(r'href="([^"]+\.letter\.html)"', (folder / "index.html").read_text(encoding="utf-8")))
    assert links == {f"{id_}.letter.html" for id_ in ids}


def test_letters_are_not_part_of_what_is_published(sample_run):
    published = [path for place in ("release", "reports") for path in (sample_run / place).rglob("*") if path.is_file()]
    assert published and not [path for path in published if "letter" in path.name]
    pages = [path.read_text(encoding="utf-8") for path in published if path.suffix == ".html"]
    assert pages and not any(".letter." in page for page in pages)


def test_a_file_in_french_gets_a_french_letter(sample_run):
    letters = [path.read_text(encoding="utf-8") for path in (sample_run / "receipts").glob("XAH-2025-officials-*.letter.html")]
    assert any('<html lang="fr" dir="ltr">' in letter and "Ce qui a été compris" in letter for letter in letters)
