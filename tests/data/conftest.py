"""A small area without a fault, to change and read again."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from esi_toolkit.data.files import load_framework
from esi_toolkit.data.framework import Framework

BAD_INPUTS = Path(__file__).resolve().parents[1] / "bad_inputs"


@pytest.fixture(scope="session")
def small() -> Framework:
    return load_framework(BAD_INPUTS / "sound_framework.yml")


@pytest.fixture
def sound_area(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BAD_INPUTS / "sound_area", tmp_path / "smallshire"))
