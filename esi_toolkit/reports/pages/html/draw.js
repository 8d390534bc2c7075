// Draws each figure from the JSON beside it. Without the shared script its description is shown in its place.
(function () {
  "use strict";

  function describe(plot) {
    var text = document.createElement("p");
    text.className = "note";
    text.textContent = plot.getAttribute("aria-label");
    plot.style.height = "auto";
    plot.removeAttribute("role");
    plot.removeAttribute("aria-label");
    plot.appendChild(text);
  }

  // With a view box the drawing follows the width of a sheet of paper, for which nothing is drawn anew.
  function letScale(plot) {
    plot.querySelectorAll("svg.main-svg").forEach(function (svg) {
      svg.setAttribute("viewBox", "0 0 " + svg.getAttribute("width") + " " + svg.getAttribute("height"));
      svg.setAttribute("preserveAspectRatio", "xMinYMin meet");
      svg.setAttribute("role", "presentation");
    });
  }

  // How wide words of a label are, measured in bold, as their beginning is. What stands in a template is never run.
  var pen = document.createElement("canvas").getContext("2d");
  function measure(text) {
    var letters = document.createElement("template");
    letters.innerHTML = text;
    return pen.measureText(letters.content.textContent).width;
  }

  // Lines of a label put together as far as there is room; what is quiet keeps a wider distance.
  function runOn(lines, room) {
    return lines.slice(1).reduce(function (joined, line) {
      var last = joined.pop(), isQuiet = line.indexOf("<span") === 0 && last.indexOf("<span") < 0;
      var whole = last + (isQuiet ? "\u2003" : " ") + line;
      return joined.concat(measure(whole) <= room ? [whole] : [last, line]);
    }, [lines[0]]);
  }

  // Labels are broken for a phone. On a wider page they run on, and everything below them moves up: the vertical
  // axis of such a chart counts pixels.
  function fit(figure, room) {
    var fitted = JSON.parse(JSON.stringify(figure)), gains = [];
    var labels = fitted.data.find(function (trace) { return trace.meta && trace.meta.line_height; });
    if (!labels) { return fitted; }
    pen.font = "bold " + labels.textfont.size + "px " + getComputedStyle(document.body).fontFamily;
    labels.text = labels.text.map(function (text, row) {
      var lines = text.split("<br>"), joined = runOn(lines, room);
      gains.push({ below: labels.y[row], pixels: (lines.length - joined.length) * labels.meta.line_height });
      return joined.join("<br>");
    });
    function move(y) {
      return y === null ? y : gains.reduce(function (sum, one) { return one.below < y ? sum - one.pixels : sum; }, y);
    }
    fitted.data.forEach(function (trace) { trace.y = trace.y.map(move); });
    (fitted.layout.shapes || []).forEach(function (shape) { shape.y0 = move(shape.y0); shape.y1 = move(shape.y1); });
    fitted.layout.yaxis.range = fitted.layout.yaxis.range.map(move);
    fitted.layout.height = move(fitted.layout.height);
    return fitted;
  }

  function draw(plot) {
    var figure = JSON.parse(document.getElementById(plot.dataset.plot).textContent), drawn;
    var options = { displayModeBar: false, responsive: true };
    var still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (still) { figure.layout.transition = { duration: 0 }; }
    function fitAndDraw(how) {
      var fitted = fit(figure, plot.clientWidth), asText = JSON.stringify(fitted);
      if (drawn === asText) { return null; }
      drawn = asText;
      if (fitted.layout.height) { plot.style.height = fitted.layout.height + "px"; }
      return how(plot, fitted.data, fitted.layout, options);
    }
    fitAndDraw(window.Plotly.newPlot).then(function () {
      letScale(plot);
      plot.on("plotly_afterplot", function () { letScale(plot); });
      plot.dataset.drawn = "yes";
      window.addEventListener("resize", function () { fitAndDraw(window.Plotly.react); });
    });
  }

  // What does not scroll needs no place in the order of the Tab key.
  function freeTables() {
    document.querySelectorAll("div.table[tabindex]").forEach(function (box) {
      box.tabIndex = box.scrollWidth > box.clientWidth ? 0 : -1;
    });
  }

  // Beside the text there is room for the contents; above it they stay folded until asked for.
  function unfoldContents(wide) {
    document.querySelectorAll(".contents details").forEach(function (list) { list.open = wide.matches; });
  }

  // Each sheet of paper says what it belongs to, and whether that is published, a draft or synthetic.
  function nameSheets() {
    var title = document.querySelector("h1"), status = document.querySelector(".opening .status");
    var parts = title ? [title.textContent] : [];
    if (status) { parts.push(status.textContent.split(" · ")[0]); }
    if (document.querySelector(".opening .notice.synthetic")) { parts.push("synthetic data"); }
    var text = parts.join(" · ").replace(/\s+/g, " ");
    document.documentElement.style.setProperty("--foot", JSON.stringify(text));
  }

  // On paper nothing can be unfolded, and in a PDF only what is named may be a figure: the drawing, not its frame.
  function readyForPaper() {
    document.querySelectorAll("details").forEach(function (list) { list.open = true; });
    document.querySelectorAll("figure.chart").forEach(function (frame) { frame.setAttribute("role", "group"); });
    document.querySelectorAll(".plot svg :is(path, rect)").forEach(function (shape) { shape.setAttribute("role", "presentation"); });
  }

  nameSheets();
  var wide = window.matchMedia("(min-width: 66rem)");
  unfoldContents(wide);
  wide.addEventListener("change", unfoldContents);
  window.addEventListener("beforeprint", readyForPaper);
  document.querySelectorAll(".plot").forEach(window.Plotly ? draw : describe);
  freeTables();
  document.addEventListener("toggle", freeTables, true);
  window.addEventListener("resize", freeTables);
})();
