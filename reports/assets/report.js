// Draws each chart when it comes near the window, lets tables be sorted, and hands out what a figure shows.
// Nothing here asks for anything from anywhere else.
(function () {
  "use strict";
  var page = document.documentElement, dark = window.matchMedia("(prefers-color-scheme: dark)"), printing = false;
  var config = {
    responsive: true, displaylogo: false, showSendToCloud: false, plotlyServerURL: "",
    modeBarButtons: [["resetScale2d"]],
  };
  // The theme: what all charts share.
  var FONT = { family: "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Noto Sans Arabic', sans-serif" };
  // As text, for the colours in it are turned on dark paper. Axes and marks are a template, which a chart's own overrides.
  var THEME = JSON.stringify({
    margin: { l: 8, r: 16, t: 8, b: 40 }, font: { size: 13, color: "#1f2933" }, paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)", legend: { orientation: "h", y: 1.02, yanchor: "bottom", x: 0 },
    template: {
      layout: {
        xaxis: { gridcolor: "#e3e7ec", zeroline: false, zerolinecolor: "#52606d", automargin: true, title: { font: { size: 11 }, standoff: 6 } },
        yaxis: { gridcolor: "#e9edf1", zeroline: false, automargin: true },
      },
      data: {
        scatter: [{
          marker: { size: 10, line: { width: 2 } }, connectgaps: false,
          error_x: { thickness: 1.6, width: 0 }, error_y: { thickness: 1.6, width: 0 },
        }],
        bar: [{ marker: { line: { color: "#ffffff", width: 1.5 } } }],
      },
    },
  });
  // What charts' colours are on dark paper: lighter marks, darker grids, the paper's own white.
  var NIGHT = {
    "#1f2933": "#e6eaee", "#52606d": "#a9b4bf", "#e3e7ec": "#2c353f", "#e9edf1": "#242c35", "#ffffff": "#14191f",
    "#b8c2cc": "#5a6672", "#7b8794": "#8c97a3", "#0072b2": "#56b4e9", "#d55e00": "#ff9e4a", "#007f5f": "#3cc9a0",
    "#6a3d9a": "#b99ae0", "#8a6d00": "#e0c04a", "#444444": "#bbbbbb", "#a6336b": "#e88bb8", "#2166ac": "#4c8ed6",
    "#b35806": "#d9761a", "#f0f3f6": "#222a33",
  };

  function figureOf(box) {
    var text = '{"theme":' + THEME + ',"figure":' + box.querySelector("script").textContent + "}";
    if (dark.matches && !printing) text = text.replace(/#[0-9a-f]{6}/gi, function (c) { return NIGHT[c.toLowerCase()] || c; });
    var both = JSON.parse(text), figure = both.figure;
    figure.layout = Object.assign({}, both.theme, figure.layout);
    figure.layout.font = Object.assign({}, FONT, figure.layout.font);
    figure.layout.hoverlabel = { font: FONT };
    figure.layout.separators = page.dataset.separators;
    figure.data.forEach(rise);
    figure.data.forEach(hover);
    if (figure.layout.xaxis2) ["xaxis", "xaxis2", "xaxis3"].forEach(function (axis) {
      figure.layout[axis].tickfont = { size: 11 };
      figure.layout[axis].zeroline = true;
    });
    if (page.dir === "rtl") mirror(figure.layout);
    if (box.clientWidth < 560) {
      if (figure.layout.xaxis2) box.classList.add("wide");
      else narrow(figure);
    }
    return figure;
  }
  // A line that leads from a figure to what a change makes of it.
  function rise(trace) {
    if (!trace.meta) return;
    trace.y = [trace.y[0], trace.y[0] + trace.meta.rise];
    trace.hoverinfo = "skip";
  }
  // What stands beside the mouse: the figure, of bars left of 0 too, and whose it is.
  function hover(trace) {
    if (trace.hoverinfo) return;
    var figure = trace.error_y ? "%{y}" : "%{x}";
    if (trace.type === "bar") {
      trace.customdata = trace.x.map(function (x) { return x === null ? null : Math.abs(x); });
      figure = "%{customdata} %";
    }
    trace.hovertemplate = figure + "<extra>" + trace.name + "</extra>";
  }
  // In a narrow window long row labels take more lines, so that the marks keep their room.
  function narrow(figure) {
    var axis = figure.layout.yaxis;
    if (!axis.ticktext) return;
    axis.tickfont = { size: 11 };
    axis.ticktext = axis.ticktext.map(function (text) {
      var lines = [""];
      text.replace(/<br>/g, " ").split(" ").forEach(function (word) {
        var last = lines[lines.length - 1];
        if (last && last.length + word.length > 14) lines.push(word);
        else lines[lines.length - 1] = last ? last + " " + word : word;
      });
      return lines.join("<br>");
    });
    var most = Math.max.apply(null, axis.ticktext.map(function (text) { return text.split("<br>").length; }));
    figure.layout.height = Math.max(figure.layout.height, 110 + axis.ticktext.length * (14 * most + 10));
  }
  // In a page read from right to left the names of rows and the legend stand at the right; figures and years still run
  // from left to right, as numbers are read in Arabic too.
  function mirror(layout) {
    if (layout.yaxis && layout.yaxis.ticktext) layout.yaxis.side = "right";
    layout.margin = { l: layout.margin.r, r: layout.margin.l, t: layout.margin.t, b: layout.margin.b };
    layout.legend = Object.assign({}, layout.legend, { x: 1, xanchor: "right" });
  }
  function draw(box) {
    if (box.dataset.drawn || !box.querySelector("script")) return;
    box.dataset.drawn = "yes";
    box.classList.remove("wide");
    var target = box.appendChild(document.createElement("div")), figure = figureOf(box);
    Plotly.newPlot(target, figure.data, figure.layout, config).then(unreachable);
  }
  // A chart is for the eye, its table for everybody: nothing in it takes the keyboard's focus.
  function unreachable(plot) {
    plot.querySelectorAll("a, button, [tabindex]").forEach(function (part) { part.tabIndex = -1; });
  }
  function redraw() {
    boxes.filter(function (box) { return box.dataset.drawn; }).forEach(function (box) {
      var figure = figureOf(box);
      Plotly.react(box.lastElementChild, figure.data, figure.layout, config).then(unreachable);
    });
  }
  var boxes = Array.prototype.slice.call(document.querySelectorAll(".chart"));
  var watcher = new IntersectionObserver(function (entries) {
    entries.forEach(function (entry) { if (entry.isIntersecting) draw(entry.target); });
  }, { rootMargin: "600px" });
  boxes.forEach(function (box) { watcher.observe(box); });
  dark.addEventListener("change", redraw);
  window.addEventListener("beforeprint", function () {
    printing = true;
    if (dark.matches) redraw();
    boxes.forEach(draw);
    document.querySelectorAll("details").forEach(function (d) { d.open = true; });
  });
  window.addEventListener("afterprint", function () {
    printing = false;
    if (dark.matches) redraw();
  });

  // Another language opens where the reader is.
  document.querySelectorAll("nav.languages a").forEach(function (link) {
    link.addEventListener("click", function () { link.hash = location.hash; });
  });

  // Tables: a column's head sorts by it, first up, then down.
  function plain(cell) { return cell ? cell.innerText.trim() : ""; }
  function valueOf(cell) {
    var raw = cell && (cell.dataset.raw || (cell.querySelector("[data-raw]") || { dataset: {} }).dataset.raw);
    if (raw !== undefined && raw !== "") return Number(raw);
    var marks = page.dataset.separators, text = plain(cell).split(marks[1]).join("").replace(marks[0], ".").replace("\u2212", "-");
    var number = parseFloat(text);
    return isNaN(number) || !/^[-+]?[\d.]/.test(text) ? null : number;
  }
  function sort(table, column, head) {
    var up = head.getAttribute("aria-sort") !== "ascending", body = table.tBodies[0];
    var rows = Array.prototype.map.call(body.rows, function (row) {
      return { row: row, number: valueOf(row.cells[column]), text: plain(row.cells[column]) };
    });
    rows.sort(function (a, b) {
      if (a.number !== null && b.number !== null) return up ? a.number - b.number : b.number - a.number;
      if ((a.number === null) !== (b.number === null)) return a.number === null ? 1 : -1;
      return (up ? 1 : -1) * a.text.localeCompare(b.text, page.lang);
    });
    rows.forEach(function (item) { body.appendChild(item.row); });
    Array.prototype.forEach.call(table.tHead.rows[0].cells, function (cell) { cell.removeAttribute("aria-sort"); });
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
  }
  function sortable(table) {
    var simple = table.tHead && table.tHead.rows.length === 1 && table.tBodies[0] && table.tBodies[0].rows.length > 2;
    if (!simple || table.querySelector("[colspan], [rowspan]") || table.matches(".heat, .actions")) return;
    Array.prototype.forEach.call(table.tHead.rows[0].cells, function (head, column) {
      if (head.tagName !== "TH" || !head.textContent.trim()) return;
      var button = document.createElement("button");
      button.type = "button";
      button.append.apply(button, head.childNodes);
      head.appendChild(button);
      button.addEventListener("click", function () { sort(table, column, head); });
    });
  }
  document.querySelectorAll("table").forEach(sortable);
  // For pages whose chart follows what their reader chooses (see explorer.js).
  window.CipsReport = {
    show: function (box, figure) {
      if (box.dataset.drawn) Plotly.purge(box.lastElementChild);
      box.replaceChildren();
      delete box.dataset.drawn;
      box.hidden = !figure;
      if (!figure) return;
      var text = document.createElement("script");
      text.type = "application/json";
      text.textContent = JSON.stringify(figure);
      box.appendChild(text);
      draw(box);
    },
    sortable: sortable,
  };

  // A figure's table as a file, its chart as a picture. The words of the buttons stand in the page.
  function rowsOf(figure) {
    return Array.prototype.map.call(figure.querySelector("table").rows, function (row) {
      return Array.prototype.map.call(row.cells, function (cell) {
        var number = cell.dataset.raw;
        return number !== undefined && number !== "" ? Number(number) : cell.textContent.replace(/\s+/g, " ").trim();
      });
    });
  }
  function csv(rows) {
    return "\ufeff" + rows.map(function (row) {
      return row.map(function (value) {
        if (typeof value === "number") return String(value);
        var text = /^[=+\-@\t\r]/.test(value) ? "'" + value : value; // no spreadsheet takes it for a formula
        return '"' + text.replace(/"/g, '""') + '"';
      }).join(",");
    }).join("\r\n") + "\r\n";
  }
  function save(name, blob) {
    var link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(function () { URL.revokeObjectURL(link.href); }, 60000);
  }
  var actions = {
    csv: function (figure, name) { save(name + ".csv", new Blob([csv(rowsOf(figure))], { type: "text/csv" })); },
    xlsx: function (figure, name) { save(name + ".xlsx", CipsSheet.workbook(rowsOf(figure))); },
    svg: function (figure, name) { picture(figure, name, "svg"); },
    png: function (figure, name) { picture(figure, name, "png"); },
  };
  function picture(figure, name, format) {
    figure.querySelectorAll(".chart").forEach(function (box, k) {
      draw(box);
      var plot = box.lastElementChild;
      if (!plot) return;
      var size = { format: format, filename: name + (k ? "-" + (k + 1) : ""), scale: format === "png" ? 2 : 1 };
      Plotly.downloadImage(plot, Object.assign(size, { width: plot.clientWidth, height: plot.clientHeight }));
    });
  }
  var tools = document.getElementById("figure-tools");
  document.querySelectorAll("figure.cips-fig, figure.cips-table").forEach(function (figure) {
    var has = { chart: figure.querySelector(".chart"), table: figure.querySelector("table") };
    if (!tools || !has.chart && !figure.matches(".cips-table")) return;
    var bar = tools.content.cloneNode(true), caption = figure.querySelector("figcaption");
    var name = (caption.id || "figure") + "-" + (document.querySelector("#stamp").dataset.edition || "");
    bar.querySelectorAll("button").forEach(function (button) {
      if (!has[/csv|xlsx/.test(button.dataset.as) ? "table" : "chart"]) return button.remove();
      button.addEventListener("click", function () { actions[button.dataset.as](figure, name); });
    });
    figure.appendChild(bar);
  });
})();
