/* A form whose errors come from the API: each at its field, or below all of them. */
export function showProblem(form, problem) {
  clearProblem(form);
  const strange = [];
  for (const [name, detail] of problem.fields ?? []) {
    const field = form.elements[name];
    const place = field && document.getElementById(`${field.id}-error`);
    if (!place) {
      strange.push(detail);
      continue;
    }
    place.textContent = detail;
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", place.id);
  }
  const invalid = form.querySelector("[aria-invalid]");
  const summary = invalid ? strange.join(" ") : problem.message;
  form.querySelector(".form-error").textContent = summary;
  invalid?.focus();
}

export function clearProblem(form) {
  for (const place of form.querySelectorAll(".field-error, .form-error")) place.textContent = "";
  for (const field of form.querySelectorAll("[aria-invalid]")) {
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-describedby");
  }
}

/* Run `action` on submit, once at a time; a problem is shown in the form. */
export function onSubmit(form, action) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("[type=submit]");
    if (button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-disabled", "true");
    clearProblem(form);
    try {
      await action(form.elements);
    } catch (problem) {
      showProblem(form, problem);
    } finally {
      button.removeAttribute("aria-disabled");
    }
  });
}
