"""The graph's picture, measured where it is drawn: lines, boxes, panel and screen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from builders import write_events
from conftest import Served
from graph_page import across_boxes, drawn, open_group, pull_out
from playwright.sync_api import Page, expect

from neuronboard import SummaryWriter
from neuronboard.pb.graph_pb2 import GraphDef

pytestmark = pytest.mark.browser
Serve = Callable[..., Served]

# Names of the nodes that are not wholly inside the picture, once it is drawn.
OUTSIDE = """async () => {
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const host = document.querySelector('.graph-host').getBoundingClientRect();
  return [...document.querySelectorAll('[data-path]')].filter((g) => {
    const r = g.getBoundingClientRect();
    return r.left < host.left || r.right > host.right || r.top < host.top || r.bottom > host.bottom;
  }).map((g) => g.dataset.path);
}"""


def test_edges_run_around_nodes(
    page: Page, serve: Serve, tutorial_logdir: Path, tmp_path: Path
) -> None:
    """Closed, and with a tall open group beside a small node."""
    page.goto(serve(tutorial_logdir).url + "#graphs")
    expect(page.locator('[data-path="weight"]')).to_be_visible()
    picture = drawn(page, tmp_path)
    assert (len(picture.lines) >= 5, across_boxes(picture, {})) == (True, set())
    for path in ("weight", "gradients", "GradientDescent"):
        open_group(page, path)
        assert across_boxes(drawn(page, tmp_path), {}) == set()


def test_data_flow_upwards_and_names_do_not_overlap(
    page: Page, serve: Serve, tutorial_logdir: Path, tmp_path: Path
) -> None:
    """Each edge goes from a lower box to a higher one; boxes overlap only in an open one."""
    page.goto(serve(tutorial_logdir).url + "#graphs")
    expect(page.locator('[data-path="sub"]')).to_be_visible()
    for path in ("gradients", "loss"):
        open_group(page, path)
    picture = drawn(page, tmp_path)
    assert all(line.points[0][1] > line.points[-1][1] for line in picture.lines)
    for one in picture.boxes:
        for other in picture.boxes:
            apart = (
                one.left + one.width <= other.left
                or other.left + other.width <= one.left
                or one.top + one.height <= other.top
                or other.top + other.height <= one.top
            )
            nested = any(
                outer.path in ("gradients", "loss")
                and outer.left < inner.left
                and outer.top < inner.top
                and inner.left + inner.width < outer.left + outer.width
                and inner.top + inner.height < outer.top + outer.height
                for outer, inner in ((one, other), (other, one))
            )
            assert apart or nested or one is other, (one.path, other.path)


def test_what_is_tucked_away_can_be_pulled_out_and_tucked_again(
    page: Page, serve: Serve, tutorial_logdir: Path, tmp_path: Path
) -> None:
    """A constant becomes a box with an edge; the link keeps it so."""
    page.goto(serve(tutorial_logdir).url + "#graphs")
    expect(page.get_by_role("button", name="input, Const, beside output")).to_be_visible()
    assert not [line for line in drawn(page, tmp_path).lines if line.source == "input"]
    pull_out(page, "input")
    expect(page.get_by_role("button", name="input, Const", exact=True)).to_be_visible()
    targets = {line.target for line in drawn(page, tmp_path).lines if line.source == "input"}
    assert "output" in targets
    page.reload()
    expect(page.get_by_role("button", name="input, Const", exact=True)).to_be_visible()
    page.get_by_role("button", name="Tuck away").click()
    expect(page.get_by_role("button", name="input, Const, beside output")).to_be_visible()


def test_what_opens_is_on_the_screen(page: Page, serve: Serve, tutorial_logdir: Path) -> None:
    """All of the picture while that can be read; at least the group that was opened later on."""
    page.goto(serve(tutorial_logdir).url + "#graphs")
    expect(page.locator('[data-path="weight"]')).to_be_visible()
    open_group(page, "weight")
    assert page.evaluate(OUTSIDE) == []
    for path in ("gradients", "GradientDescent"):
        open_group(page, path)
        outside = page.evaluate(OUTSIDE)
        assert [one for one in outside if one.startswith(path)] == []


@pytest.fixture(autouse=True)
def _still(page: Page) -> None:
    """Nothing moves by itself, so that places can be measured at once."""
    page.emulate_media(reduced_motion="reduce")


def _place(page: Page, path: str) -> tuple[float, float, float]:
    """Left, top and width of a node on the screen, once it is drawn."""
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    box = page.locator(f'[data-path="{path}"]').bounding_box()
    assert box is not None
    return box["x"], box["y"], box["width"]


def test_what_is_told_at_the_pointer_goes_when_the_picture_moves(
    page: Page, serve: Serve, tutorial_logdir: Path
) -> None:
    """A box that opens beneath a still mouse is not told as closed any more."""
    page.goto(serve(tutorial_logdir).url + "#graphs")
    box = page.locator('[data-path="weight"]').bounding_box()
    assert box
    page.mouse.move(box["x"] + 4, box["y"] + 4)
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator(".graph-tip")).to_contain_text("weight")
    page.locator('[data-path="weight"]').press("Enter")
    expect(page.locator(".graph-tip")).to_be_hidden()


def test_wheel_drag_and_buttons_zoom_and_pan(
    page: Page, serve: Serve, tutorial_logdir: Path
) -> None:
    """The wheel zooms at the pointer, dragging moves the picture, Fit brings all of it back."""
    page.goto(serve(tutorial_logdir).url + "#graphs")
    expect(page.locator('[data-path="sub"]')).to_be_visible()
    left, top, width = fitted = _place(page, "sub")
    page.mouse.move(left, top)
    page.mouse.wheel(0, -400)
    assert _place(page, "sub") == pytest.approx((left, top, width * 1.9), rel=0.02)
    page.mouse.move(left + 30, top + 20)  # on the node, which a drag does not choose
    page.mouse.down()
    page.mouse.move(left + 90, top - 20, steps=5)
    page.mouse.up()
    expect(page.locator(".node-panel h2")).to_have_count(0)
    moved = _place(page, "sub")
    assert moved[:2] == pytest.approx((left + 60, top - 40), abs=6)
    page.get_by_role("button", name="Zoom out").click()
    assert _place(page, "sub")[2] < moved[2]
    page.get_by_role("button", name="Fit to screen").click()
    assert _place(page, "sub") == pytest.approx(fitted, abs=0.1)


def test_kinds_of_edges_look_apart(
    page: Page, serve: Serve, tutorial_logdir: Path, tmp_path: Path
) -> None:
    """Control edges are dashed, references to a variable have its colour, tensors neither."""
    page.goto(serve(tutorial_logdir).url + "#graphs")
    expect(page.locator('[data-path="weight"]')).to_be_visible()
    for path in ("GradientDescent", "weight"):
        open_group(page, path)
    lines = drawn(page, tmp_path).lines
    looks = {
        (line.source, line.target): (line.dashed, line.stroke)
        for line in lines
        if line.source.startswith(("GradientDescent/", "weight/", "output"))
    }
    control = looks["GradientDescent/update_weight", "GradientDescent/(GradientDescent)"]
    reference = looks["weight/(weight)", "weight/Assign"]
    data = looks["output", "sub"]
    assert (control[0], reference[0], data[0]) == (True, False, False)
    assert reference[1] != data[1]


def test_another_run_is_fitted_and_the_keyboard_reaches_all_of_it(
    page: Page, serve: Serve, tmp_path: Path
) -> None:
    """Whatever was zoomed before; a node off the screen comes into view when it is focused."""
    for run, nodes in (("a", 2), ("b", 30)):
        graph = GraphDef()
        for i in range(nodes):
            op = ("Relu", "Tanh")[i % 2]  # alike ones would be a series
            graph.node.add(name=f"n{i}", op=op, input=[f"n{i - 1}"] if i else [])
        write_events(tmp_path / run, graph_def=graph.SerializeToString())
    page.goto(serve(tmp_path).url + "#graphs")
    expect(page.locator("[data-path]")).to_have_count(2)
    for _ in range(4):
        page.get_by_role("button", name="Zoom in").click()
    page.get_by_label("Run", exact=True).select_option("b")
    expect(page.locator("[data-path]")).to_have_count(30)
    assert page.evaluate(OUTSIDE) == []
    for _ in range(8):
        page.get_by_role("button", name="Zoom in").click()
    assert "n29" in page.evaluate(OUTSIDE)
    page.locator('[data-path="n0"]').focus()
    for i in range(1, 30):
        page.keyboard.press("ArrowUp")
        expect(page.locator(f'[data-path="n{i}"]')).to_be_focused()
    assert "n29" not in page.evaluate(OUTSIDE)


def test_a_graph_that_is_written_again_is_shown_and_other_runs_disturb_nothing(
    page: Page, serve: Serve, tmp_path: Path
) -> None:
    """Without reload; a run that comes leaves the picture where it is, zoomed as it is."""

    def write(run: str, node: str) -> None:
        graph = GraphDef()
        graph.node.add(name=node, op="Relu")
        with SummaryWriter(tmp_path / run) as writer:
            writer.add_graph(graph)

    write("b", "first")
    page.goto(serve(tmp_path, "--reload_interval=0.1").url + "#graphs?run=b")
    expect(page.get_by_role("button", name="first, Relu")).to_be_visible()
    page.get_by_role("button", name="Zoom in").click()
    zoomed = _place(page, "first")
    write("a", "other")
    expect(page.get_by_label("Run", exact=True).locator("option")).to_have_count(2)
    expect(page.get_by_label("Run", exact=True)).to_have_value("b")
    assert _place(page, "first") == pytest.approx(zoomed, abs=0.1)
    write("b", "second")
    expect(page.get_by_role("button", name="second, Relu")).to_be_visible()
    expect(page.get_by_role("button", name="first, Relu")).to_have_count(0)


def test_names_in_a_graph_never_become_markup(page: Page, serve: Serve, tmp_path: Path) -> None:
    """A node, an op, a device and an attribute that are HTML are shown as text."""
    evil = "<img src=x onerror=document.title='evil'>"
    graph = GraphDef()
    node = graph.node.add(name=f"가{evil}", op=evil, device=evil)
    node.attr["note"].s = evil.encode()
    write_events(tmp_path, graph_def=graph.SerializeToString())
    page.goto(serve(tmp_path).url + "#graphs")
    page.get_by_role("button", name=f"가{evil}").click()
    panel = page.get_by_label("Selected node")
    expect(panel.locator("h2")).to_have_text(f"가{evil}")
    expect(panel.locator(".op-name")).to_have_text(evil)
    expect(panel.locator("dd").last).to_contain_text(evil)
    assert (page.title(), page.locator("img").count()) == ("NeuronBoard", 0)


def test_the_panel_shows_long_names_whole(page: Page, serve: Serve, tutorial_logdir: Path) -> None:
    """Nothing runs out of it; a group's ops add up to its nodes."""
    page.goto(serve(tutorial_logdir).url + "#graphs")
    page.get_by_label("Find a node or op").fill("ApplyGradientDescent$")
    page.keyboard.press("Enter")
    panel = page.get_by_label("Selected node")
    expect(panel.locator("h2")).to_have_text("GradientDescent/update_weight/ApplyGradientDescent")
    wide = "[...document.querySelectorAll('aside *')].filter(e => e.scrollWidth > e.clientWidth + 1"
    assert page.evaluate(wide + " && e.clientWidth).map(e => e.outerHTML)") == []
    page.locator('[data-path="gradients"]').click()
    expect(panel).to_contain_text("Group of 33 nodes")
    numbers = [int(text) for text in panel.locator("dd").all_inner_texts()]
    assert sum(numbers) == 33


def test_a_search_that_finds_nothing_says_why(
    page: Page, serve: Serve, tutorial_logdir: Path
) -> None:
    """No such name; or no regular expression."""
    page.goto(serve(tutorial_logdir).url + "#graphs")
    search, matches = page.get_by_label("Find a node or op"), page.get_by_label("Matches")
    search.fill("nowhere")
    expect(matches).to_have_text("Nothing found")
    search.fill("weight[")
    expect(matches).to_contain_text("no regular expression")
