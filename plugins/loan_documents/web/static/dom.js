// Helpers that create elements and format values.

export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value == null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else if (name === "style") Object.assign(element.style, value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child != null && child !== false));
  return element;
}

export function fill(target, ...children) {
  target.replaceChildren(...children.flat(Infinity).filter((child) => child != null && child !== false));
  target.removeAttribute("aria-busy");
  return target;
}

export const content = document.getElementById("content");

export function say(text, kind = "note") {
  const box = document.getElementById("messages");
  const line = el("p", { class: `message ${kind}` }, text);
  box.append(line);
  setTimeout(() => line.remove(), kind === "bad" ? 12000 : 5000);
}

export function showProblem(target, error) {
  fill(target, el("section", { class: "problem", role: "alert" },
    el("h2", {}, "This cannot be shown"), el("p", {}, error.message),
    error.code ? el("p", { class: "dim" }, `Code: ${error.code}`) : null));
}

const whole = new Intl.NumberFormat("en-US");
const dollars = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD", maximumFractionDigits: 0 });
export const number = (value) => whole.format(value);
export const money = (value) => dollars.format(Number(value));
export const percent = (value, places = 0) =>
  value == null ? "–" : `${(Math.floor(value * 100 * 10 ** places + 1e-9) / 10 ** places).toFixed(places)}%`;

// Rounded down, so that a value below a limit is not shown as equal to it.
export const confidence = (value) => (Math.floor(value * 1000) / 1000).toFixed(3);
export const words = (name) => {
  const text = name.replaceAll("_", " ").replace("1098e", "1098-E").replace("ssn last4", "SSN, last four").replace(/\bapr\b/, "APR");
  return text.charAt(0).toUpperCase() + text.slice(1);
};
// "interest_rate: confidence 0.6 is below 0.9" with the field's name in plain words.
const EXPECTATION = /^expectation (\w+) failed$/;
export const reasonWords = (reason) => (EXPECTATION.test(reason) ? `Expectation not met: ${words(reason.match(EXPECTATION)[1]).toLowerCase()}`
  : /^[a-z0-9_]+:/.test(reason) ? `${words(reason.split(":")[0])}:${reason.slice(reason.indexOf(":") + 1)}` : reason);
export function time(iso) {
  if (!iso) return "–";
  const at = new Date(iso);
  return el("time", { datetime: iso, title: iso },
    at.toLocaleString("en-US", { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "UTC" }));
}
export const seconds = (value) => (value >= 100 ? `${Math.round(value)} s` : `${value.toFixed(value < 10 ? 2 : 1)} s`);

const STATUS_WORDS = { accepted: "Accepted", review: "In review", quarantined: "Quarantined", received: "Received",
  auto_accepted: "Accepted automatically", reviewer_accepted: "Accepted by a reviewer", rejected: "Rejected",
  running: "Running", success: "Succeeded", failed: "Failed" };
export const statusWords = (status) => STATUS_WORDS[status] ?? words(status);
export const status = (name) => el("span", { class: `status s-${name}` }, statusWords(name));

export function table(caption, columns, rows, empty = "Nothing here.") {
  if (!rows.length) return el("p", { class: "empty" }, empty);
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption }, el("table", {},
    el("caption", { class: "hidden" }, caption),
    el("thead", {}, el("tr", {}, columns.map((column) => el("th", { scope: "col", class: column.num ? "num" : null }, column.title)))),
    el("tbody", {}, rows.map((row) => el("tr", { class: row.marked ? "marked" : null },
      columns.map((column) => el("td", { class: [column.num ? "num" : "", column.class ?? ""].join(" ").trim() || null }, column.cell(row))))))));
}

// Airflow's own pages open in the top window: a frame may not load them.
// Airflow's own id of a run. The results database names a run by its DAG and that id; older runs by the id alone.
export function airflowRunId(run) {
  const prefix = `${run.dag_id}:`;
  return run.run_id.startsWith(prefix) ? run.run_id.slice(prefix.length) : run.run_id;
}

// The path of a run's page: below Airflow's "/dags/", or with "runs" below the plugin's own root.
export function runPath(run, between = "/runs") {
  return `${encodeURIComponent(run.dag_id)}${between}/${encodeURIComponent(airflowRunId(run))}`;
}

export function airflowLink(path, text) {
  const root = document.body.dataset.base.replace(/\/loans$/, "");
  const link = el("a", { href: `${root}${path}` }, text);
  link.addEventListener("click", (event) => {
    if (parent === window) return;
    event.preventDefault();
    const outer = parent.document.createElement("a");
    outer.href = link.href;
    parent.document.body.append(outer);
    outer.click();
    outer.remove();
  });
  return link;
}

export function moreButton(load) {
  const button = el("button", { type: "button", class: "more" }, "Show more");
  button.addEventListener("click", async () => {
    button.disabled = true;
    try { await load(); } catch (error) { say(error.message, "bad"); }
    button.disabled = false;
  });
  return button;
}
