"""Markdown of strangers becomes HTML that runs nothing, the same that TensorBoard makes of it."""

from __future__ import annotations

import re
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuronboard.dashboards.markdown import clean, to_html

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from tensorboard.plugin_util import markdown_to_safe_html

AS_TENSORBOARD = [
    "plain",
    "# Head\n\nsome *em*, **strong** and `code`\n\n* a\n* b\n\n1. c",
    "a|b\n-|-\n1|2\n",
    "```py\nx < 1 & y\n```",
    "<script>alert(1)</script>",
    "[x](javascript:alert(1)) [y](https://a.b/c?d=e&f=g) [z](mailto:a@b.c)",
    '![i](http://x/y.png "t") <img src=x onerror=alert(1)>',
    "<b>bold</b> <a href='x' onclick=1>k</a>",
    'A & B &amp; C &lt; &nosuch; &#39; "q"',
    "<p>open <em>x",
    "line  \nbreak\n\n---\n",
    "</em> </foo> <foo/> <!-- comment -->",
    "1 < 2 and <3",
    "설명 é 😀",
]


@pytest.mark.parametrize("text", AS_TENSORBOARD)
def test_the_html_is_tensorboards(text: str) -> None:
    """Its own converter and sanitiser are asked."""
    assert to_html(text) == markdown_to_safe_html(text)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:x",
        "JavaScript:x",
        " java\nscript:x",
        "&#106;avascript:x",
        "java&Tab;script:x",
        "\x01javascript:x",
        "data:text/html,x",
        "vbscript:x",
    ],
)
def test_a_url_that_runs_something_is_left_out(url: str) -> None:
    """Also where it is written so that a browser would still run it."""
    assert clean(f'<a href="{url}">k</a><img src="{url}">') == "<a>k</a><img>"


@pytest.mark.parametrize("url", ["//a.b/c", "x?y=a:b", "#a:b", "/a:b", "HTTPS://a.b"])
def test_a_url_that_leads_somewhere_stays(url: str) -> None:
    """A colon makes a scheme only at the beginning."""
    assert clean(f'<a href="{url}">k</a>') == f'<a href="{url}">k</a>'


_MARKS = ["<", ">", "</", "/>", "'", '"', "&", ";", "#x6a", "<!--", "-->", "<![CDATA[", "<?"]
_WORDS = ["script", "svg", "style", "p", "a ", "img ", "href=", "src=", "onerror=", "javascript:"]
_PIECES = st.sampled_from([*_MARKS, *_WORDS, "alert(1)", "x"])


@given(st.lists(_PIECES, max_size=12).map("".join))
def test_no_text_makes_an_element_that_is_not_listed(text: str) -> None:
    """Whatever is fed in, only listed elements come out, with listed attributes."""
    made = clean(text)
    for name, attributes in re.findall(r"<([^\s>/]*)([^>]*)>", re.sub(r'"[^"]*"', '""', made)):
        assert name in ("", "p", "a", "img")
        assert re.fullmatch(r'( (href|src)="")*|/(p|a)', attributes)
    assert "javascript:" not in "".join(re.findall(r'="([^"]*)"', made))
