"""The page comes in the reader's language."""

from __future__ import annotations

from pathlib import Path

import pytest
from builders import loaded_store
from starlette.testclient import TestClient

from neuronboard.dashboards import DASHBOARDS
from neuronboard.server.app import create_app
from neuronboard.server.assets import WEB, AssetSource
from neuronboard.server.language import COOKIE, language_of, languages
from neuronboard.server.settings import Settings


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    """A client of an empty log."""
    store = loaded_store(tmp_path)
    app = create_app(store, Settings(spec=store.spec), "1")
    return TestClient(app, base_url="http://localhost")


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("ko", "ko"),
        ("ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7", "ko"),
        ("en-US,en;q=0.9,ko;q=0.8", "en"),
        ("de-DE,de;q=0.9", "en"),
        ("de, ko;q=0.5, en;q=0.1", "ko"),
        ("en;q=0.3, ko;q=0.7", "ko"),
        ("ko;q=0, en", "en"),
        ("ko;q=much, *", "en"),
    ],
)
def test_the_browser_asks_for_a_language(accepted: str, language: str) -> None:
    """By weight, then by order; a country is no matter; English where there is none of them."""
    assert language_of(["en", "ko"], None, accepted) == language


def test_a_choice_goes_before_what_the_browser_asks_for() -> None:
    """If it is one that there is."""
    assert language_of(["en", "ko"], "en", "ko") == "en"
    assert language_of(["en", "ko"], "xx", "ko") == "ko"


def test_the_page_names_its_language_and_has_its_texts(client: TestClient) -> None:
    """By header, cookie or URL: the HTML's language, and the pack with that language's texts."""
    accept = {"accept-language": "ko-KR"}
    english = client.get("/", headers={"accept-language": "en"})
    asked = client.get("/", headers=accept)
    by_url = client.get("/?lang=en", headers=accept)
    client.cookies.set(COOKIE, "ko")
    kept = client.get("/", headers={"accept-language": "en"})
    for answer, language in ((english, "en"), (asked, "ko"), (by_url, "en"), (kept, "ko")):
        assert answer.headers["content-language"] == language
        assert f'<html lang="{language}">' in answer.text
        assert ("pack/main.ko.js" in answer.text) == (language == "ko")
    assert "Accept-Language" in english.headers["vary"]


def test_a_pack_has_the_texts_of_one_language() -> None:
    """Every language that there is a table of has a pack, without another's texts."""
    assets = AssetSource(WEB, dashboards=[dashboard.id for dashboard in DASHBOARDS]).current()
    assert languages(assets) == ["en", "ko"]
    english, korean = (assets.files[f"pack/main{part}.js"].decode() for part in ("", ".ko"))
    for text, language, other in ((english, "en", "ko"), (korean, "ko", "en")):
        assert f"const LANGUAGE = '{language}'" in text
        assert f"const LANGUAGE = '{other}'" not in text
