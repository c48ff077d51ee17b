// Requests to the API, and its errors.

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

// The document types of a filter. On an error it offers none: the page's next request shows the error.
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
