// One document for a decision: the page with boxes next to the values; everything works by keyboard.
import { base, canEdit, get, send } from "../api.js";
import { confidence, content, el, fill, money, percent, reasonWords, say, showProblem, words } from "../dom.js";
import { Viewer, level } from "../viewer.js";

const id = location.pathname.split("/").pop();
const KINDS = { review: "In review", audit: "Audit sample: it was accepted automatically", second: "Second review of a decision" };
let item, viewer, rows, list, warning, timer;
let places = {}, removed = new Set(), extra = [], busy = false;

async function load() {
  item = await get(`review/documents/${id}`);
  if (canEdit && item.kind && !item.mine) {
    try {
      await send("PUT", `review/documents/${id}/claim`);
      item = await get(`review/documents/${id}`);
    } catch (error) { say(error.message, "bad"); }
  }
  places = {}; removed = new Set(); extra = [];
  document.title = `${item.name} · Review`;
  viewer = new Viewer(id, item.page_count, structuredClone(item.fields), (name) => focusField(name));
  draw();
  viewer.start();
  const first = rows.find((row) => level(row.read?.confidence ?? 0) !== "good") ?? rows[0];
  if (item.mine) focusField(first?.name);
  clearInterval(timer);
  if (item.mine) timer = setInterval(() => send("PUT", `review/documents/${id}/claim`).catch(() => {}), 240000);
}

const typeNow = () => document.getElementById("type")?.value ?? item.document_type;
const catalog = () => item.catalog[typeNow()] ?? [];

function draw() {
  list = el("ol", { class: "fields" });
  warning = el("div", { role: "alert" });
  const options = Object.keys(item.catalog);
  if (!options.includes(item.document_type)) options.push(item.document_type);
  fill(content, el("div", { class: "review" }, viewer.element, el("section", { class: "side", "aria-label": "Decision" },
    el("header", {},
      el("h2", {}, item.name),
      el("p", { class: "dim" }, item.kind ? KINDS[item.kind] : "Not in the queue", ` · ${money(item.money_at_risk)} at risk (${percent(item.error_probability)} of ${money(item.amount)}) · `,
        el("a", { href: `${base}/documents/${id}` }, "History"))),
    holder(),
    item.reasons.length && item.kind !== "second" ? el("ul", { class: "reasons", "aria-label": "Why it is in review" }, item.reasons.map((reason) => el("li", {}, reasonWords(reason)))) : null,
    el("div", { class: "filters", style: { margin: "12px 0 0" } },
      el("label", {}, "Document type", el("select", { id: "type", disabled: !item.mine, onchange: () => drawFields() },
        options.map((name) => el("option", { value: name, selected: name === item.document_type }, words(name))))),
      el("label", {}, "Add a field", el("select", { id: "add", disabled: !item.mine, onchange: (event) => { add(event.target.value); } }))),
    list,
    item.mine ? decideBar() : null)));
  drawFields();
}

function holder() {
  if (!canEdit) return el("p", { class: "warning" }, "You have view-only access: you cannot decide.");
  if (!item.kind) return el("p", { class: "warning" }, "This document is already decided, or does not need review.");
  if (item.mine) return null;
  return el("p", { class: "warning" }, item.claimed_by ? `${item.claimed_by} has claimed this document.` : "You have not claimed this document.",
    el("br"), el("button", { type: "button", class: "small", onclick: () => load().catch((error) => say(error.message, "bad")) }, "Try to claim it"));
}

function drawFields() {
  const typed = Object.fromEntries((rows ?? []).filter((row) => row.input.value !== row.input.dataset.read).map((row) => [row.name, row.input.value]));
  const read = new Map(item.fields.map((field) => [field.name, field]));
  const allowed = catalog();
  const shown = [...item.fields.map((field) => field.name), ...allowed.filter((one) => one.usual && !read.has(one.name)).map((one) => one.name), ...extra.filter((name) => !read.has(name))];
  const order = new Map(allowed.map((one, place) => [one.name, place]));
  rows = [...new Set(shown)].filter((name) => !typeChanged() || order.has(name)).sort((a, b) => (order.get(a) ?? 99) - (order.get(b) ?? 99))
    .map((name) => fieldRow(name, read.get(name), allowed.find((one) => one.name === name)));
  fill(list, rows.map((row) => row.element));
  for (const row of rows) if (typed[row.name] != null) { row.input.value = typed[row.name]; mark(row); }
  const chooser = document.getElementById("add");
  chooser.replaceChildren(el("option", { value: "" }, "Choose …"), ...allowed.filter((one) => !rows.some((row) => row.name === one.name)).map((one) => el("option", { value: one.name }, words(one.name))));
}

const typeChanged = () => typeNow() !== item.document_type;

function fieldRow(name, read, choice) {
  const input = choice?.choices?.length
    ? el("select", { id: `f-${name}`, disabled: !item.mine }, el("option", { value: "" }, "–"), choice.choices.map((value) => el("option", { value, selected: value === read?.value }, words(value))))
    : el("input", { id: `f-${name}`, value: read?.value ?? "", disabled: !item.mine, autocomplete: "off", spellcheck: "false", "aria-describedby": `n-${name}` });
  input.dataset.read = read?.value ?? "";
  const note = el("span", { class: "note", id: `n-${name}` });
  const take = el("button", { type: "button", class: "take", disabled: !item.mine, "aria-label": `${words(name)} is not printed on the page`, title: "Not printed on the page" }, "×");
  const row = { name, read, input, note, take, choice };
  row.element = el("li", { class: "field" },
    el("label", { for: input.id }, words(name), choice?.required ? el("small", {}, "required") : null), input,
    el("span", { class: "conf" }, read ? [el("span", { class: `meter ${level(read.confidence)}`, "aria-hidden": "true" }, el("i", { style: { width: `${read.confidence * 100}%` } })), confidence(read.confidence)] : el("span", { class: "missing" }, "not found")),
    take, note);
  input.addEventListener("focus", () => { select(row); });
  input.addEventListener("input", () => { removed.delete(name); mark(row); });
  take.addEventListener("click", () => { if (removed.has(name)) removed.delete(name); else removed.add(name); mark(row); });
  mark(row);
  return row;
}

function select(row) {
  rows.forEach((other) => other.element.classList.toggle("current", other === row));
  row.element.scrollIntoView({ block: "nearest" });
  viewer.stopDrawing();
  viewer.show(row.name);
  if (!row.read && item.mine) {
    viewer.draw((page, bbox) => {
      places[row.name] = { page, bbox };
      viewer.fields = viewer.fields.filter((field) => field.name !== row.name).concat({ name: row.name, page, bbox, confidence: 1 });
      viewer.show(row.name);
      mark(row);
    });
  }
}

function mark(row, fault) {
  const changed = row.input.value !== row.input.dataset.read;
  row.element.classList.toggle("changed", changed || removed.has(row.name));
  row.element.classList.toggle("removed", removed.has(row.name));
  row.take.setAttribute("aria-pressed", String(removed.has(row.name)));
  row.note.className = fault ? "note wrong" : "note";
  row.note.textContent = fault ?? (removed.has(row.name) ? "Will be removed: not on the page."
    : changed && row.read ? `Read as ${row.read.value}`
      : row.read && row.read.raw !== row.read.value ? `Printed: ${row.read.raw}`
        : row.read ? "" : `${row.choice?.form ?? ""}${places[row.name] ? " · place marked" : " · drag over the value on the page to mark its place"}`);
  row.input.setAttribute("aria-invalid", String(Boolean(fault)));
}

function add(name) {
  if (!name) return;
  extra.push(name);
  drawFields();
  focusField(name);
}

function focusField(name) {
  const row = rows.find((one) => one.name === name);
  if (!row) return;
  row.input.focus();
  row.input.select?.();
}

function decideBar() {
  const button = (id_, kind, words_, keys, action) => el("button", { type: "button", id: id_, class: kind, onclick: action }, words_, " ", el("kbd", { "aria-hidden": "true" }, keys));
  return el("div", { class: "decide" }, warning,
    el("label", { for: "note", class: "hidden" }, "Note"), el("textarea", { id: "note", maxlength: "2000", placeholder: "Note (optional)" }),
    el("div", { class: "buttons" },
      button("accept", "main", "Accept", "Ctrl Enter", () => decide("accepted")),
      button("reject", "bad", "Reject", "Ctrl ⌫", () => decide("rejected")),
      button("release", "", "Release", "Esc", giveBack),
      el("button", { type: "button", class: "small", onclick: () => help() }, "Keys ", el("kbd", { "aria-hidden": "true" }, "?"))));
}

function changes() {
  const found = {};
  for (const row of rows) {
    if (removed.has(row.name)) { if (row.read) found[row.name] = null; }
    else if (row.input.value.trim() === "") { if (row.read) found[row.name] = null; }
    else if (row.input.value !== row.input.dataset.read || places[row.name]) found[row.name] = row.input.value;
  }
  return found;
}

async function decide(verdict, despite = false) {
  if (busy || !item.mine) return;
  if (verdict === "rejected" && !document.getElementById("note").value.trim()) {
    say("Write the reason for the rejection in the note.", "bad");
    document.getElementById("note").focus();
    return;
  }
  busy = true;
  rows.forEach((row) => mark(row));
  warning.replaceChildren();
  try {
    const body = { verdict, version: item.version, note: document.getElementById("note").value, despite_checks: despite };
    if (verdict === "accepted") {
      body.changes = changes();
      body.places = Object.fromEntries(Object.entries(places).filter(([name]) => body.changes[name] != null));
      if (typeChanged()) body.document_type = typeNow();
    }
    const done = await send("POST", `review/documents/${id}/decision`, body);
    sessionStorage.setItem("said", verdict === "accepted" ? `${item.name} accepted, ${done.fields_wrong} of ${done.fields_checked} values corrected.` : `${item.name} rejected.`);
    clearInterval(timer);
    const { document_id: next } = await send("POST", "review/next");
    location.href = next ? `${base}/review/${next}` : `${base}/queue`;
  } catch (error) {
    busy = false;
    failed(error);
  }
}

function failed(error) {
  const name = error.code === "invalid_value" ? error.message.split(":")[0] : null;
  const row = rows.find((one) => one.name === name);
  if (row) { mark(row, error.message); focusField(name); return; }
  const action = error.code === "checks_failed" ? el("button", { type: "button", class: "small", id: "despite", onclick: () => decide("accepted", true) }, "The page prints these values: accept")
    : error.code === "stale_record" || error.code === "not_claimed" ? el("button", { type: "button", class: "small", onclick: () => load().catch((problem) => say(problem.message, "bad")) }, "Reload") : null;
  warning.replaceChildren(el("p", { class: "warning" }, error.message, action ? [el("br"), action] : null));
  warning.querySelector("button")?.focus();
}

async function giveBack() {
  try {
    await send("DELETE", `review/documents/${id}/claim`);
    location.href = `${base}/queue`;
  } catch (error) { say(error.message, "bad"); }
}

function help() {
  const keys = [["Tab, Shift Tab", "next or previous value; the page follows"], ["Alt ↓, Alt ↑", "the same, from anywhere"], ["Alt X", "the value is not printed on the page"],
    ["Alt Z", "larger or whole page"], ["Alt →, Alt ←", "next or previous page"], ["Ctrl Enter", "accept, and claim the next document"], ["Ctrl Backspace", "reject"], ["Esc", "release the document"]];
  const dialog = el("dialog", { "aria-label": "Keys" }, el("h2", {}, "Keys"), el("dl", {}, keys.map(([key, words_]) => [el("dt", {}, el("kbd", {}, key)), el("dd", {}, words_)])),
    el("form", { method: "dialog" }, el("button", { class: "main" }, "Close")));
  document.body.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.showModal();
}

function step(direction) {
  const at = rows.findIndex((row) => row.element.classList.contains("current"));
  focusField(rows[(at + direction + rows.length) % rows.length]?.name);
}

addEventListener("keydown", (event) => {
  if (!item || document.querySelector("dialog[open]")) return;
  const command = event.ctrlKey || event.metaKey;
  const current = rows.find((row) => row.element.classList.contains("current"));
  const keys = {
    Enter: command && (() => decide("accepted")),
    Escape: item.mine && giveBack,
    ArrowDown: event.altKey && (() => step(1)),
    ArrowUp: event.altKey && (() => step(-1)),
    ArrowRight: event.altKey && (() => viewer.turn(1)),
    ArrowLeft: event.altKey && (() => viewer.turn(-1)),
    x: event.altKey && current && (() => current.take.click()),
    z: event.altKey && (() => (viewer.zoom === 1 ? viewer.setZoom(1) : viewer.fit())),
    "?": !/INPUT|SELECT|TEXTAREA/.test(event.target.tagName) && help,
  };
  if (command && event.key === "Backspace") { event.preventDefault(); decide("rejected"); return; }
  const action = keys[event.key];
  if (action) { event.preventDefault(); action(); }
});

const said = sessionStorage.getItem("said");
if (said) { sessionStorage.removeItem("said"); say(said, "good"); }
load().catch((error) => showProblem(content, error));
