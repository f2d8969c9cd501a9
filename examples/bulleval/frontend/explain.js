/* What a run shows, in words made from what was observed, and whether it is what must be. */

export function explain(probe, { seen, arrived }) {
  const outcome = outcomeOf(seen);
  if (arrived === null) {
    return { outcome, preflight: false, ok: false, why: "The API's log could not be read: is the API running, and does it allow this page?" };
  }
  const preflight = arrived.some(isPreflight);
  const facts = probe.also?.({ seen, arrived }) ?? [];
  const expected = outcome === probe.seen && preflight === probe.preflight;
  const ok = expected && facts.every(([holds]) => holds);
  const why = [
    ...(seen.error ? withheld(seen, arrived) : readable(probe, arrived)),
    ...facts.map(([holds, text, otherwise]) => (holds ? text : otherwise)),
  ];
  if (!expected) why.push(`Expected: ${probe.seen}, ${probe.preflight ? "after" : "without"} a preflight.`);
  return { outcome, preflight, ok, why: why.join(" ") };
}

export const isPreflight = ({ method, request_method }) => method === "OPTIONS" && request_method !== null;

function outcomeOf(seen) {
  if (seen.silent) return "no-answer";
  return seen.error ? "blocked" : String(seen.status);
}

/* "The preflight asked for PUT with content-type and got 204", in the preflight's own words. */
function asked({ request_method, request_headers, status }) {
  const wish = request_headers ? `${request_method} with ${request_headers}` : request_method;
  return `The preflight asked for ${wish} and got ${status}`;
}

function readable(probe, arrived) {
  const [preflight] = arrived.filter(isPreflight);
  const answer = arrived.findLast((request) => !isPreflight(request));
  if (!answer) return ["The script saw an answer, but the API noted no request."];
  const { status, origin, allow_origin } = answer;
  const allowed = { "*": "every origin", [origin]: "this origin" }[allow_origin];
  const none = probe.preflight ? "No preflight went out." : "No preflight went out: a plain GET needs none.";
  const first = preflight ? `${asked(preflight)}. The ${status} that followed` : `${none} The ${status}`;
  if (allowed) return [`${first} allows ${allowed}, so the script may read it.`];
  return [`${first} allows ${allow_origin ?? "no origin"}, and yet the script could read it.`];
}

function withheld(seen, arrived) {
  if (seen.silent) return [seen.error];
  const preflights = arrived.filter(isPreflight);
  const answer = arrived.findLast((request) => !isPreflight(request));
  if (answer) {
    const allowed = answer.allow_origin ?? "no origin";
    return [
      `The request reached the API and got ${answer.status}, but that answer allows ${allowed}, so the browser keeps it from the script.`,
    ];
  }
  if (preflights.length > 0) {
    const [preflight] = preflights;
    return [`${asked(preflight)}, which does not allow it: the ${preflight.request_method} itself was never sent.`];
  }
  return ["Nothing reached the API."];
}
