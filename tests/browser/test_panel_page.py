"""``esi panel``: the panel as a page of its own, for people without JupyterLab, and for nobody else."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import psutil
import pytest
import websocket

from tests.browser.conftest import PATIENCE
from tests.finished_reports import ROOT, SAMPLE
from tests.real_parts import needs_browser

REASON = 'Seen in both weeks:\n"quoted" <script>alert(1)</script> $x$ =1+1 ☂'
AWKWARD = "Ann's \"area\"'''\nraise SystemExit"
"""A folder's name that would end any text of Python that it were pasted into."""
ESI = [sys.executable, "-m", "esi_toolkit.cli"]


@dataclass(frozen=True)
class Served:
    """A running ``esi panel``.

    Attributes
    ----------
    area, own : Path
        The area's folder, and all that the server may use as temporary folder.
    address : str
        With the token.
    """

    process: subprocess.Popen
    area: Path
    own: Path
    address: str

    @property
    def bare(self) -> str:
        """The address without the token."""
        return self.address.split("?")[0]

    @property
    def token(self) -> str:
        return self.address.split("token=")[1]

    def kernels(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)


@pytest.fixture(scope="module")
def environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("ESI_REGISTER", "ESI_AUTHOR")}
    return {**kept, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}


@pytest.fixture(scope="module")
def served(tmp_path_factory, environment) -> Iterator[Served]:
    """Started where a settings file of Voilà's would open the door to everybody."""
    needs_browser()
    place = tmp_path_factory.mktemp("panel")
    area = shutil.copytree(SAMPLE / "county-durham", place / AWKWARD)
    (place / "voila.json").write_text(json.dumps({"Voila": {"token": "", "ip": "0.0.0.0"}}))
    # Short, as a temporary folder is, so that the kernel's sockets can stand in it.
    own = Path(tmp_path_factory.mktemp("t"))
    said = (place / "said.txt").open("w+", encoding="utf-8")
    process = subprocess.Popen(
        [*ESI, "panel", str(area), "--no-browser"], cwd=place, env={**environment, "TMPDIR": str(own)},
        stdout=said, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    try:
        yield Served(process, area, own, _address(process, place / "said.txt"))
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        said.close()


def _address(process: subprocess.Popen, said: Path) -> str:
    until = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < until and process.poll() is None:
        if found := re.search(r"http://127\.0\.0\.1:\d+/\?token=\S+", said.read_text(encoding="utf-8")):
            return found[0]
        time.sleep(0.2)
    raise AssertionError("esi panel did not start:\n" + said.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def panel(served, page):
    """The page, opened once; ``asked`` lists the addresses that it asked for."""
    page.asked = []
    page.on("request", lambda request: page.asked.append(request.url))
    page.goto(served.address)
    chart_label(page, "Overall 84.4").wait_for()
    return page


def chart_label(page, text: str):
    return page.locator(".esi-panel .y2tick text").filter(has_text=text).first


def status(url: str, **headers: str) -> tuple[int, str]:
    """The answer's status and where it came from in the end."""
    try:
        with urlopen(Request(url, headers=headers), timeout=30) as answer:
            return answer.status, answer.url
    except HTTPError as error:
        return error.code, error.url


def test_whoever_has_no_token_sees_nothing_and_starts_no_kernel(served):
    for address in (served.bare, served.bare + "?token=guessed"):
        assert "/login?next=" in status(address)[1]
    assert status(served.bare + "api/kernels/00000000-0000-0000-0000-000000000000")[0] == 403
    assert status(served.bare + "voila/files/panel.ipynb")[0] == 403
    assert served.kernels() == []


def test_only_this_machine_is_listened_to(served):
    listening = [one.laddr.ip for one in psutil.Process(served.process.pid).net_connections()
                 if one.status == psutil.CONN_LISTEN]  # fmt: skip
    assert set(listening) == {"127.0.0.1"}


def test_a_change_shows_beside_the_official_figures(panel):
    page = panel
    assert page.title() == "County Durham: the lead inspector's panel"
    page.get_by_label("Criterion").select_option("A2 Resource allocation")
    page.get_by_text("Decide the rating of A2").wait_for()
    page.get_by_label("A2.1", exact=True).select_option("strong")
    page.get_by_text("What if: A2.1 strong (official very strong)").wait_for()
    page.locator(".esi-panel .ytick text").filter(has_text="A2 ▼ worse").wait_for()
    page.get_by_role("tab", name="Questions").click()
    page.get_by_label("leave B1.2 out").check()
    chart_label(page, "Overall 84.4 ▼ 84.1").wait_for()
    page.locator(".esi-panel tr", has_text="What if").filter(has_text="▼ down 0.3 points").wait_for()
    page.get_by_role("button", name="Back to official").click()
    chart_label(page, "Overall 84.4 ▼").wait_for(state="detached")


def test_the_overall_stays_in_sight_while_something_further_down_is_changed(panel):
    page = panel
    page.get_by_role("tab", name="Weights").click()
    page.get_by_label("leave D4 out").scroll_into_view_if_needed()
    assert page.locator(".esi-panel h2").bounding_box()["y"] < 0, "the page was scrolled"
    assert chart_label(page, "Overall 84.4").bounding_box()["y"] > 0


def test_a_decision_typed_here_is_found_in_the_areas_register(served, panel, environment):
    page = panel
    page.get_by_role("tab", name="Ratings").click()
    page.get_by_label("Criterion").select_option("A2 Resource allocation")
    page.get_by_role("radio", name="Well met", exact=True).check()
    page.get_by_label("Reason").fill(REASON)
    page.get_by_label("Author").fill("A. Inspector")
    page.get_by_role("button", name="Record decision").click()
    page.get_by_role("button", name="Yes, record this decision").click()
    page.get_by_text("Recorded as decision 1").wait_for()
    listing = [*ESI, "decisions", str(served.area)]
    listed = subprocess.run(listing, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout
    assert "A. Inspector: A2 calculated Very well met, decided Well met" in listed
    assert all(line in listed for line in REASON.split("\n"))


def test_whoever_opens_the_page_again_finds_the_decision_and_the_chart(served, panel):
    panel.goto(served.address)
    chart_label(panel, "Overall 84.4").wait_for()
    panel.get_by_label("Criterion").select_option("A2 Resource allocation")
    panel.get_by_text("1. A2: Well met (calculated: Very well met)").wait_for()
    assert panel.locator(".esi-panel script").count() == 0


def test_the_page_asks_nobody_else_for_anything(served, panel):
    hosts = {url.split("/")[2] for url in panel.asked if url.startswith(("http", "ws"))}
    assert hosts == {served.bare.split("/")[2]}


def test_even_with_the_token_the_kernel_runs_nothing_but_the_panel(served, panel):
    config = json.loads(panel.locator("#jupyter-config-data").text_content())
    marker = served.own / "was-run"
    channels = served.bare.replace("http", "ws") + f"api/kernels/{config['kernelId']}/channels"
    line = websocket.create_connection(channels, header=[f"Authorization: token {served.token}"], timeout=30)
    code = f"open({str(marker)!r}, 'w').close()"
    line.send(json.dumps(request("execute_request", {"code": code, "silent": False})))
    line.send(json.dumps(request("kernel_info_request", {})))
    answers = []
    while "kernel_info_reply" not in answers:
        answers.append(json.loads(line.recv())["header"]["msg_type"])
    line.close()
    assert "execute_reply" not in answers
    assert not marker.exists()


def request(kind: str, content: dict) -> dict:
    header = {"msg_id": kind, "msg_type": kind, "session": "s", "username": "u", "version": "5.3", "date": ""}
    return {
        "header": header, "parent_header": {}, "metadata": {}, "content": content,
        "channel": "shell", "buffers": [],
    }  # fmt: skip


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no Ctrl-C to one process alone")
def test_ctrl_c_ends_it_and_leaves_nothing_but_the_register(served, panel):
    before = {path.name for path in (SAMPLE / "county-durham").iterdir()}
    kernels = served.kernels()
    assert kernels, "the page is open"
    served.process.send_signal(signal.SIGINT)
    assert served.process.wait(30) == 0
    assert psutil.wait_procs(kernels, timeout=10)[1] == []
    assert list(served.own.iterdir()) == []
    assert {path.name for path in served.area.iterdir()} - before == {"register.sqlite"}
    assert (served.area.parent / "said.txt").read_text(encoding="utf-8").splitlines()[-1] == (
        "The panel for County Durham is closed."
    )
