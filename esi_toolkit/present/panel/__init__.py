"""The parts of the lead inspector's panel: each shows a `PanelState` and hands the user's changes to it."""
