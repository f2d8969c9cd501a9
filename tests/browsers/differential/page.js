"use strict";

// Runs cases in this page, or in a sandboxed frame, which has an opaque origin.

const AT_ONCE = 6;
const PATIENCE = 8000; // milliseconds for one request

const BODIES = {
  none: () => undefined,
  text: () => "text",
  urlencoded: () => new URLSearchParams({ a: "1" }),
  form: () => {
    const form = new FormData();
    form.append("a", "1");
    return form;
  },
  bytes: () => new Uint8Array([1, 2, 3]),
  json: () => new Blob(['{"a": 1}'], { type: "application/json" }),
  blob: () => new Blob(["a"]),
};

const blocked = (error, outcome = "blocked") => ({
  outcome, type: "error", status: 0, redirected: false, url: "", headers: [], body: "",
  error: String(error),
});

const sorted = (pairs) => pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));

async function byFetch(request) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), PATIENCE);
  try {
    const response = await fetch(request.url, {
      method: request.method,
      mode: request.mode,
      credentials: request.credentials,
      redirect: request.redirect,
      cache: request.cache,
      referrerPolicy: request.referrer_policy,
      headers: request.headers,
      body: BODIES[request.body](),
      signal: controller.signal,
    });
    const { type, status, redirected, url } = response;
    const body = await response.text().catch(() => null);
    const headers = sorted([...response.headers]);
    return { outcome: "allowed", type, status, redirected, url, headers, body, error: "" };
  } catch (error) {
    return blocked(error, controller.signal.aborted ? "unfinished" : "blocked");
  } finally {
    clearTimeout(timer);
  }
}

function byXhr(request) {
  return new Promise((resolve) => {
    try {
      const xhr = new XMLHttpRequest();
      xhr.open(request.method, request.url);
      xhr.withCredentials = request.credentials === "include";
      xhr.timeout = PATIENCE;
      for (const [name, value] of request.headers) xhr.setRequestHeader(name, value);
      xhr.upload.addEventListener("progress", () => {});
      xhr.addEventListener("error", () => resolve(blocked("error event")));
      xhr.addEventListener("timeout", () => resolve(blocked("timeout", "unfinished")));
      xhr.addEventListener("load", () => {
        const headers = [];
        for (const line of xhr.getAllResponseHeaders().split("\r\n").filter(Boolean)) {
          const colon = line.indexOf(":");
          headers.push([line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]);
        }
        resolve({
          outcome: "allowed", type: null, status: xhr.status, redirected: null,
          url: xhr.responseURL, headers: sorted(headers), body: xhr.responseText, error: "",
        });
      });
      xhr.send(BODIES[request.body]());
    } catch (error) {
      resolve(blocked(error));
    }
  });
}

async function runCase(testCase) {
  const seen = [];
  for (const request of testCase.rounds) {
    if (seen.length) {
      const options = { mode: "no-cors", cache: "no-store", credentials: "omit" };
      await fetch(testCase.next_round, options);
    }
    request.url = testCase.url;
    seen.push(await (request.upload_listener ? byXhr(request) : byFetch(request)));
  }
  return seen;
}

async function runHere(cases) {
  const results = {};
  const waiting = [...cases];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      results[next.id] = await runCase(next);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return results;
}

// For the driver.

globalThis.run = (cases, sandboxed) => (sandboxed ? runInFrame(cases) : runHere(cases));

function runInFrame(cases) {
  return new Promise((resolve) => {
    const frame = document.createElement("iframe");
    frame.sandbox = "allow-scripts";
    frame.src = "/frame";
    addEventListener("message", ({ source, data }) => {
      if (source !== frame.contentWindow) return;
      if (data === "ready") source.postMessage(cases, "*");
      else resolve(data);
    });
    document.documentElement.append(frame);
  });
}

if (parent !== globalThis) {
  addEventListener("message", async ({ data }) => {
    parent.postMessage(await runHere(data), "*");
  });
  parent.postMessage("ready", "*");
}
