// Upload documents: they pass the same checks as any other source.
import { base, canEdit, get, sendForm } from "../api.js";
import { airflowLink, airflowRunId, content, el, fill, number, runPath, say, status, table } from "../dom.js";

const MOST = 50;
let sent = [];
const results = el("div", { "aria-live": "polite" });
const input = el("input", { type: "file", multiple: true, class: "hidden", id: "files", accept: ".pdf,.png,.jpg,.jpeg,.tif,.tiff,.heic" });
const drop = el("label", { class: "drop", for: "files" }, el("b", {}, "Drop documents here, or choose files"), el("span", { class: "dim" }, "PDF, PNG, JPEG or TIFF. The content counts, not the name. The same content is one document, even if it is uploaded twice."), input);

async function upload(files) {
  const all = [...files];
  input.disabled = true;
  for (let start = 0; start < all.length; start += MOST) {
    const form = new FormData();
    all.slice(start, start + MOST).forEach((file) => form.append("files", file, file.name));
    try {
      const done = await sendForm("documents", form);
      sent = [...done.documents.map((one) => ({ ...one, run_id: done.run_id })), ...sent.filter((old) => !done.documents.some((one) => one.document_id === old.document_id))];
      draw();
    } catch (error) { say(error.message, "bad"); }
  }
  input.disabled = false;
  input.value = "";
  follow();
}

async function follow() {
  const waiting = sent.filter((one) => one.status === "received").slice(0, 40);
  if (!waiting.length) return;
  await new Promise((done) => setTimeout(done, 3000));
  for (const one of waiting) {
    try { Object.assign(one, await get(`documents/${one.document_id}/status`)); } catch { /* asked again in three seconds */ }
  }
  draw();
  follow();
}

function draw() {
  const waiting = sent.find((one) => one.run_id && one.status === "received");
  const run = waiting && { run_id: waiting.run_id, dag_id: "document_processing_pipeline" };
  fill(results, el("section", {}, el("h2", {}, `${number(sent.length)} files`),
    run ? el("p", {}, "Waiting for ", airflowLink(`/dags/${runPath(run)}`, `run ${airflowRunId(run)}`), ".") : null,
    table("Uploaded files", [
      { title: "File", class: "name", cell: (row) => (row.status === "received" ? row.name : el("a", { href: `${base}/documents/${row.document_id}` }, row.name)) },
      { title: "Size", num: true, cell: (row) => `${number(Math.ceil(row.bytes / 1024))} KB` },
      { title: "Status", cell: (row) => status(row.status) },
      { title: "", cell: (row) => (row.error ? el("code", {}, row.error) : row.known ? el("span", { class: "dim" }, "already known") : "") },
    ], sent)));
}

if (canEdit) {
  input.addEventListener("change", () => upload(input.files));
  drop.addEventListener("dragover", (event) => { event.preventDefault(); drop.classList.add("over"); });
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => { event.preventDefault(); drop.classList.remove("over"); upload(event.dataTransfer.files); });
  fill(content, drop, el("div", { style: { height: "14px" } }), results);
} else {
  fill(content, el("section", {}, el("p", {}, "You have view-only access: to upload, ask an administrator for an editor's role.")));
}
