/* For whoever opens the stranger's page: try it, with the visitor's cookies. */
const { api } = document.getElementById("main").dataset;
const outcome = document.getElementById("outcome");

document.getElementById("try").addEventListener("click", async () => {
  const { error, status } = await attempt(`${api}/marks`, { credentials: "include" });
  outcome.textContent = error
    ? `${error}: the browser kept the answer from this page.`
    : `${status}: this page could read the answer!`;
});
