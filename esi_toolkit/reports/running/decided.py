"""What has been decided about an area, where its folder does not show it; light where nothing is to do."""

from __future__ import annotations

import json
from dataclasses import astuple

from esi_toolkit.data.register_place import find_shared_register
from esi_toolkit.errors import RegisterError


def shared_decisions(area_id: str) -> str:
    """An area's decisions in the register that ``ESI_REGISTER`` names.

    Parameters
    ----------
    area_id : str
        As in ``area.yml``.

    Returns
    -------
    str
        Another text whenever one has been added; "" where each area keeps its own register. What stops the
        register from being believed is part of it: such a report was not made with these decisions.

    Examples
    --------
    >>> shared_decisions("county-durham")
    ''
    """
    place = find_shared_register()
    if not place:
        return ""
    from esi_toolkit.data.register import open_register

    try:
        found = open_register(place).decisions(area_id)
    except RegisterError as error:
        return str(error)
    return json.dumps([astuple(decision) for decision in found])
