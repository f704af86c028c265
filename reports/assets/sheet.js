// The smallest workbook there is: one sheet, numbers as numbers, text as text (never a formula), in an uncompressed zip.
var CipsSheet = (function () {
  "use strict";
  var TABLE = Array.from({ length: 256 }, function (_, n) {
    for (var k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
    return n >>> 0;
  });
  function crc(bytes) {
    var c = 0xffffffff;
    for (var k = 0; k < bytes.length; k++) c = TABLE[(c ^ bytes[k]) & 255] ^ (c >>> 8);
    return (c ^ 0xffffffff) >>> 0;
  }
  function numbers(parts) { // [value, bytes], little endian
    var out = [];
    parts.forEach(function (part) { for (var k = 0; k < part[1]; k++) out.push((part[0] >>> (8 * k)) & 255); });
    return new Uint8Array(out);
  }
  function zip(files) {
    var encoder = new TextEncoder(), body = [], list = [], offset = 0, listed = 0;
    Object.keys(files).forEach(function (name) {
      var path = encoder.encode(name), data = encoder.encode(files[name]);
      // flags: names are UTF-8; no compression; 1 January 1980
      var facts = [[20, 2], [0x800, 2], [0, 2], [0, 2], [33, 2], [crc(data), 4], [data.length, 4], [data.length, 4], [path.length, 2], [0, 2]];
      var head = numbers([[0x04034b50, 4]].concat(facts));
      var entry = numbers([[0x02014b50, 4], [20, 2]].concat(facts, [[0, 2], [0, 2], [0, 2], [0, 4], [offset, 4]]));
      body.push(head, path, data);
      list.push(entry, path);
      offset += head.length + path.length + data.length;
      listed += entry.length + path.length;
    });
    var count = Object.keys(files).length;
    var end = numbers([[0x06054b50, 4], [0, 2], [0, 2], [count, 2], [count, 2], [listed, 4], [offset, 4], [0, 2]]);
    return body.concat(list, [end]);
  }
  function escaped(text) {
    // eslint-disable-next-line no-control-regex
    return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, "").replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  }
  function cell(value) {
    if (typeof value === "number") return "<c><v>" + value + "</v></c>";
    return '<c t="inlineStr"><is><t xml:space="preserve">' + escaped(value) + "</t></is></c>";
  }
  function workbook(rows) {
    var head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
    var main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    var rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships", pack = "http://schemas.openxmlformats.org/package/2006/";
    var type = "application/vnd.openxmlformats-officedocument.spreadsheetml.";
    var lines = rows.map(function (row) { return "<row>" + row.map(cell).join("") + "</row>"; }).join("");
    return new Blob(zip({
      "[Content_Types].xml": head + '<Types xmlns="' + pack + 'content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="' + type + 'sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="' + type + 'worksheet+xml"/></Types>',
      "_rels/.rels": head + '<Relationships xmlns="' + pack + 'relationships"><Relationship Id="r1" Type="' + rel + '/officeDocument" Target="xl/workbook.xml"/></Relationships>',
      "xl/workbook.xml": head + '<workbook xmlns="' + main + '" xmlns:r="' + rel + '"><sheets><sheet name="1" sheetId="1" r:id="r1"/></sheets></workbook>',
      "xl/_rels/workbook.xml.rels": head + '<Relationships xmlns="' + pack + 'relationships"><Relationship Id="r1" Type="' + rel + '/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
      "xl/worksheets/sheet1.xml": head + '<worksheet xmlns="' + main + '"><sheetData>' + lines + "</sheetData></worksheet>",
    }), { type: type + "sheet" });
  }
  return { workbook: workbook };
})();
