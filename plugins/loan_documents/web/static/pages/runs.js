// Runs of the pipeline.
import { base, get } from "../api.js";
import { airflowLink, airflowRunId, content, el, fill, moreButton, number, runPath, seconds, showProblem, status, table, time } from "../dom.js";

let items = [];
async function load(cursor) {
  const page = await get("runs", { cursor, limit: 50 });
  items = cursor ? items.concat(page.items) : page.items;
  const count = (title, name) => ({ title, num: true, cell: (run) => number(run.counts[name] ?? 0) });
  fill(content, el("section", {}, table("Runs", [
    { title: "Run", cell: (run) => el("a", { href: `${base}/runs/${runPath(run, "")}` }, airflowRunId(run)) },
    { title: "DAG", cell: (run) => el("span", { class: "dim" }, run.dag_id) },
    { title: "State", cell: (run) => status(run.state) },
    { title: "Started (UTC)", class: "nowrap", cell: (run) => time(run.started_at) },
    { title: "Duration", num: true, cell: (run) => (run.finished_at ? seconds((new Date(run.finished_at) - new Date(run.started_at)) / 1000) : "–") },
    count("Files", "files"), count("Accepted", "accepted"), count("In review", "review"), count("Quarantined", "quarantined"),
    count("Duplicate", "duplicate"), count("Unchanged", "unchanged"),
    { title: "Open", class: "nowrap", cell: (run) => [run.has_report ? [el("a", { href: `${base}/api/v1/runs/${encodeURIComponent(run.run_id)}/report` }, "Report"), " · "] : null,
      airflowLink(`/dags/${runPath(run)}`, "Airflow")] },
  ], items, "No run yet."), page.next_cursor ? moreButton(() => load(page.next_cursor)) : null));
}
load().catch((error) => showProblem(content, error));
