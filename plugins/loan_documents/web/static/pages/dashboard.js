// Dashboard: sums by day, with filters. Every chart has its figures in a table below it.
import { base, documentTypes, get } from "../api.js";
import { airflowRunId, content, el, fill, money, number, percent, runPath, seconds, showProblem, status, statusWords, table, time, words } from "../dom.js";
import { barChart, lineChart, redrawAll, css } from "../charts.js";

const OUTCOMES = ["auto_accepted", "reviewer_accepted", "review", "quarantined", "rejected"];
const COLOURS = { auto_accepted: "--accepted", reviewer_accepted: "--reviewer", review: "--review", quarantined: "--quarantined", rejected: "--rejected" };
const READ = ["auto_accepted", "reviewer_accepted", "review", "rejected"];
const filters = Object.fromEntries(new URLSearchParams(location.search));
const TYPES = await documentTypes();
const body = el("div", { "aria-busy": "true", id: "figures" }, el("p", { class: "loading" }, "Loading …"));
const lenders = el("datalist", { id: "lenders" });

function filterBar() {
  const field = (name, label, input) => el("label", {}, label, input);
  const form = el("form", { class: "filters", "aria-label": "Filters" },
    field("since", "From", el("input", { type: "date", name: "since", value: filters.since })),
    field("until", "Until", el("input", { type: "date", name: "until", value: filters.until })),
    field("document_type", "Document type", el("select", { name: "document_type" },
      el("option", { value: "" }, "All types"),
      TYPES.map((name) => el("option", { value: name, selected: name === filters.document_type }, words(name))))),
    field("lender", "Lender or servicer", el("input", { name: "lender", list: "lenders", value: filters.lender, placeholder: "All", autocomplete: "off" })),
    lenders,
    el("button", { type: "submit" }, "Show"),
    el("button", { type: "reset" }, "Clear"));
  form.addEventListener("submit", (event) => { event.preventDefault(); apply(Object.fromEntries(new FormData(form))); });
  form.addEventListener("reset", () => { form.querySelectorAll("input").forEach((input) => input.setAttribute("value", "")); setTimeout(() => { form.document_type.value = ""; apply({}); }); });
  form.addEventListener("change", (event) => { if (event.target.name !== "lender" || !event.target.value) form.requestSubmit(); });
  return form;
}

function apply(values) {
  for (const name of ["since", "until", "document_type", "lender"]) {
    if (values[name]) filters[name] = values[name]; else delete filters[name];
  }
  history.replaceState(null, "", `?${new URLSearchParams(filters)}`);
  load();
}

async function load() {
  try {
    draw(await get("metrics", filters));
  } catch (error) {
    showProblem(body, error);
  }
}

const sumOf = (rows, key) => rows.reduce((sum, row) => sum + row[key], 0);

function byDay(days) {
  const found = new Map();
  for (const row of days) {
    if (!found.has(row.day)) found.set(row.day, { seconds: 0 });
    const day = found.get(row.day);
    day[row.outcome] = row.documents;
    day.seconds += row.seconds;
  }
  return [...found].map(([day, counts]) => ({
    day, counts, seconds: counts.seconds,
    documents: OUTCOMES.reduce((sum, name) => sum + (counts[name] ?? 0), 0),
    read: READ.reduce((sum, name) => sum + (counts[name] ?? 0), 0),
  }));
}

function tiles(data) {
  const waiting = data.queue.reduce((sum, row) => sum + row.documents, 0);
  const risk = data.queue.reduce((sum, row) => sum + Number(row.money_at_risk), 0);
  const total = sumOf(data.days, "seconds");
  const tile = (value, label, href) => el(href ? "a" : "div", { class: "tile", href }, el("b", {}, value), el("span", {}, label));
  const audits = data.accept_errors;
  return el("div", { class: "tiles" },
    tile(number(data.documents), "documents", `${base}/documents`),
    tile(percent(data.auto_accept_rate, 1), "of read documents accepted automatically"),
    tile(number(waiting), `in the review queue, ${money(risk)} at risk`, `${base}/queue`),
    tile(number(data.outcomes.quarantined ?? 0), "quarantined", `${base}/documents?status=quarantined`),
    tile(data.documents ? seconds(total / data.documents) : "–", "of work per document"),
    tile(audits.checked ? `≤ ${percent(audits.high, 1)}` : "–", audits.checked
      ? `error rate of accepted documents: ${audits.wrong} of ${audits.checked} audited are wrong (95%)` : "no accepted document audited yet"));
}

function draw(data) {
  lenders.replaceChildren(...data.lenders.map((row) => el("option", { value: row.name })));
  if (!data.documents) {
    fill(body, tiles(data), el("section", {}, el("h2", {}, "No documents here yet"),
      el("p", {}, Object.keys(filters).length ? "No document matches these filters." : "Run the pipeline, or upload documents."),
      el("p", {}, el("a", { href: `${base}/upload` }, "Upload documents"))));
    return;
  }
  const days = byDay(data.days);
  const stages = [...new Set(data.runs.flatMap((run) => Object.keys(run.seconds)))];
  const runs = [...data.runs].reverse().slice(-20);
  const panel = (name) => data.panels[name];
  fill(body, tiles(data), el("div", { class: "grid" },
    barChart({ title: "Documents by day and status", wide: "two-thirds", labels: days.map((row) => row.day), stacked: true,
      series: OUTCOMES.filter((name) => data.outcomes[name]).map((name) => ({ name: statusWords(name), colour: COLOURS[name], values: days.map((row) => row.counts[name] ?? 0) })) }),
    section("third", "By document type", table("Documents by type", [
      { title: "Type", cell: (row) => el("a", { href: `?${new URLSearchParams({ ...filters, document_type: row.name })}` }, words(row.name)) },
      { title: "Documents", num: true, cell: (row) => number(row.documents) },
      { title: "Automatic", num: true, cell: (row) => rate(row) },
    ], data.types)),
    lineChart({ title: "Accepted automatically, by day", lead: "Share of read documents that needed no review.", labels: days.map((row) => row.day), percent: true,
      series: [{ name: "Accepted automatically", colour: "--accepted", values: days.map((row) => (row.read ? (row.counts.auto_accepted ?? 0) / row.read : null)) }] }),
    barChart({ title: "Confidence of values", lead: "Calibrated: about nine in ten values with confidence 0.9 are right.", labels: data.confidences.map((row) => (row.low ? `≥ ${row.low}` : `< ${row.high}`)),
      series: [{ name: "Values", colour: "--reviewer", values: data.confidences.map((row) => row.fields) }], axis: "Confidence" }),
    barChart({ title: "Seconds by stage, newest runs", labels: runs.map(airflowRunId), hideLabels: true, stacked: true, unit: "s",
      series: stages.map((name, place) => ({ name: words(name), colour: `hsl(${(210 + place * 47) % 360} 50% ${css("--page") === "#0f141a" ? 62 : 46}%)`, values: runs.map((run) => run.seconds[name] ?? 0) })) }),
    lineChart({ title: "Throughput", lead: "Documents per minute of work, by day.", labels: days.map((row) => row.day),
      series: [{ name: "Documents per minute", colour: "--reviewer", values: days.map((row) => (row.seconds ? row.documents / (row.seconds / 60) : null)) }] }),
    accuracy(data),
    section("", "Lenders and servicers", el("p", { class: "lead" }, "Range: 95% confidence interval of the rate."), table("Lenders", [
      { title: "Lender", class: "name", cell: (row) => el("a", { href: `?${new URLSearchParams({ ...filters, lender: row.name })}` }, row.name) },
      { title: "Documents", num: true, cell: (row) => number(row.documents) },
      { title: "Automatic", num: true, cell: (row) => rate(row) },
      { title: "Range", num: true, cell: (row) => `${percent(row.low)} – ${percent(row.high)}` },
    ], data.lenders.slice(0, 8))),
    section("", "Slowest documents", table("Slowest documents", [
      { title: "Document", class: "name", cell: (row) => el("a", { href: `${base}/documents/${row.document_id}` }, row.name) },
      { title: "Type", cell: (row) => words(row.document_type) },
      { title: "Pages", num: true, cell: (row) => row.page_count ?? "–" },
      { title: "Time", num: true, cell: (row) => seconds(row.seconds) },
    ], data.slowest)),
    // Panels with rows first, then the empty ones side by side.
    Object.entries(data.panels).sort(([, a], [, b]) => (b.rows.length > 0) - (a.rows.length > 0)).map(([name, one]) => panelSection(name, one)),
    section("wide", "Newest runs", table("Newest runs", [
      { title: "Run", cell: (run) => el("a", { href: `${base}/runs/${runPath(run, "")}` }, airflowRunId(run)) },
      { title: "State", cell: (run) => status(run.state) },
      { title: "Started (UTC)", class: "nowrap", cell: (run) => time(run.started_at) },
      { title: "Files", num: true, cell: (run) => number(run.counts.files ?? 0) },
      { title: "Accepted", num: true, cell: (run) => number(run.counts.accepted ?? 0) },
      { title: "In review", num: true, cell: (run) => number(run.counts.review ?? 0) },
      { title: "Quarantined", num: true, cell: (run) => number(run.counts.quarantined ?? 0) },
    ], data.runs.slice(0, 6)))));
  redrawAll();
}

const rate = (row) => { const read = row.documents - row.quarantined; return read ? percent(row.auto_accepted / read) : "–"; };
const section = (size, title, ...children) => el("section", { class: size || null }, el("h2", {}, title), children);

function accuracy(data) {
  const days = [...new Set([...data.reviewed_days, ...data.labelled_days].map((row) => row.day))].sort();
  const labelled = days.map((day) => {
    const row = data.labelled_days.find((one) => one.day === day);
    return row?.fields ? 1 - row.wrong / row.fields : null;
  });
  const share = (audited) => days.map((day) => {
    const rows = data.reviewed_days.filter((row) => row.day === day && row.audited === audited);
    const fields = sumOf(rows, "fields");
    return fields ? 1 - sumOf(rows, "wrong") / fields : null;
  });
  const second = data.reviewer_errors;
  const words_ = second.checked
    ? `Two reviewers differed in ${second.wrong} of ${second.checked} second reviews (95%: ${percent(second.low, 1)} – ${percent(second.high, 1)}).`
    : "No decision has had a blind second review yet.";
  if (!days.length) {
    return section("", "Accuracy on labelled documents", el("p", { class: "empty" }, "No document was reviewed in this period. Each decision in the review queue becomes a label."));
  }
  return lineChart({ title: "Accuracy on labelled documents", lead: `Share of values that were read correctly, by reviewers' decisions and by imported labels. ${words_}`, labels: days, percent: true, series: [
    { name: "Imported labels", colour: "--reviewer", values: labelled },
    { name: "In review", colour: "--review", values: share(false) }, { name: "Audit of accepted", colour: "--accepted", values: share(true) }].filter((one) => one.values.some((value) => value != null)) });
}

const EMPTY = { alerts: "No alerts.", labels: "No document has a label yet." };
const SHARES = new Set(["value", "others", "gap", "share", "low", "high"]);
function panelSection(name, panel) {
  const wide = panel.rows.length && panel.columns.length > 5 ? "wide" : "";
  const cell = (column, value) => {
    if (value == null) return "–";
    if (["severity", "state", "status"].includes(column)) return status(value);
    if (column.endsWith("_at") || column === "newest") return time(value);
    if (typeof value === "number") return SHARES.has(column) ? value.toFixed(3) : number(value);
    if (typeof value === "boolean") return value ? "yes" : "no";
    return typeof value === "object" ? JSON.stringify(value) : String(value);
  };
  return section(wide, panel.title, table(panel.title, panel.columns.map((column, place) => ({
    title: words(column.replace(/_at$/, "")), num: panel.rows.some((row) => typeof row[place] === "number"), cell: (row) => cell(column, row[place]),
  })), panel.rows, EMPTY[name] ?? "No findings yet."));
}

fill(content, filterBar(), body);
load();
