// Talking to the API, and saying what went wrong.

export const base = document.body.dataset.base;
export const user = document.body.dataset.user;
export const canEdit = document.body.dataset.canEdit === "yes";

export class Problem extends Error {
  constructor(status, body) {
    super(body?.detail || `The server answered ${status}.`);
    this.status = status;
    this.code = body?.code ?? null;
  }
}

async function answerOf(response) {
  if (response.status === 401) {
    location.href = `${base.replace(/\/loans$/, "")}/auth/login?next=${encodeURIComponent(location.href)}`;
  }
  const body = await response.json().catch(() => null);
  if (!response.ok) throw new Problem(response.status, body);
  return body;
}

export function address(path, parameters = {}) {
  const query = new URLSearchParams(Object.entries(parameters).filter(([, value]) => value !== "" && value != null));
  const text = query.toString();
  return `${base}/api/v1/${path}${text ? `?${text}` : ""}`;
}

export const get = async (path, parameters) => answerOf(await fetch(address(path, parameters)));

// The types that a filter offers. Without an answer it offers none: what a page loads next says what is wrong.
export const documentTypes = () => get("document-types").catch(() => []);

export async function send(method, path, body, parameters) {
  const options = { method };
  if (body !== undefined) {
    options.headers = { "Content-Type": "application/json" };
    options.body = JSON.stringify(body);
  }
  return answerOf(await fetch(address(path, parameters), options));
}

export const sendForm = async (path, form) => answerOf(await fetch(address(path), { method: "POST", body: form }));
