// Filters and sorts the areas of the index. Without it the whole tables show, and no controls.
(function () {
  "use strict";

  var form = document.querySelector(".filters"), said = form.querySelector("[role=status]");
  var tables = Array.from(document.querySelectorAll("table.areas"));
  var rows = Array.from(tables[0].tBodies[0].rows);
  var order = "";

  function fits(row) {
    var group = form.group ? form.group.value : "", status = form.status.value;
    var score = row.dataset.score, least = form.least.value, most = form.most.value;
    if (group && row.dataset.group !== group) { return false; }
    if (status && row.dataset.status.split(" ").indexOf(status) < 0) { return false; }
    if ((least || most) && !score) { return false; }
    return !(least && Number(score) < Number(least)) && !(most && Number(score) > Number(most));
  }

  // What is said is only changed when it differs, so that a screen reader does not repeat itself.
  function say(shown) {
    var words = "Showing " + shown + " of " + rows.length + (rows.length === 1 ? " area" : " areas") + order + ".";
    if (said.textContent !== words) { said.textContent = words; }
  }

  function filter() {
    var shown = {}, count = 0;
    rows.forEach(function (row) {
      shown[row.dataset.area] = fits(row);
      count += shown[row.dataset.area] ? 1 : 0;
    });
    tables.forEach(function (table) {
      Array.from(table.tBodies[0].rows).forEach(function (row) { row.hidden = !shown[row.dataset.area]; });
    });
    say(count);
  }

  // What a cell is sorted by: a figure or a place on a scale where it has one, else its text.
  function placeOf(row, column) {
    var cell = row.cells[column];
    return cell.dataset.value === undefined ? cell.textContent : cell.dataset.value;
  }

  // What lacks a value stands last either way.
  function compare(a, b, isNumber, sign) {
    if (a === "" || b === "") { return (a === "") - (b === ""); }
    return sign * (isNumber ? a - b : a.localeCompare(b, "en"));
  }

  function sort(head, button) {
    var body = head.closest("table").tBodies[0];
    var list = Array.from(body.rows).map(function (row) { return { row: row, place: placeOf(row, head.cellIndex) }; });
    var isNumber = list.every(function (one) { return !Number.isNaN(Number(one.place)); });
    var now = head.getAttribute("aria-sort");
    var up = now ? now === "descending" : !isNumber;
    head.parentNode.querySelectorAll("[aria-sort]").forEach(function (one) { one.removeAttribute("aria-sort"); });
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    list.sort(function (a, b) { return compare(a.place, b.place, isNumber, up ? 1 : -1); });
    list.forEach(function (one) { body.appendChild(one.row); });
    var ends = isNumber ? (up ? "lowest first" : "highest first") : (up ? "A to Z" : "Z to A");
    order = ", by " + button.textContent + ", " + ends;
    filter();
  }

  function addButton(head) {
    var button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    while (head.firstChild) { button.appendChild(head.firstChild); }
    button.addEventListener("click", function () { sort(head, button); });
    head.appendChild(button);
  }

  tables.forEach(function (table) { Array.from(table.tHead.rows[0].cells).forEach(addButton); });
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.addEventListener("input", filter);
  form.addEventListener("reset", function () { setTimeout(filter, 0); });
  form.hidden = false;
  filter();
})();
