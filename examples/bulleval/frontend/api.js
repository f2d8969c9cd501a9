/* Calls to the API on the other origin, with the session's cookie. */
import { api } from "./config.js";

/* What the API answered instead of success: an RFC 9457 problem. */
export class Problem extends Error {
  constructor(status, { title, detail, errors = [] }) {
    super(detail ?? title ?? `The API answered ${status}.`);
    this.status = status;
    this.fields = errors.map(({ pointer, detail }) => [pointer.replace("#/", ""), detail]);
  }
}

export async function call(method, path, body) {
  const options = { method, credentials: "include" };
  if (body !== undefined) {
    options.headers = { "Content-Type": "application/json" };
    options.body = JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(new URL(path, api), options);
  } catch {
    throw new Problem(0, { detail: `The API on ${api} cannot be reached, or does not allow this page.` });
  }
  const data = response.status === 204 ? null : await response.json().catch(() => ({}));
  if (!response.ok) throw new Problem(response.status, data);
  return { data, headers: response.headers };
}
