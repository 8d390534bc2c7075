"""The panel's chart in a browser that is slow to start it."""

from __future__ import annotations

import plotly.graph_objects as go

from esi_toolkit.present.panel.late_figure import LateFigure

SMALL = 10_000
"""Letters of a script that starts at once."""

SLOW_PLOTLY = """
await new Promise(go => setTimeout(go, 200));
export default () => ({
  initialize({model}) { model.on("", () => model.heard.push(model.get("_py2js_update"))); },
  render({el}) { el.textContent = "drawn"; },
});
"""
CHANGE_MEANWHILE = """async ({script, plotly}) => {
  const held = {_plotly: plotly, _py2js_update: null}, listeners = new Set();
  const model = {
    heard: [],
    get: name => held[name],
    set: (name, value) => { held[name] = value; listeners.forEach(listener => listener()); },
    on: (_, listener) => listeners.add(listener),
    off: (_, listener) => listeners.delete(listener),
  };
  const address = URL.createObjectURL(new Blob([script], {type: "text/javascript"}));
  const widget = (await import(address)).default(), el = document.createElement("div");
  await widget.initialize({model});
  model.set("_py2js_update", 1);
  model.set("_py2js_update", null);
  await widget.render({el, model});
  model.set("_py2js_update", 2);
  return {heard: model.heard, shows: el.textContent};
}"""


def test_a_change_that_comes_before_the_chart_has_started_is_not_missed(page):
    given = {"script": str(LateFigure._esm), "plotly": SLOW_PLOTLY}
    assert page.evaluate(CHANGE_MEANWHILE, given) == {"heard": [1, None, 2], "shows": "drawn"}


def test_what_has_to_start_within_two_seconds_is_small_and_plotlys_script_comes_as_data():
    figure = LateFigure()
    assert len(figure._esm) < SMALL
    assert figure._plotly == str(go.FigureWidget._esm)
    assert "render" in figure._plotly
