"use strict";

/* One fetch, and all that the browser lets a script see of it, as plain data. A script of its own
   (no module), for a sandboxed frame has no origin that could load a module from here. */
async function attempt(url, options) {
  try {
    const response = await fetch(url, options);
    return {
      status: response.status,
      redirected: response.redirected,
      headers: Object.fromEntries(response.headers),
      body: await response.text(),
    };
  } catch (error) {
    return { error: String(error) }; // a bare TypeError, whatever the reason: browsers tell no more
  }
}
