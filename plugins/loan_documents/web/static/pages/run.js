// One run: its documents, its report, and a link to Airflow.
import { base, get } from "../api.js";
import { airflowLink, content, el, fill, money, moreButton, number, runPath, seconds, showProblem, status, table, time, words } from "../dom.js";

const [dagId, airflowId] = location.pathname.slice(base.length).split("/").slice(2).map(decodeURIComponent);
let runId = `${dagId}:${airflowId}`;
const task = new URLSearchParams(location.search);
const list = el("section", {}, el("h2", {}, "Documents"), el("p", { class: "loading" }, "Loading …"));
let items = [];

async function loadDocuments(cursor) {
  const page = await get("documents", { run_id: runId, cursor, limit: 50 });
  items = cursor ? items.concat(page.items) : page.items;
  fill(list, el("h2", {}, "Documents"), table("Documents of this run", [
    { title: "Document", class: "name", cell: (row) => el("a", { href: `${base}/documents/${row.document_id}` }, row.name) },
    { title: "Status", cell: (row) => status(row.outcome ?? row.status) },
    { title: "Type", class: "nowrap", cell: (row) => words(row.document_type) },
    { title: "Lender or servicer", class: "name", cell: (row) => row.lender || "–" },
    { title: "At risk", num: true, cell: (row) => (row.queue ? money(row.money_at_risk) : "–") },
    { title: "Problem", cell: (row) => (row.error ? el("code", {}, row.error) : row.reasons ? `${row.reasons} ${row.reasons === 1 ? "reason" : "reasons"}` : "") },
  ], items, "This run has no records: every file was known, or nothing is stored yet."), page.next_cursor ? moreButton(() => loadDocuments(page.next_cursor)) : null);
}

async function load() {
  let run = null;
  try { run = await get(`runs/${encodeURIComponent(runId)}`); } catch (error) { if (error.status !== 404) throw error; }
  runId = run?.run_id ?? runId;
  document.querySelector(".page-title").textContent = `Run ${airflowId}`;
  const fact = (term, value) => el("div", {}, el("dt", {}, term), el("dd", {}, value));
  const root = base.replace(/\/loans$/, "");
  const pages = (await get(`runs/${encodeURIComponent(runId)}/pages`)).flatMap((page) => [el("a", { href: `${root}${page.path}` }, page.title), " · "]);
  const back = airflowLink(`/dags/${runPath({ run_id: runId, dag_id: dagId })}`, "Airflow's page of this run");
  if (!run) {
    fill(content, el("section", {}, el("p", {}, "This run has no entry in the results database: it has not acquired documents yet, or belongs to another pipeline."), el("p", {}, pages, back)));
    return;
  }
  fill(content, el("section", {}, el("dl", { class: "facts" },
    fact("State", status(run.state)), fact("Started (UTC)", time(run.started_at)), fact("Finished (UTC)", time(run.finished_at)),
    ["files", "accepted", "review", "quarantined", "duplicate", "unchanged"].map((name) => fact(words(name), number(run.counts[name] ?? 0))),
    fact("Open", [run.has_report ? [el("a", { href: `${base}/api/v1/runs/${encodeURIComponent(runId)}/report` }, "Report"), " · "] : null,
      pages, run.counts.review ? [el("a", { href: `${base}/queue?run_id=${encodeURIComponent(runId)}` }, "Review queue of this run"), " · "] : null, back])),
    Object.keys(run.seconds).length ? el("details", {}, el("summary", {}, "Seconds by stage"), table("Seconds by stage",
      [{ title: "Stage", cell: ([name]) => words(name) }, { title: "Time", num: true, cell: ([, value]) => seconds(value) }], Object.entries(run.seconds))) : null,
    task.get("task_id") ? el("p", { class: "dim" }, `Opened from task ${task.get("task_id")}${task.get("map_index") > -1 ? `, map index ${task.get("map_index")}` : ""}.`) : null), list);
  await loadDocuments();
}
load().catch((error) => showProblem(content, error));
