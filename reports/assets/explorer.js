// One question at a time: what the page's data says of it, as a chart and its table. A link to a question (#q-...) opens it.
(function () {
  "use strict";
  var figure = document.getElementById("explorer"), words = document.getElementById("explorer-words").dataset;
  var data = JSON.parse(document.getElementById("explorer-data").textContent);
  var question = document.getElementById("explorer-question"), view = document.getElementById("explorer-view");
  var table = figure.querySelector("table"), count = new Intl.NumberFormat(document.documentElement.lang + "-u-nu-latn");

  Object.keys(data.questions).forEach(function (id) {
    data.questions[id].rows = data.questions[id].rows.map(function (row) {
      return { view: row[0], label: row[1], n: row[2], shares: row[3], favourable: row[4], low: row[5], high: row[6], missing: row[7] };
    });
  });
  function element(name, text) {
    var made = document.createElement(name);
    made.textContent = text;
    return made;
  }
  function option(value, text) {
    var made = element("option", text);
    made.value = value;
    return made;
  }
  // The questions are named once in the page, in its list.
  document.querySelectorAll("#questions h3").forEach(function (population) {
    for (var part = population.nextElementSibling; part && part.tagName === "DETAILS"; part = part.nextElementSibling) {
      var group = document.createElement("optgroup");
      group.label = population.textContent + ": " + part.querySelector("summary").textContent;
      part.querySelectorAll("li").forEach(function (line) {
        group.appendChild(option(line.id, line.querySelector("a").textContent + " " + line.querySelector("span").textContent));
      });
      question.appendChild(group);
    }
  });

  function head(text) {
    var cell = element("th", text);
    cell.scope = "col";
    return cell;
  }
  function percent(value, hides) {
    var cell = element("td", value === null ? (hides ? words.hidden : "") : String(value));
    if (value !== null) cell.dataset.raw = value;
    else if (hides) cell.className = "suppressed";
    return cell;
  }
  function line(row, scale) {
    var made = document.createElement("tr"), name = element("th", row.label);
    name.scope = "row";
    made.append(name);
    scale.labels.forEach(function (label, k) { made.append(row.shares.length ? percent(row.shares[k], true) : element("td", "")); });
    made.append(element("td", row.n === null ? "" : count.format(row.n)));
    if (scale.chart) {
      var range = element("bdi", row.low === null || row.high === null ? "" : row.low + " " + words.to + " " + row.high), cell = element("td", "");
      cell.append(range);
      made.append(percent(row.favourable, false), cell);
    }
    made.append(percent(row.missing, false));
    return made;
  }
  function fill(rows, scale, title) {
    var heads = [data.views[view.value]].concat(scale.labels, [words.n], scale.chart ? [words.favourable, words.interval] : [], [words.missing]);
    table.tHead.rows[0].replaceChildren.apply(table.tHead.rows[0], heads.map(head));
    table.tBodies[0].replaceChildren.apply(table.tBodies[0], rows.map(function (row) { return line(row, scale); }));
    table.caption.textContent = title;
    window.CipsReport.sortable(table);
  }
  // Places in lists are letters, for the page's numbers are figures alone.
  function place(letter) { return letter.charCodeAt(0) - 97; }
  // The chart of the scale, with these rows in it: answers in the order in which bars stack, then those without one.
  function drawn(rows, scale) {
    var shown = rows.filter(function (row) { return row.shares.some(function (share) { return share !== null; }); });
    if (!scale.chart || !shown.length) return null;
    var chart = JSON.parse(JSON.stringify(scale.chart)), places = shown.map(function (row, k) { return k; });
    chart.data.forEach(function (trace, k) {
      var answer = k < scale.order.length ? place(scale.order.charAt(k)) : undefined;
      trace.y = places;
      trace.x = shown.map(function (row) {
        if (answer === undefined) return row.missing;
        return row.shares[answer] === null ? null : (scale.left[answer] ? -1 : 1) * row.shares[answer];
      });
    });
    chart.layout.yaxis.tickvals = places;
    chart.layout.yaxis.ticktext = shown.map(function (row) { return row.label.replace(/&/g, "&amp;").replace(/</g, "&lt;"); });
    chart.layout.height = 130 + 44 * shown.length;
    return chart;
  }
  function show() {
    var asked = data.questions[question.value], scale = data.scales[place(asked.scale)];
    var rows = asked.rows.filter(function (row) { return row.view === view.value; });
    var title = document.querySelector("#" + CSS.escape(question.value) + " a").textContent;
    document.getElementById("explorer-title").textContent = title;
    fill(rows, scale, title + " / " + data.views[view.value]);
    window.CipsReport.show(figure.querySelector(".chart"), drawn(rows, scale));
  }
  // Another question keeps the view where it has it.
  function offer() {
    var before = view.value, there = [];
    data.questions[question.value].rows.forEach(function (row) { if (there.indexOf(row.view) < 0) there.push(row.view); });
    view.replaceChildren.apply(view, there.map(function (name) { return option(name, data.views[name]); }));
    view.value = there.indexOf(before) < 0 ? there[0] : before;
    show();
  }
  function open() {
    var name = location.hash.slice(1);
    if (!data.questions[name]) return false;
    question.value = name;
    offer();
    figure.scrollIntoView();
    return true;
  }
  question.addEventListener("change", function () {
    history.replaceState(null, "", "#" + question.value);
    offer();
  });
  view.addEventListener("change", show);
  window.addEventListener("hashchange", open);
  document.getElementById("questions").addEventListener("click", function (event) {
    if (event.target.hash && event.target.hash === location.hash) open();
  });
  if (!open()) offer();
})();
