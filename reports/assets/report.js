// Draws each chart when it comes near the window. Charts need nothing from anywhere else.
(function () {
  "use strict";
  var config = {
    responsive: true, displaylogo: false, showSendToCloud: false, plotlyServerURL: "",
    modeBarButtons: [["toImage", "resetScale2d"]],
  };
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
    var data = box.querySelector("script");
    if (!data || box.dataset.drawn) return;
    box.dataset.drawn = "yes";
    var figure = JSON.parse(data.textContent);
    figure.layout.separators = document.documentElement.dataset.separators;
    if (document.documentElement.dir === "rtl") mirror(figure.layout);
    if (box.clientWidth < 560) {
      if (figure.layout.xaxis2) box.classList.add("wide");
      else narrow(figure);
    }
    var target = document.createElement("div");
    box.appendChild(target);
    Plotly.newPlot(target, figure.data, figure.layout, config);
  }
  // Another language opens where the reader is.
  document.querySelectorAll("nav.languages a").forEach(function (link) {
    link.addEventListener("click", function () { link.hash = location.hash; });
  });
  var boxes = Array.prototype.slice.call(document.querySelectorAll(".chart"));
  var watcher = new IntersectionObserver(function (entries) {
    entries.forEach(function (entry) { if (entry.isIntersecting) draw(entry.target); });
  }, { rootMargin: "600px" });
  boxes.forEach(function (box) { watcher.observe(box); });
  window.addEventListener("beforeprint", function () {
    boxes.forEach(draw);
    document.querySelectorAll("details").forEach(function (d) { d.open = true; });
  });
})();
