"""``esi panel`` before its page opens: what it runs, what it refuses, and which register it writes to."""

from __future__ import annotations

import ast
import json
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from esi_toolkit import cli
from esi_toolkit.data.register import open_register
from esi_toolkit.errors import RunError
from esi_toolkit.reports.panel import notebook
from esi_toolkit.reports.panel.notebook import ADDRESS, area_panel, find_port, panel_notebook, serve_panel

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "data" / "sample" / "county-durham"
PATHS = st.text(st.characters(exclude_characters="\0"), min_size=1) | st.sampled_from(
    ['a"b', "a'''b", "a\nimport os", "a\\", "{a}", "%run a", "!a", "a\u2028b", "a\udcff"]
)


@given(PATHS.filter(lambda name: str(Path(name)) == name), st.none() | PATHS)
def test_whatever_a_folder_is_called_it_runs_nothing(folder, framework):
    [cell] = json.loads(panel_notebook(Path(folder), framework, folder))["cells"]
    importing, calling = ast.parse(cell["source"]).body
    assert ast.unparse(importing) == "from esi_toolkit.reports.panel.notebook import area_panel"
    assert [ast.literal_eval(given) for given in calling.value.args] == [folder, framework]
    assert len(cell["source"].splitlines()) == 2


def test_the_notebook_is_one_that_jupyter_accepts():
    written = nbformat.reads(panel_notebook(Path("a"), None, "Å & <b>"), as_version=4)
    nbformat.validate(written)
    assert written.metadata.title == "Å & <b>: the lead inspector's panel"


def test_a_port_in_use_is_named_before_anything_starts():
    with socket.create_server((ADDRESS, 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(RunError, match=f"port {port}: found .*in use"):
            find_port(port)
    assert find_port(port) == port
    assert find_port(None) > 1023


def test_without_voila_the_extra_is_named_and_nothing_starts(monkeypatch):
    monkeypatch.setattr(notebook, "find_spec", lambda name: None)
    with pytest.raises(RunError, match=r"expected the extra 'panel'; pip install") as refused:
        serve_panel(SAMPLE)
    assert refused.value.exit_code == 7


def test_an_area_that_cannot_be_read_is_said_where_the_command_was_given(tmp_path, monkeypatch, capsys):
    area = shutil.copytree(SAMPLE, tmp_path / "area")
    (area / "judgements.csv").write_text("case_id,question,judgement\n1,B9.9,excellent\n", encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["esi", "panel", str(area)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    said = capsys.readouterr()
    assert "B9.9" in said.err
    assert "http" not in said.out


@pytest.mark.parametrize("named", [False, True])
def test_decisions_go_to_the_areas_register_or_the_one_the_environment_names(tmp_path, monkeypatch, named):
    area = shutil.copytree(SAMPLE, tmp_path / "area")
    monkeypatch.delenv("ESI_REGISTER", raising=False)
    if named:
        monkeypatch.setenv("ESI_REGISTER", str(tmp_path / "shared.sqlite"))
    state = area_panel(area).state
    state.look_at("A2")
    state.record(state.propose("Well met", "Seen", "Ann"))
    place = tmp_path / "shared.sqlite" if named else area / "register.sqlite"
    assert [one.reason for one in open_register(place).decisions("county-durham", "esi")] == ["Seen"]


def test_another_framework_opens_on_its_own_element():
    assert area_panel(SAMPLE, "esi-dv").state.framework.id == "esi-dv"


def test_the_command_line_does_not_wait_for_voila():
    code = "import sys, esi_toolkit.cli, esi_toolkit.reports.panel.notebook; print('voila' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code], text=True, cwd=ROOT).strip() == "False"
