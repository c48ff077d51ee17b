// Find documents.
import { base, documentTypes, get, send } from "../api.js";
import { content, el, fill, money, moreButton, showProblem, status, statusWords, table, time, words } from "../dom.js";

const filters = Object.fromEntries(new URLSearchParams(location.search));
// The search may contain a name: it stays after the #, which is not sent to the server or its logs.
let text = new URLSearchParams(location.hash.slice(1)).get("q") ?? "";
const TYPES = await documentTypes();
const results = el("section", {}, el("p", { class: "loading" }, "Loading …"));
let items = [];

function bar() {
  const select = (name, all, options, label) => el("select", { name }, el("option", { value: "" }, all),
    options.map((value) => el("option", { value, selected: filters[name] === value }, label(value))));
  const form = el("form", { class: "filters", role: "search", "aria-label": "Find documents" },
    el("label", { class: "grow" }, "Name, id or value", el("input", { name: "q", type: "search", value: text, placeholder: "Start of a name or id, or a whole value such as an account number" })),
    el("label", {}, "Status", select("status", "All", ["accepted", "review", "quarantined"], statusWords)),
    el("label", {}, "Type", select("document_type", "All types", TYPES, words)),
    el("label", {}, "Lender or servicer", el("input", { name: "lender", value: filters.lender, placeholder: "All" })),
    el("label", {}, "From", el("input", { type: "date", name: "since", value: filters.since })),
    el("label", {}, "Until", el("input", { type: "date", name: "until", value: filters.until })),
    filters.run_id ? el("label", {}, "Run", el("input", { name: "run_id", value: filters.run_id })) : null,
    el("button", { type: "submit" }, "Find"));
  form.addEventListener("change", (event) => { if (event.target.tagName === "SELECT" || event.target.type === "date") form.requestSubmit(); });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    for (const [name, value] of new FormData(form)) {
      if (name === "q") text = value.trim();
      else if (value) filters[name] = value;
      else delete filters[name];
    }
    history.replaceState(null, "", `?${new URLSearchParams(filters)}${text ? `#${new URLSearchParams({ q: text })}` : ""}`);
    load().catch((error) => showProblem(results, error));
  });
  return form;
}

async function load(cursor) {
  const page = text
    ? await send("POST", "documents/search", { text, filters, cursor, limit: 50 })
    : await get("documents", { ...filters, cursor, limit: 50 });
  items = cursor ? items.concat(page.items) : page.items;
  fill(results, table("Documents", [
    { title: "Document", class: "name", cell: (row) => el("a", { href: `${base}/documents/${row.document_id}` }, row.name) },
    { title: "Status", cell: (row) => status(row.outcome ?? row.status) },
    { title: "Type", class: "nowrap", cell: (row) => words(row.document_type) },
    { title: "Lender or servicer", class: "name", cell: (row) => row.lender || "–" },
    { title: "Pages", num: true, cell: (row) => row.page_count ?? "–" },
    { title: "At risk", num: true, cell: (row) => (row.queue ? money(row.money_at_risk) : "–") },
    { title: "Problem", cell: (row) => (row.error ? el("code", {}, row.error) : row.reasons ? `${row.reasons} ${row.reasons === 1 ? "reason" : "reasons"}` : "") },
    { title: "Received (UTC)", class: "nowrap", cell: (row) => time(row.created_at) },
  ], items, "No document matches."), page.next_cursor ? moreButton(() => load(page.next_cursor)) : null);
}

fill(content, bar(), results);
load().catch((error) => showProblem(results, error));
