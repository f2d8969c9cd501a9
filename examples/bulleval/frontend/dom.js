/* Elements from names, attributes and children. Text always goes in as text, never as markup. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/* A cell of a table that turns into cards on a narrow screen, where the label is its heading. */
export function cell(label, ...children) {
  return element("td", { role: "cell", "data-label": label }, ...children);
}

export const byId = (id) => document.getElementById(id);
