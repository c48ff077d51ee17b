// One document: its pages with boxes, its values and its history.
import { base, get } from "../api.js";
import { airflowLink, airflowRunId, confidence, content, el, fill, percent, reasonWords, runPath, seconds, showProblem, status, statusWords, table, time, words } from "../dom.js";
import { Viewer, level } from "../viewer.js";

const id = location.pathname.split("/").pop();

async function load() {
  const [document_, history_] = await Promise.all([get(`documents/${id}`), get(`documents/${id}/history`)]);
  document.querySelector(".page-title").textContent = document_.name;
  document.title = `${document_.name} · Student-loan documents`;
  const fact = (term, value) => el("div", {}, el("dt", {}, term), el("dd", {}, value));
  const opens = document_.page_count && (document_.status !== "quarantined" || document_.error === "rejected_by_reviewer");
  const viewer = opens ? new Viewer(id, document_.page_count, document_.fields) : null;
  fill(content,
    el("section", {}, el("dl", { class: "facts" },
      fact("Status", status(document_.outcome ?? document_.status)),
      fact("Type", `${words(document_.document_type)} (${percent(document_.document_type_confidence)})`),
      fact("Lender or servicer", document_.lender || "–"),
      fact("Pages", document_.page_count ?? "–"),
      fact("Read from", document_.text_source ? words(document_.text_source) : "–"),
      fact("Quality", document_.quality_score == null ? "–" : document_.quality_score.toFixed(2)),
      fact("Time", seconds(Object.values(document_.timings).reduce((sum, value) => sum + value, 0))),
      fact("Received (UTC)", time(document_.created_at)),
      fact("Run", [el("a", { href: `${base}/runs/${runPath(document_, "")}` }, airflowRunId(document_))]),
      document_.queue ? fact("Queue", el("a", { href: `${base}/review/${id}` }, "Open in review")) : null,
      fact("Document id", el("code", {}, `${id.slice(0, 16)}…`))),
      document_.error ? el("p", { class: "reasons" }, el("code", {}, document_.error), ` ${document_.message ?? ""}`) : null,
      document_.review_reasons.length ? el("ul", { class: "reasons" }, document_.review_reasons.map((reason) => el("li", {}, reasonWords(reason)))) : null),
    el("div", { class: viewer ? "review" : "" }, viewer?.element,
      el("div", {},
        el("section", {}, el("h2", {}, "Values"), table("Values", [
          { title: "Field", cell: (field) => (viewer ? el("button", { type: "button", class: "small", onclick: () => viewer.show(field.name) }, words(field.name)) : words(field.name)) },
          { title: "Value", class: "name", cell: (field) => field.value },
          { title: "Confidence", class: "nowrap", cell: (field) => [el("span", { class: `meter ${level(field.confidence)}` }, el("i", { style: { width: `${field.confidence * 100}%` } })), confidence(field.confidence)] },
          { title: "Checked by", cell: (field) => el("span", { class: "dim" }, field.checked_by.map((name) => words(name).toLowerCase()).join(", ")) },
        ], document_.fields, document_.status === "quarantined" ? "A quarantined document has no values." : "No value was read.")),
        document_.loans.length ? el("section", {}, el("h2", {}, `Loans, ${document_.loans.length} in this document`), table("Loans",
          [...new Set(document_.loans.flatMap((loan) => loan.map((field) => field.name)))].map((name) => ({ title: words(name), cell: (loan) => loan.find((field) => field.name === name)?.value ?? "–" })), document_.loans)) : null,
        document_.schedule_groups.length ? el("section", {}, el("h2", {}, "Groups of payments"), table("Groups of payments",
          ["payments", "payment", "first_due_date"].map((name) => ({ title: words(name), num: name !== "first_due_date", cell: (row) => row[name] ?? "–" })), document_.schedule_groups)) : null,
        document_.schedule.length ? el("section", {}, el("details", {}, el("summary", {}, `Repayment schedule, ${document_.schedule.length} rows`), table("Schedule",
          ["number", "due_date", "payment", "principal", "interest", "balance"].map((name) => ({ title: words(name), num: name !== "due_date", cell: (row) => row[name] ?? "–" })), document_.schedule))) : null,
        el("section", {}, el("h2", {}, "History"), table("Decisions", [
          { title: "When (UTC)", class: "nowrap", cell: (row) => time(row.decided_at) },
          { title: "Who", cell: (row) => row.reviewer },
          { title: "What", cell: (row) => `${statusWords(row.decision)} (${{ review: "review", audit: "audit", second: "second review" }[row.kind]})` },
          { title: "Changed", cell: (row) => (row.changed.length ? row.changed.map(words).join(", ") : "nothing") },
          { title: "Note", cell: (row) => row.note },
        ], history_.reviews, "No decisions yet."),
        el("h3", {}, "Seen by runs"), table("Seen by runs", [
          { title: "When (UTC)", class: "nowrap", cell: (row) => time(row.seen_at) },
          { title: "Run", cell: (row) => airflowLink(`/dags/${runPath(row)}`, airflowRunId(row)) },
          { title: "As", cell: (row) => words(row.arrival) },
        ], history_.sightings, "No runs yet.")))));
  viewer?.start();
}
load().catch((error) => showProblem(content, error));
