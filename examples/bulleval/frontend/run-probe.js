/* Run one probe: make its request where it belongs, then ask the API what arrived. */
import { api, stranger } from "./config.js";
import { element } from "./dom.js";

const PATIENCE = 8000; // milliseconds for a frame to load, or to answer

/* The whole truth about one run: what the script saw, and what reached the API. */
export async function observe(probe) {
  const id = probeId();
  const url = new URL(probe.path, api);
  url.searchParams.set("probe", id);
  const options = {
    method: probe.method ?? "GET",
    headers: probe.headers ?? {},
    body: probe.body,
    credentials: probe.credentials ?? "same-origin",
  };
  const { origin, seen } = await places[probe.from ?? "page"].run(url.href, options);
  const log = await attempt(`${api}/probes/log?probe=${id}`);
  const arrived = log.status === 200 ? JSON.parse(log.body).requests : null;
  return { origin, seen, arrived };
}

/* The API sets a cookie, so that there is one to send or to leave out. */
export function takeCookie() {
  return attempt(`${api}/probes/cookie`, { credentials: "include" });
}

/* Where a request can come from: the origin that must then be seen, and how to make it there. */
export const places = {
  page: {
    label: "the page",
    origin: self.origin,
    run: async (url, options) => ({ origin: self.origin, seen: await attempt(url, options) }),
  },
  stranger: {
    label: "the stranger, in a frame",
    origin: stranger,
    run(url, options) {
      const frame = element("iframe", { src: stranger, title: "A stranger's page", tabindex: "-1" });
      return inFrame(frame, stranger, url, options);
    },
  },
  sandbox: {
    label: "a sandboxed frame",
    origin: "null",
    run(url, options) {
      const frame = element("iframe", { sandbox: "allow-scripts", title: "A sandboxed page", tabindex: "-1" });
      frame.srcdoc = `<!doctype html><script src="/attempt.js"></script>
        <script src="/frame.js" data-page="${location.origin}"></script>`;
      return inFrame(frame, "null", url, options);
    },
  },
};

/* Hand the request to a frame once it is ready; believe only that frame, and only from its origin. */
async function inFrame(frame, origin, url, options) {
  const next = () =>
    new Promise((resolve) => {
      const done = (data) => {
        clearTimeout(timer);
        removeEventListener("message", listen);
        resolve(data);
      };
      const listen = (event) => {
        if (event.source === frame.contentWindow && event.origin === origin) done(event.data);
      };
      const timer = setTimeout(() => done({ seen: { error: "The frame did not answer.", silent: true } }), PATIENCE);
      addEventListener("message", listen);
    });
  const ready = next();
  document.getElementById("frames").append(frame);
  let answer = await ready;
  if (answer.ready) {
    const report = next();
    // An origin that is null has no name to address: "*" there. The request is no secret.
    frame.contentWindow.postMessage({ url, options }, origin === "null" ? "*" : origin);
    answer = await report;
  }
  frame.remove();
  return { origin: answer.origin ?? origin, seen: answer.seen };
}

/* crypto.randomUUID would need https in browsers that do not trust every *.localhost name. */
function probeId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
