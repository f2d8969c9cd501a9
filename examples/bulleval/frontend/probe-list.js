/* The probes: what each one asks, from where, and what must come of it.

   from       "page", "stranger" (a frame of the third origin) or "sandbox" (a frame without one)
   preflight  whether one must go out
   seen       what the script must see: a status, or "blocked"
   also       facts of this probe alone, each [does it hold, what to say, what to say otherwise] */

const json = { "Content-Type": "application/json" };
const lastOf = (arrived) => arrived.at(-1) ?? {};
const bodyOf = (seen) => {
  try {
    return JSON.parse(seen.body);
  } catch {
    return {};
  }
};
const message = ({ seen }) => [
  [bodyOf(seen).detail?.length > 0, "Its message is there to be shown.", "It has no message."],
];

export const groups = [
  {
    title: "What the page may do",
    probes: [
      {
        name: "read",
        title: "Read",
        path: "/probes/echo",
        preflight: false,
        seen: "200",
      },
      {
        name: "write",
        title: "Write JSON",
        path: "/probes/echo",
        method: "PUT",
        headers: json,
        body: '{"value": 18}',
        preflight: true,
        seen: "200",
        also: ({ seen }) => [
          [bodyOf(seen).body === '{"value": 18}', "The body arrived whole.", "The body did not arrive."],
        ],
      },
      {
        name: "custom-header",
        title: "Header of one's own",
        path: "/probes/echo",
        headers: { "X-Lesson": "algebra" },
        preflight: true,
        seen: "200",
        also: ({ seen }) => [
          [bodyOf(seen).lesson === "algebra", "The header arrived.", "The header did not arrive."],
        ],
      },
      {
        name: "redirect",
        title: "Redirect inside the API",
        path: "/probes/folder",
        preflight: false,
        seen: "200",
        also: ({ seen, arrived }) => [
          [
            seen.redirected && arrived[0]?.status === 308 && Boolean(arrived[0].allow_origin),
            "The redirect allowed it too, or the browser would have stopped there.",
            "It was no redirect that allows the origin.",
          ],
        ],
      },
      {
        name: "headers",
        title: "Exposed and hidden header",
        path: "/probes/headers",
        preflight: false,
        seen: "200",
        also: ({ seen, arrived }) => [
          [
            ["x-shown", "x-hidden"].every((name) => lastOf(arrived).sent_headers?.includes(name)),
            "The API sent both X-Shown and X-Hidden.",
            "The API did not send both headers.",
          ],
          [
            "x-shown" in (seen.headers ?? {}),
            "X-Shown is exposed: the script reads it.",
            "The script cannot read X-Shown.",
          ],
          [
            !("x-hidden" in (seen.headers ?? {})),
            "X-Hidden is not: for the script it does not exist.",
            "The script reads X-Hidden, which should be hidden.",
          ],
        ],
      },
      {
        name: "lowercase-patch",
        title: "Method in lower case",
        path: "/probes/echo",
        method: "patch",
        headers: json,
        body: "{}",
        preflight: true,
        seen: "blocked",
        also: ({ arrived }) => [
          [
            arrived[0]?.request_method === "patch",
            "Browsers write get or put in capitals, but not patch, and the API allows PATCH.",
            "The preflight did not ask for patch in lower case.",
          ],
        ],
      },
    ],
  },
  {
    title: "Errors that the page can read",
    probes: [
      {
        name: "unknown-read",
        title: "Unknown URL",
        path: "/no/such/page",
        preflight: false,
        seen: "404",
        also: message,
      },
      {
        name: "unknown-write",
        title: "Unknown URL, with a preflight",
        path: "/no/such/page",
        method: "DELETE",
        preflight: true,
        seen: "404",
        also: message,
      },
      {
        name: "unauthorized",
        title: "Not signed in",
        path: "/pupils",
        credentials: "omit",
        preflight: false,
        seen: "401",
        also: message,
      },
      {
        name: "forbidden",
        title: "Forbidden",
        path: "/probes/forbidden",
        preflight: false,
        seen: "403",
        also: message,
      },
      {
        name: "failure",
        title: "Failure of the server",
        path: "/probes/failure",
        preflight: false,
        seen: "500",
        also: message,
      },
    ],
  },
  {
    title: "Credentials",
    probes: [
      {
        name: "credentials-include",
        title: "With cookies",
        path: "/probes/cookie",
        credentials: "include",
        preflight: false,
        seen: "200",
        also: ({ seen, arrived }) => [
          [
            lastOf(arrived).cookie && bodyOf(seen).cookie_arrived === true,
            "The API's cookie went along.",
            "The API's cookie did not go along.",
          ],
        ],
      },
      {
        name: "credentials-omit",
        title: "Without cookies",
        path: "/probes/cookie",
        credentials: "omit",
        preflight: false,
        seen: "200",
        also: ({ seen, arrived }) => [
          [
            lastOf(arrived).cookie === false && bodyOf(seen).cookie_arrived === false,
            "No cookie went along, though the browser has one for the API.",
            "A cookie went along.",
          ],
        ],
      },
    ],
  },
  {
    title: "Other origins",
    probes: [
      {
        name: "stranger-read",
        title: "A stranger reads",
        from: "stranger",
        path: "/probes/echo",
        preflight: false,
        seen: "blocked",
      },
      {
        name: "stranger-write",
        title: "A stranger writes",
        from: "stranger",
        path: "/probes/echo",
        method: "PUT",
        headers: json,
        body: '{"value": 0}',
        preflight: true,
        seen: "blocked",
        also: ({ arrived }) => [
          [
            arrived.every((request) => request.method === "OPTIONS"),
            "No mark was touched.",
            "The request was sent all the same.",
          ],
        ],
      },
      {
        name: "stranger-open",
        title: "A stranger reads what is open",
        from: "stranger",
        path: "/",
        preflight: false,
        seen: "200",
        also: ({ arrived }) => [
          [
            lastOf(arrived).allow_origin === "*",
            "This view alone has the policy “every origin, without credentials”.",
            "The answer is not open to every origin.",
          ],
        ],
      },
      {
        name: "sandbox",
        title: "A sandboxed frame",
        from: "sandbox",
        path: "/probes/echo",
        preflight: false,
        seen: "blocked",
        also: ({ arrived }) => [
          [
            lastOf(arrived).origin === "null",
            "It came from the origin null, as any site could have its frames send it.",
            "The request did not say that its origin is null.",
          ],
        ],
      },
    ],
  },
];
