"""What one asks of a graph, and how the page answers: searches, traces, colours, files."""

from __future__ import annotations

import lzma
from collections.abc import Callable
from pathlib import Path

import pytest
from builders import write_events
from conftest import ROOT, Served
from graph_page import drawn, open_group, read
from playwright.sync_api import Page, expect

from neuronboard.pb.graph_pb2 import GraphDef

pytestmark = pytest.mark.browser
Serve = Callable[..., Served]
GOLDEN = ROOT / "tests" / "golden" / "graphs"


@pytest.fixture(autouse=True)
def _still(page: Page) -> None:
    """Nothing moves by itself."""
    page.emulate_media(reduced_motion="reduce")


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A transformer as TensorFlow built it, and the same with known edits."""
    folder = tmp_path_factory.mktemp("graphs")
    before = GraphDef.FromString(lzma.decompress((GOLDEN / "transformer.pb.xz").read_bytes()))
    after = GraphDef()
    after.CopyFrom(before)
    loss = next(node for node in after.node if node.name == "loss")
    loss.attr["keep_dims"].b = True
    after.node.add(name="extra", op="Identity", input=["loss"])
    write_events(folder / "before", graph_def=before.SerializeToString())
    write_events(folder / "after", graph_def=after.SerializeToString())
    return folder


def _goto(page: Page, served: Served, rest: str = "run=before") -> None:
    page.goto(f"{served.url}#graphs?{rest}")
    expect(page.locator('[data-path="layer0"], [data-path^="layer["]').first).to_be_visible()


def _find(page: Page, words: str) -> None:
    page.get_by_label("Find a node or op").fill(words)
    page.get_by_label("Matches").get_by_role("button").first.click()


def test_search_by_op_and_name_leads_there(page: Page, serve: Serve, logs: Path) -> None:
    """Words combine; the match is opened, chosen, described and told where it stands."""
    _goto(page, serve(logs))
    _find(page, "op:Softmax layer1")
    panel = page.get_by_label("Selected node")
    expect(panel.locator(".op-name")).to_have_text("Softmax")
    path = page.locator('[data-path][aria-pressed="true"]').get_attribute("data-path")
    assert path is not None
    assert path.startswith("layer1/attention/")
    crumbs = page.get_by_label("Where it stands")
    expect(crumbs.get_by_role("button", name="attention")).to_be_visible()
    crumbs.get_by_role("button", name="attention").click()
    expect(panel).to_contain_text("Group of")


def test_links_lead_along_edges(page: Page, serve: Serve, logs: Path) -> None:
    """An input in the panel is a link; what it leads to is chosen."""
    _goto(page, serve(logs))
    page.locator('[data-path="loss"]').click()
    panel = page.get_by_label("Selected node")
    expect(panel.locator("h2")).to_have_text("loss")
    panel.locator("button.link").first.click()
    expect(panel.locator("h2")).not_to_have_text("loss")


def test_a_trace_dims_the_rest_and_the_link_keeps_it(
    page: Page, serve: Serve, logs: Path, tmp_path: Path
) -> None:
    """Upstream of the logits: what they depend on stays, training goes dim."""
    _goto(page, serve(logs))
    page.locator('[data-path="logits"]').click()
    page.get_by_role("button", name="Upstream").click()
    page.wait_for_function("location.hash.includes('trace=up')")

    def dimmed() -> set[str]:
        drawn(page, tmp_path)
        text = (tmp_path / "picture.svg").read_text("utf-8")
        lines = [line for line in text.splitlines() if 'opacity="' in line and "<rect" in line]
        return {p for p in ("train", "loss", "ids", "logits") for x in lines if f'"{p}"' in x}

    expect(page.get_by_role("button", name="Upstream")).to_be_visible()
    page.wait_for_timeout(0)
    assert _until(dimmed, lambda found: "train" in found) == {"train", "loss"}
    page.reload()
    expect(page.locator('[data-path="logits"]')).to_be_visible()
    assert _until(dimmed, lambda found: "train" in found) == {"train", "loss"}


def _until(ask: Callable[[], set[str]], good: Callable[[set[str]], bool]) -> set[str]:
    """Asks until the answer is good, or ten times."""
    found = ask()
    for _ in range(10):
        if good(found):
            break
        found = ask()
    return found


def test_the_way_between_two_nodes_is_shown(page: Page, serve: Serve, logs: Path) -> None:
    """Path to…, then the other end: everything on it is opened, and the link says both ends."""
    _goto(page, serve(logs))
    page.locator('[data-path="ids"]').click()
    page.get_by_role("button", name="Path to…").click()
    expect(page.locator(".graph-note")).to_contain_text("other end of the path from ids")
    page.locator('[data-path="loss"]').click()
    expect(page.locator(".graph-note")).to_contain_text("nodes on the way")
    assert "trace=way" in page.url
    assert "to=loss" in page.url


def test_colours_by_op_and_structure_have_a_legend(
    page: Page, serve: Serve, logs: Path, tmp_path: Path
) -> None:
    """Alike blocks get the same colour; the choice is in the link."""
    _goto(page, serve(logs))
    page.get_by_label("Colour by").select_option("structure")
    expect(page.locator(".legend h3").first).to_have_text("Structure")
    page.get_by_label("Colour by").select_option("op")
    expect(page.locator(".legend h3").first).to_have_text("Op type")
    assert "colour=op" in page.url
    page.reload()
    expect(page.locator(".legend h3").first).to_have_text("Op type")


def test_the_same_block_elsewhere_is_shown(page: Page, serve: Serve, logs: Path) -> None:
    """From one layer's attention to the other's."""
    _goto(page, serve(logs))
    _find(page, "layer0/attention/q/MatMul$")
    page.get_by_label("Where it stands").get_by_role("button", name="attention").click()
    page.get_by_role("button", name="Same block").click()
    expect(page.locator('[data-path="layer1/attention"]')).to_be_attached()


def test_two_graphs_are_compared(page: Page, serve: Serve, logs: Path, tmp_path: Path) -> None:
    """What was added and changed is listed and coloured; a list entry leads there."""
    _goto(page, serve(logs), "run=after&against=before%2Cgraph")
    aside = page.get_by_label("Differences")
    expect(aside).to_contain_text("2 differences")
    expect(aside).to_contain_text("Added")
    expect(page.locator('[data-path="extra"]')).to_have_attribute(
        "aria-label", "extra, Identity, added"
    )
    expect(page.locator('[data-path="loss"]')).to_have_attribute(
        "aria-label", "loss, Mean, changed"
    )
    aside.get_by_role("button", name="extra").click()
    expect(page.get_by_label("Selected node").locator("h2")).to_have_text("extra")
    page.get_by_label("Compare with").select_option("")
    expect(aside).to_be_hidden()


DROP = """([name, text]) => {
  const data = new DataTransfer();
  data.items.add(new File([text], name));
  for (const type of ['dragover', 'drop'])
    document.querySelector('.graph-host').dispatchEvent(
      new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
}"""


def test_a_file_that_is_dropped_is_shown(page: Page, serve: Serve, logs: Path) -> None:
    """A GraphDef as text; the link keeps it while the server runs."""
    _goto(page, serve(logs))
    text = 'node { name: "dropped_a" op: "Relu" } node { name: "b" op: "Tanh" input: "dropped_a" }'
    page.evaluate(DROP, ["mine.pbtxt", text])
    expect(page.get_by_role("button", name="dropped_a, Relu")).to_be_visible()
    expect(page.get_by_label("Run", exact=True)).to_contain_text("mine.pbtxt")
    page.reload()
    expect(page.get_by_role("button", name="b, Tanh")).to_be_visible()
    page.get_by_label("Run", exact=True).select_option("before")
    expect(page.locator('[data-path="loss"]')).to_be_visible()


def test_the_picture_is_saved_as_png_svg_and_one_html_file(
    page: Page, serve: Serve, logs: Path, tmp_path: Path
) -> None:
    """Each holds the picture; the HTML file is drawn and its text read without any server."""
    _goto(page, serve(logs))
    open_group(page, "train")
    files = {}
    for kind in ("png", "svg", "html"):
        with page.expect_download() as download:
            page.get_by_label("Export").select_option(kind)
        files[kind] = tmp_path / f"picture.{kind}"
        download.value.save_as(files[kind])
    assert files["png"].read_bytes().startswith(b"\x89PNG")
    assert files["png"].stat().st_size > 10_000
    picture = read(files["svg"])
    assert {"train", "loss", "train/gradients"} <= {box.path for box in picture.boxes}
    assert "loss" in picture.texts
    page.goto(files["html"].as_uri())
    expect(page.locator('#picture rect[data-path="train"]')).to_be_attached()
    page.get_by_text("As text").click()
    expect(page.locator("pre")).to_contain_text("layer1")


def test_the_outline_tells_the_same_as_text(page: Page, serve: Serve, logs: Path) -> None:
    """A button, and the link; Close goes back to the picture."""
    _goto(page, serve(logs))
    page.get_by_role("button", name="Outline").click()
    expect(page.get_by_label("Outline", exact=True)).to_contain_text("attention")
    page.reload()
    expect(page.get_by_label("Outline", exact=True)).to_contain_text("attention")
    page.get_by_role("button", name="Close", exact=True).first.click()
    expect(page.locator(".graph-view")).to_be_hidden()


def test_open_boxes_and_choice_are_in_the_link(page: Page, serve: Serve, logs: Path) -> None:
    """A reload shows the same boxes at the same places."""
    _goto(page, serve(logs))
    open_group(page, "train")
    _find(page, "^loss$")
    expect(page.locator('[data-path="loss"]')).to_have_attribute("aria-pressed", "true")
    paths = "[...document.querySelectorAll('[data-path]')].map(e => [e.dataset.path, e.ariaLabel])"
    before = page.evaluate(paths)
    page.reload()
    expect(page.locator('[data-path="loss"]')).to_have_attribute("aria-pressed", "true")
    expect(page.locator('[data-path="train/gradients"]')).to_be_attached()
    assert page.evaluate(paths) == before
