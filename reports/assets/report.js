// Draws each chart when it comes near the window. Charts need nothing from anywhere else.
(function () {
  "use strict";
  var config = {
    responsive: true, displaylogo: false, showSendToCloud: false, plotlyServerURL: "",
    modeBarButtons: [["toImage", "resetScale2d"]],
  };
  function draw(box) {
    var data = box.querySelector("script");
    if (!data || box.dataset.drawn) return;
    box.dataset.drawn = "yes";
    var figure = JSON.parse(data.textContent);
    var target = document.createElement("div");
    box.appendChild(target);
    Plotly.newPlot(target, figure.data, figure.layout, config);
  }
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
