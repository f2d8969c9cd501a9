"use strict";

/* In a frame of the probes page: make the request that the page asks for, and report to it. */
const page = document.currentScript.dataset.page;

addEventListener("message", async (event) => {
  if (event.source !== parent || event.origin !== page) return;
  const { url, options } = event.data;
  const seen = await attempt(url, options);
  parent.postMessage({ origin: self.origin, seen }, page);
});

if (parent !== self) parent.postMessage({ ready: true }, page);
