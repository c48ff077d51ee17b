// The review queue, most money at risk first.
import { base, canEdit, get, send } from "../api.js";
import { content, el, fill, money, moreButton, number, percent, reasonWords, say, showProblem, table, words } from "../dom.js";

const parameters = Object.fromEntries(new URLSearchParams(location.search));
const KINDS = { review: "In review", audit: "Audit sample", second: "Second review" };
let items = [];

async function load(cursor) {
  const page = await get("review/queue", { kind: parameters.kind, run_id: parameters.run_id, document_type: parameters.document_type, cursor, limit: 50 });
  items = cursor ? items.concat(page.items) : page.items;
  draw(page);
}

async function take() {
  try {
    const { document_id: id } = await send("POST", "review/next");
    if (id) location.href = `${base}/review/${id}`;
    else say("No document is left for you: the others are claimed by other users, or you have decided about them.");
  } catch (error) { say(error.message, "bad"); }
}

function tab(kind, label) {
  const url = new URLSearchParams({ ...parameters, kind: kind ?? "" });
  if (!kind) url.delete("kind");
  return el("button", { type: "button", "aria-pressed": String((parameters.kind ?? "") === (kind ?? "")), onclick: () => { location.search = url; } }, label);
}

function draw(page) {
  const total = page.sums.reduce((sum, row) => sum + row.documents, 0);
  const risk = page.sums.reduce((sum, row) => sum + Number(row.money_at_risk), 0);
  const count = (kind) => page.sums.find((row) => row.kind === kind)?.documents ?? 0;
  fill(content,
    el("div", { class: "tabs", role: "group", "aria-label": "Kind" },
      tab(null, `All ${number(total)}`), Object.entries(KINDS).map(([kind, label]) => tab(kind, `${label} ${number(count(kind))}`)),
      el("span", { style: { flex: "1" } }),
      canEdit ? el("button", { type: "button", class: "main", id: "take", onclick: take, disabled: !total }, "Review the next document ", el("kbd", {}, "n")) : null),
    el("section", {},
      el("p", { class: "lead" }, `${number(total)} documents, ${money(risk)} at risk. Money at risk is the probability of an error in the document times the amount at stake.`,
        parameters.run_id ? [" Only run ", el("b", {}, parameters.run_id), ". ", el("a", { href: `${base}/queue` }, "Show all")] : null),
      table("Review queue", [
        { title: "Document", class: "name", cell: (row) => el("a", { href: `${base}/review/${row.document_id}` }, row.name) },
        { title: "At risk", num: true, cell: (row) => money(row.money_at_risk) },
        { title: "Amount", num: true, cell: (row) => money(row.amount) },
        { title: "Error", num: true, cell: (row) => percent(row.error_probability) },
        { title: "Type", class: "nowrap", cell: (row) => words(row.document_type) },
        { title: "Why", cell: (row) => why(row) },
        { title: "Claimed by", class: "nowrap", cell: (row) => (row.mine ? el("b", {}, "you") : row.claimed_by ?? el("span", { class: "dim" }, "–")) },
      ], items.map((row) => ({ ...row, marked: row.mine })), "The queue is empty: every document has been decided."),
      page.next_cursor ? moreButton(() => load(page.next_cursor)) : null));
}

function why(row) {
  if (row.kind !== "review") return el("span", { class: "dim" }, row.kind === "audit" ? "Drawn at random from accepted documents" : "Drawn at random for a second review");
  return el("ul", {}, row.reasons.slice(0, 3).map((reason) => el("li", {}, reasonWords(reason))),
    row.reasons.length > 3 ? el("li", {}, `and ${row.reasons.length - 3} more`) : null);
}

addEventListener("keydown", (event) => {
  if (event.key === "n" && canEdit && !event.ctrlKey && !event.metaKey && !/INPUT|SELECT|TEXTAREA/.test(event.target.tagName)) take();
});
load().catch((error) => showProblem(content, error));
