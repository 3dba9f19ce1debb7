"""Takes the README's pictures of the example logs: `make screenshots`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import prepare
from conftest import CHROMIUM_FLAGS, ROOT, url_of
from playwright.sync_api import Page, sync_playwright

PICTURES = ROOT / "logs_example" / "screenshots"
# Name -> (log below logs_example, where in the page, light or dark)
SHOTS = {
    "scalars.png": ("two_moons", "#scalars", "light"),
    "tutorial_scalars.png": ("log_simple_stats", "#scalars", "light"),
    "tutorial_graph.png": ("log_simple_stats", "#graphs", "light"),
    "dark.png": ("은닉층_크기", "#scalars", "dark"),
}


# A chart that speaks of its values, or a node of a graph.
DRAWN = 'canvas[aria-label*="ends at"], [data-path]'


def take(page: Page, log: str, place: str, target: Path) -> None:
    """Serves a log and takes the page once everything on it is drawn."""
    command = [sys.executable, "-m", "neuronboard", f"--logdir={log}", "--port=0"]
    logs = ROOT / "logs_example"
    with subprocess.Popen(command, cwd=logs, stdout=subprocess.PIPE, text=True) as server:
        page.goto(url_of(server) + place)
        page.wait_for_selector(DRAWN)
        page.evaluate("document.fonts.ready")
        page.screenshot(path=target, animations="disabled")
        server.terminate()
        server.communicate()
    print(f"took {target.relative_to(ROOT)}", flush=True)


def main() -> None:
    """Takes every picture."""
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=prepare.chromium(), args=CHROMIUM_FLAGS
        )
        for name, (log, place, scheme) in SHOTS.items():
            page = browser.new_page(
                viewport={"width": 1280, "height": 800},
                color_scheme="dark" if scheme == "dark" else "light",
                locale="en-US",
            )
            take(page, log, place, PICTURES / name)
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
