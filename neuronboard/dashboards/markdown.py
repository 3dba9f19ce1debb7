"""Markdown to HTML that may stand in a page.

Descriptions and texts come from whoever wrote the log, so the HTML that Markdown lets through is
taken apart again: elements and attributes of a short list stay, everything else becomes text. The
list, and what happens to the rest, is TensorBoard's.
"""

from __future__ import annotations

import re
from html import escape
from html.entities import html5
from html.parser import HTMLParser

_TEXT = ("p", "pre", "code", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "br")
_LISTS_AND_TABLES = ("ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td")
ELEMENTS = frozenset((*_TEXT, *_LISTS_AND_TABLES, "strong", "em", "a", "img"))
EMPTY = frozenset({"br", "hr", "img"})
ATTRIBUTES = {"a": ("href", "title"), "img": ("src", "title", "alt")}
SCHEMES = ("http", "https", "mailto")
_SCHEME = re.compile(r"([^:/?#]*):")
_NO_PART_OF_A_URL = re.compile(r"[\x00-\x20\x7f-\xa0]")


def to_html(text: str) -> str:
    """The HTML of a Markdown text, with tables and fenced code; NUL characters are left out."""
    if not text:
        return ""
    import markdown  # not before the first description: most logs have none

    html = markdown.markdown(text.replace("\0", ""), extensions=["tables", "fenced_code"])
    return clean(html)


def clean(html: str) -> str:
    """`html` with only the elements and attributes of the lists; the rest is shown as text."""
    cleaner = _Cleaner()
    cleaner.feed(html)
    cleaner.close()
    return cleaner.finished()


class _Cleaner(HTMLParser):
    """Writes down again what it reads, if it is allowed; what is opened is closed.

    Comments, declarations and processing instructions are left out.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self._parts: list[str] = []
        self._open: list[str] = []

    def finished(self) -> str:
        """The HTML, every element closed."""
        while self._open:
            self._parts.append(f"</{self._open.pop()}>")
        return "".join(self._parts)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element of the list with its attributes of the list; another one as text."""
        if tag not in ELEMENTS:
            self.handle_data(self.get_starttag_text() or "")
            return
        kept = [
            f' {name}="{escape(value or "")}"'
            for name, value in attrs
            if name in ATTRIBUTES.get(tag, ()) and _is_harmless(name, value or "")
        ]
        self._parts.append(f"<{tag}{''.join(kept)}>")
        if tag not in EMPTY:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element that ends where it begins."""
        self.handle_starttag(tag, attrs)
        if tag in ELEMENTS and tag not in EMPTY:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """The end of an element, and of those left open in it; an end of nothing is left out."""
        if tag not in ELEMENTS:
            self.handle_data(f"</{tag}>")
        elif tag in self._open:
            while (inner := self._open.pop()) != tag:
                self._parts.append(f"</{inner}>")
            self._parts.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        """Text."""
        self._parts.append(escape(data, quote=False))

    def handle_entityref(self, name: str) -> None:
        """A named character; one that HTML does not know is text."""
        self._parts.append(f"&{name};" if f"{name};" in html5 else f"&amp;{name};")

    def handle_charref(self, name: str) -> None:
        """A numbered character."""
        self._parts.append(f"&#{name};")


def _is_harmless(name: str, value: str) -> bool:
    """Whether an attribute is no URL, or one that leads to a place and runs nothing."""
    if name not in ("href", "src"):
        return True
    found = _SCHEME.match(_NO_PART_OF_A_URL.sub("", value))
    return found is None or found[1].lower() in SCHEMES
