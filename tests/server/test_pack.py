"""Packs: modules in one file do what they do apart."""

from __future__ import annotations

import gzip
import json
import subprocess
from pathlib import Path

import prepare
import pytest

from neuronboard.server import pack
from neuronboard.server.assets import WEB, AssetSource

FILES = {
    "app/main.js": b"""import { double, Box as Crate } from '../lib/numbers.js';
import '../lib/first.js';
import {
  later,
} from '../lib/later.js';
const box = new Crate(double(21));
const { name } = await later('b');
const own = import.meta.url.endsWith('/app/main.js');
console.log(JSON.stringify([box.value, globalThis.first, name, own]));
""",
    "lib/first.js": b"globalThis.first = 'first';\nexport {};\n",
    "lib/numbers.js": b"""// import('./none.js') in a comment
const two = 2;
export const double = (x) => x * two;
export class Box {
  constructor(value) { this.value = value; }
}
export async function unused() { return two; }
""",
    "lib/later.js": b"export const later = (which) => import(`../boards/${which}/index.js`);\n",
    "boards/b/index.js": b"""import { double } from '../../lib/numbers.js';
import { own } from './own.js';
export const name = `${own} ${double(2)}`;
""",
    "boards/b/own.js": b"export const own = 'b';\n",
}
EXPECTED = [42, "first", "b 4", True]


def _run(folder: Path, name: str) -> object:
    done = subprocess.run(
        [prepare.node(), str(folder / name)], capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def test_a_pack_does_what_its_modules_do(tmp_path: Path) -> None:
    """Renamed imports, side effects, classes, what is imported later: the same as without."""
    (tmp_path / "package.json").write_text('{"type": "module"}')
    first = pack.in_order(FILES, ["app/main.js"])
    more = [name for name in pack.in_order(FILES, ["boards/b/index.js"]) if name not in first]
    made = {
        **FILES,
        "pack/main.js": pack.packed(FILES, first, {"boards/b/index.js": "./b.js"}).encode(),
        "pack/b.js": pack.packed_later(FILES, more).encode(),
    }
    for name, data in made.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    assert _run(tmp_path, "app/main.js") == EXPECTED
    (tmp_path / "boards/b/own.js").unlink()  # the pack needs it no more
    assert _run(tmp_path, "pack/main.js") == EXPECTED


def test_a_source_map_names_the_line_of_the_file() -> None:
    """Every line of the pack that came from a file, by the mappings as browsers read them."""
    names = pack.in_order(FILES, ["app/main.js"])
    text = pack.packed(FILES, names, {})
    lines = json.loads(pack.source_map(text, FILES, names))["mappings"].split(";")
    found = [number for number, line in enumerate(text.split("\n")) if "new Crate" in line]
    assert [lines[number][0] for number in found] == ["A"]
    assert sum(map(bool, lines)) == sum(FILES[name].count(b"\n") for name in names)


SAME_CODE = """import { readFileSync } from 'node:fs';
import ts from 'typescript';
const pairs = Object.entries(JSON.parse(readFileSync(0, 'utf8')));
const compilerOptions = {
  module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ESNext, removeComments: true };
const code = (text) => ts.transpileModule(text, { compilerOptions }).outputText;
const differ = pairs.filter(([, [a, b]]) => code(a) !== code(b)).map(([name]) => name);
console.log(JSON.stringify(differ));
"""


def test_what_is_sent_without_comments_is_the_same_code() -> None:
    """Every module of the page, as TypeScript reads it; texts that look like comments stay."""
    texts = {path.name: path.read_text("utf-8") for path in WEB.rglob("*.js")}
    texts["like.js"] = "const a = '/* a */'; // b\nconst c = `x // y`; /* d */ f(1);\n"
    pairs = {name: [text, pack.without_comments(text)] for name, text in texts.items()}
    done = subprocess.run(
        [prepare.node(), "--input-type=module", "--eval", SAME_CODE],
        cwd=WEB.parent,
        input=json.dumps(pairs),
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == []
    assert sum(len(kept) for _, kept in pairs.values()) < 0.9 * sum(map(len, texts.values()))
    assert all(a.count("\n") == b.count("\n") for a, b in pairs.values())


@pytest.mark.parametrize(
    "text",
    [
        "export default 1;",
        "export let x = 1;",
        "export * from './b.js';",
        "import x from './b.js';",
    ],
)
def test_what_cannot_be_packed_is_refused_by_name(text: str) -> None:
    """The file and the line are named, and what to write instead."""
    with pytest.raises(ValueError, match=r"a\.js cannot be packed: .*import by name"):
        pack.packed({"a.js": text.encode(), "b.js": b""}, ["a.js"], {})


def test_modules_in_a_circle_are_refused() -> None:
    """With the way around."""
    files = {"a.js": b"import './b.js';", "b.js": b"import './a.js';"}
    with pytest.raises(ValueError, match=r"a\.js -> b\.js -> a\.js"):
        pack.in_order(files, ["a.js"])


def test_the_page_comes_in_less_than_150_kilobytes() -> None:
    """Scripts and styles before the first chart, compressed; Plotly is not among them."""
    assets = AssetSource(WEB, dashboards=["scalars", "graphs"]).current()
    for main in ("pack/main.js", "pack/main.ko.js"):
        names = [main, "pack/page.css"]
        size = sum(len(gzip.compress(assets.files[name], 6)) for name in names)
        assert size < 150_000
    assert not [name for name in assets.files if "plotly" in name.lower()]  # only named in texts
    for name in ("pack/main.js", "pack/main.ko.js", "pack/graphs.js"):
        text = assets.files[name].decode()
        done = subprocess.run(
            [prepare.node(), "--input-type=module", "--check"], input=text, text=True, check=False
        )
        assert done.returncode == 0


def test_a_page_is_sent_its_files_without_a_look_at_the_disk(tmp_path: Path) -> None:
    """Those of its digest, which are kept together; of another digest those that are there now."""
    (tmp_path / "icon.svg").write_text("<svg/>")
    source = AssetSource(tmp_path)
    first = source.current()
    (tmp_path / "icon.svg").write_text("<svg><g/></svg>")
    assert source.of(first.hash) is first
    assert source.of("older").files["icon.svg"] == b"<svg><g/></svg>"
    assert source.of(first.hash) is not first
