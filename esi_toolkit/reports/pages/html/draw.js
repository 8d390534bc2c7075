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

  function draw(plot) {
    var figure = JSON.parse(document.getElementById(plot.dataset.plot).textContent);
    var still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (still) { figure.layout.transition = { duration: 0 }; }
    window.Plotly.newPlot(plot, figure.data, figure.layout, { displayModeBar: false, responsive: true })
      .then(function () {
        letScale(plot);
        plot.on("plotly_afterplot", function () { letScale(plot); });
        plot.dataset.drawn = "yes";
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
