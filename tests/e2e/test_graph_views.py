"""Other looks at a graph: what was lost, recorded times, the small map; files that are dropped."""

from __future__ import annotations

import base64
import re
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from builders import write_events
from conftest import ROOT, Served
from graph_page import drawn
from playwright.sync_api import Page, expect

from neuronboard.pb.graph_pb2 import GraphDef

pytestmark = pytest.mark.browser
Serve = Callable[..., Served]


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Recorded steps of TensorFlow, a chain of two hundred nodes, and a graph before and after."""
    folder = tmp_path_factory.mktemp("views")
    with tarfile.open(ROOT / "tests/golden/corpora/tf1_filewriter.tar.xz") as corpus:
        corpus.extractall(folder / "all", filter="data")
    (folder / "all/logdir/graph").rename(folder / "recorded")
    logs = folder / "logs"
    logs.mkdir()
    (folder / "recorded").rename(logs / "recorded")
    write_events(logs / "long", graph_def=_chain(200).SerializeToString())
    before, after = _chain(4), _chain(3)
    before.node.add(name="gone", op="Tanh", input=["n1"])
    before.node.add(name="old/first", op="Tanh", input=["n1"])
    before.node.add(name="old/second", op="Relu", input=["old/first"])
    write_events(logs / "before", graph_def=before.SerializeToString())
    write_events(logs / "after", graph_def=after.SerializeToString())
    return logs


def _chain(nodes: int) -> GraphDef:
    graph = GraphDef()
    ops = ("Relu", "Tanh", "Square", "Sub")
    for i in range(nodes):
        graph.node.add(name=f"n{i}", op=ops[i % 4], input=[f"n{i - 1}"] if i else [])
    return graph


def _goto(page: Page, served: Served, rest: str) -> None:
    page.goto(f"{served.url}#graphs?{rest}")
    expect(page.locator(".graph-host")).to_have_attribute("data-nodes", re.compile("[1-9]"))


def test_what_was_removed_is_drawn_where_it_stood(
    page: Page, serve: Serve, logs: Path, tmp_path: Path
) -> None:
    """Dashed, joined to what is left, listed, and told about from the graph before."""
    _goto(page, serve(logs), "run=after&against=before%2Cgraph")
    gone = page.locator('[data-path="gone"]')
    expect(gone).to_have_attribute("aria-label", "gone, Tanh, removed")
    picture = drawn(page, tmp_path)
    assert {(line.source, line.target) for line in picture.lines} >= {("n1", "gone"), ("n2", "n3")}
    expect(page.get_by_label("Differences")).to_contain_text("Removed")
    gone.focus()
    page.keyboard.press("Space")
    panel = page.get_by_label("Selected node")
    expect(panel.locator(".op-name")).to_have_text("Tanh")
    expect(panel).to_contain_text("removed")


def test_a_removed_group_opens_and_is_followed(page: Page, serve: Serve, logs: Path) -> None:
    """From the list of what was removed; upstream, its nodes and what they took from are lit."""
    _goto(page, serve(logs), "run=after&against=before%2Cgraph")
    page.get_by_label("Differences").get_by_role("button", name="old/second").click()
    inside = page.locator('[data-path="old/second"]')
    expect(inside).to_have_attribute("aria-label", "old/second, Relu, removed")
    expect(page.get_by_label("Selected node").locator(".op-name")).to_have_text("Relu")
    page.get_by_role("button", name="Upstream").click()
    expect(page).to_have_url(re.compile("trace=up"))
    expect(page.locator(".graph-note .bad")).to_have_count(0)
    page.reload()
    expect(inside).to_be_attached()


def test_a_long_chain_begins_where_it_can_be_read(page: Page, serve: Serve, logs: Path) -> None:
    """At its inputs, which Tab and the arrows reach."""
    _goto(page, serve(logs), "run=long")
    first = page.locator('[data-path="n0"]')
    expect(first).to_be_in_viewport()
    box = first.bounding_box()
    assert box is not None
    assert box["height"] > 20
    page.get_by_role("button", name="Fit to screen").click()
    expect(page.locator(".graph-nodes [data-path]")).to_have_count(1)
    first.focus()
    page.keyboard.press("ArrowUp")
    expect(page.locator('[data-path="n1"]')).to_be_focused()


def test_a_link_to_a_run_without_a_graph_says_whose_is_shown(
    page: Page, serve: Serve, logs: Path
) -> None:
    """It may have been deleted since."""
    _goto(page, serve(logs), "run=nowhere")
    expect(page.locator(".graph-note")).to_contain_text("The run nowhere has no graph")


def test_a_recorded_step_has_times_memory_and_devices(page: Page, serve: Serve, logs: Path) -> None:
    """As colours with a legend, and as a timeline that leads to its nodes."""
    _goto(page, serve(logs), "run=recorded&graph=profile%3Astep000")
    picker = page.get_by_label("Colour by")
    for value in ("compute", "memory", "device"):
        picker.select_option(value)
        title = picker.locator(f'option[value="{value}"]').inner_text()
        expect(page.locator("aside").get_by_role("heading", name=title, exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile("colour=device"))
    page.get_by_role("button", name="Timeline").click()
    spans = page.locator(".graph-view canvas")
    expect(spans).to_be_visible()
    expect(spans).to_have_attribute("aria-label", re.compile(r"\d"))


def test_the_small_map_leads_through_a_long_picture(page: Page, serve: Serve, logs: Path) -> None:
    """It is there once the picture is larger than the window, and a press on it goes there."""
    page.emulate_media(reduced_motion="reduce")
    _goto(page, serve(logs), "run=long")
    for _ in range(12):
        page.get_by_role("button", name="Zoom in").click()
    small = page.locator(".minimap")
    expect(small).to_be_visible()
    box = small.bounding_box()
    assert box is not None
    for y, name in ((8, "n199"), (box["height"] - 8, "n0")):
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + y)
        expect(page.locator(f'[data-path="{name}"]')).to_be_attached()


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_who_wants_no_motion_sees_none(page: Page, serve: Serve, logs: Path, motion: str) -> None:
    """Fit jumps to its end, or goes there over some frames."""
    page.emulate_media(reduced_motion=motion)  # type: ignore[arg-type]
    _goto(page, serve(logs), "run=before")
    frames = page.evaluate(
        """async () => {
        const layer = document.querySelector('.graph-nodes');
        document.querySelector('[aria-label="Zoom in"]').click();
        await new Promise((done) => setTimeout(done, 300));
        const seen = new Set();
        document.querySelector('[aria-label="Fit to screen"]').click();
        for (const start = performance.now(); performance.now() - start < 500;) {
          await new Promise(requestAnimationFrame);
          seen.add(layer.style.transform);
        }
        return seen.size;
    }"""
    )
    assert frames <= 2 if motion == "reduce" else frames > 3


DROP = """([name, text]) => {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], name));
  for (const type of ['dragover', 'drop'])
    document.querySelector('.graph-host').dispatchEvent(
      new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
}"""


def test_a_pb_and_an_event_file_that_are_dropped_are_shown(
    page: Page, serve: Serve, logs: Path, tmp_path: Path
) -> None:
    """One after the other, in place of the run's graph."""
    _goto(page, serve(logs), "run=before")
    pb = GraphDef()
    pb.node.add(name="of_a_pb", op="Relu")
    events = GraphDef()
    events.node.add(name="of_events", op="Relu")
    written = write_events(tmp_path / "events", graph_def=events.SerializeToString())
    for name, content, node in (
        ("mine.pb", pb.SerializeToString(), "of_a_pb"),
        (written.name, written.read_bytes(), "of_events"),
    ):
        page.evaluate(DROP, [name, base64.b64encode(content).decode()])
        expect(page.locator(f'[data-path="{node}"]')).to_be_visible()


def test_a_saved_page_needs_no_server(page: Page, serve: Serve, logs: Path, tmp_path: Path) -> None:
    """The server is gone, and the file asks for nothing."""
    served = serve(logs)
    _goto(page, served, "run=before")
    with page.expect_download() as download:
        page.get_by_label("Export").select_option("html")
    saved = tmp_path / "picture.html"
    download.value.save_as(saved)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.context.set_offline(True)
    page.goto(saved.as_uri())
    box = page.locator('#picture rect[data-path="gone"]').bounding_box()
    assert box is not None
    assert (box["width"] > 20, box["height"] > 10) == (True, True)
    assert [url for url in asked if not url.startswith("file:")] == []
