"""The folder of deliverables: whole or not at all, ours or not touched, deterministic, and nothing in it gets loose."""

from __future__ import annotations

import html.parser
import json
import os
import re
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from running import ROOT

from dbarch_widgets.deliverables.bundle import deliver
from dbarch_widgets.deliverables.part import File
from dbarch_widgets.errors import SourceError, UnknownName
from dbarch_widgets.model.review import Review
from dbarch_widgets.reviewing.run import review

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def hostile() -> Review:
    made = review(HERE / "hostile.sql", title="<script>alert(1)</script> `x` | [a](b)")
    assert made.schema.report.complete
    return made


@pytest.fixture(scope="module")
def shop() -> Review:
    return review(ROOT / "data" / "slow_webshop")


def everything(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_review_writes_the_same_folder_each_time(shop: Review, tmp_path: Path) -> None:
    first = shop.deliverables(tmp_path / "one")
    second = review(ROOT / "data" / "slow_webshop").deliverables(tmp_path / "deep" / "two")
    assert everything(tmp_path / "one") == everything(tmp_path / "deep" / "two")
    assert [part.name for part in first.parts] == [part.name for part in second.parts]
    assert names(tmp_path) == ["deep", "one"], "nothing is left beside it"
    text = b"\n".join(everything(tmp_path / "one").values()).decode()
    assert str(tmp_path) not in text
    assert os.uname().nodename not in text or len(os.uname().nodename) < 5


def test_each_file_is_on_the_index_page_with_its_command(shop: Review, tmp_path: Path) -> None:
    done = shop.deliverables(tmp_path / "out")
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    markdown = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    assert {file.path for file in done.files} | {"index.html", "README.md", "deliverables.json"} == set(
        everything(tmp_path / "out")
    )
    for file in done.files:
        assert f'href="{file.path}"' in page
        assert f"]({file.path})" in markdown
    assert "http://" not in page
    assert "https://" not in page
    programs = [file.path for file in done.files if (tmp_path / "out" / file.path).read_text().startswith("#!")]
    assert all(os.access(tmp_path / "out" / path, os.X_OK) for path in programs)


def test_a_step_is_one_line_beside_what_takes_it_back(shop: Review, tmp_path: Path) -> None:
    done = shop.deliverables(tmp_path / "out")
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    lines = (tmp_path / "out" / "README.md").read_text(encoding="utf-8").splitlines()
    steps = [file for file in done.files if file.step]
    assert len(steps) > 10
    for up, down in zip(steps[::2], steps[1::2], strict=True):
        assert (up.step, up.path.replace("/up/", "/down/")) == (down.step, down.path)
        assert [line.startswith(f"{up.step}. ") for line in lines if up.path in line and down.path in line] == [True]
        row = next(row for row in page.split("<tr>") if f'href="{up.path}"' in row)
        assert f'href="{down.path}"' in row


def test_what_was_written_shows_itself(hostile: Review, tmp_path: Path) -> None:
    done = hostile.deliverables(tmp_path / "out")
    bundle = done._repr_mimebundle_()
    page = Loose()
    page.feed(bundle["text/html"])
    assert page.found == []
    assert "schema/schema.sql" in bundle["text/html"]
    assert "begin with" in bundle["text/plain"]
    assert "<svg" not in bundle["text/html"]


def test_a_folder_of_ours_is_replaced_and_any_other_is_not_touched(shop: Review, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    shop.deliverables(out)
    with_fixes = everything(out)
    shop.deliverables(out, fix="none")
    assert everything(out) != with_fixes
    (out / "schema" / "notes.txt").write_text("mine")
    with pytest.raises(SourceError, match=r"notes\.txt: was put there by somebody"):
        shop.deliverables(out)
    (out / "schema" / "notes.txt").unlink()
    (out / "schema" / "schema.sql").write_text("-- mine")
    with pytest.raises(SourceError, match=r"schema\.sql: was changed by somebody"):
        shop.deliverables(out)
    other = tmp_path / "other"
    other.mkdir()
    (other / "thesis.txt").write_text("mine")
    before = everything(other)
    with pytest.raises(SourceError, match="holds files that dbarch did not write"):
        shop.deliverables(other)
    assert everything(other) == before
    with pytest.raises(SourceError, match="is there already, and is no folder"):
        shop.deliverables(other / "thesis.txt")
    assert names(tmp_path) == ["other", "out"]


def test_where_nothing_can_be_written_one_line_says_so(shop: Review, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file" / "below", Path("/proc/handover/out")):
        with pytest.raises(SourceError, match="cannot be written") as told:
            deliver(shop, place)
        assert "\n" not in str(told.value)
    assert names(tmp_path) == ["file"]


FULL = """
import resource, sys
from dbarch_widgets.reviewing.run import review
made = review(sys.argv[1])
sys.dont_write_bytecode = True  # it would be cut short, and stay
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
made.deliverables(sys.argv[2])
"""


def test_a_full_disk_leaves_nothing_new_and_the_old_as_it_was(shop: Review, tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    words = [sys.executable, "-c", FULL, str(HERE / "hostile.sql"), str(out)]
    assert resource.RLIMIT_FSIZE is not None
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert "cannot be written: File too large" in done.stderr.splitlines()[-1]
    assert names(tmp_path) == []
    shop.deliverables(out)
    before = everything(out)
    assert subprocess.run(words, capture_output=True, check=False).returncode != 0
    assert everything(out) == before
    assert names(out.parent) == ["out"]


def test_the_command_says_what_it_wrote(tmp_path: Path) -> None:
    words = [sys.executable, "-c", "from dbarch_widgets.cli import main; main()", "deliver"]
    words += [str(HERE / "hostile.sql"), "--out", str(tmp_path / "out")]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "begin with" in done.stderr
    assert (tmp_path / "out" / "index.html").is_file()
    done = subprocess.run([*words, "--fix", "hihg"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()[-1:]) == 1
    assert "did you mean high?" in done.stderr


def test_which_fixes_are_wanted(shop: Review, tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="severity, rule or finding"):
        deliver(shop, tmp_path / "out", fix="no-such-rule")
    assert not (tmp_path / "out").exists()
    none = deliver(shop, tmp_path / "none", fix="none")
    assert "no fix was chosen" in none.notes[0]
    one = deliver(shop, tmp_path / "one", fix="duplicate-index")
    assert "with 2 fixes applied" in one.notes[0]
    made = deliver(shop, tmp_path / "default")
    assert any(
        "is left out: already served by orders_customer_id_created_at_idx, the index of missing-index-for-query" in note
        for note in made.notes
    )


class Loose(html.parser.HTMLParser):
    """Collects what a browser would run or load."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "img", "iframe", "object"):
            self.found.append(tag)
        self.found += [f"{tag} {name}" for name, value in attrs if name.startswith("on") or "script:" in (value or "")]


def test_the_pages_hold_no_markup_from_outside(hostile: Review, tmp_path: Path) -> None:
    deliver(hostile, tmp_path / "out", fix="all")
    for path in (tmp_path / "out").rglob("*.html"):
        page = Loose()
        page.feed(path.read_text(encoding="utf-8"))
        assert page.found == [], path
    for path in (tmp_path / "out").rglob("*.md"):
        text = path.read_text(encoding="utf-8")
        outside_code = re.sub(r"(`+).+?\1", "", text, flags=re.DOTALL)
        assert not re.search(r"(?<!\\)<(script|img)", outside_code), path
        assert "](javascript:" not in outside_code.replace("\\]", ""), path
    for path in (tmp_path / "out").rglob("*.json"):
        json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", ["/etc/x", "../x", "a/../b", "a b", "a\nb", "", "a//b", "ä"])
def test_a_path_that_leaves_the_folder_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="no path of a deliverable"):
        File(path, "", "x")
