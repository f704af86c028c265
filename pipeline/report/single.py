"""A page in one file, for e-mail: what it shares with the others goes into it."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

STYLE = re.compile(r'<link rel="stylesheet" href="([^"]+)">')
SCRIPT = re.compile(r'<script src="([^"]+)"></script>')
FROM_FILES = "'self' file:; style-src"
ALONE = re.compile(r'<link rel="alternate"[^>]*>\n?')
LINK = re.compile(r'<a(?P<before>[^>]*?) href="(?!#)[^"]*"(?P<after>[^>]*)>')


def in_one_file(page: Path) -> str:
    """The page with its style sheet and scripts inside; links to other pages, which do not go along, lead nowhere."""
    text = ALONE.sub("", page.read_text(encoding="utf-8"))
    text = STYLE.sub(lambda m: f"<style>\n{_shared(page, m[1])}</style>", text)
    scripts = [f"\n{_shared(page, href)}" for href in SCRIPT.findall(text)]
    text = SCRIPT.sub(lambda m: f"<script>{scripts.pop(0)}</script>", text.replace(FROM_FILES, f"{' '.join(map(_hashed, scripts))}; style-src"))
    body = text.index("<body>")
    return text[:body] + LINK.sub(r"<a\g<before>\g<after>>", text[body:])


def _hashed(script: str) -> str:
    """The only scripts that may run are those that are put in here."""
    return f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"


def _shared(page: Path, href: str) -> str:
    """A shared file's text; a script must not end the element that it stands in."""
    return (page.parent / href).read_text(encoding="utf-8").replace("</script", "<\\/script")
