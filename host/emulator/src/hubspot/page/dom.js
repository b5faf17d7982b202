// DOM helpers. They insert text as text, never as HTML, and change only what differs.

export const byId = (id) => document.getElementById(id);

/** Creates an element. `role` and properties with a hyphen in their name become attributes. */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-") || name === "role") element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children);
  return element;
}

/** Sets an element's text if it differs, which preserves a selection and the position of a screen reader. */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Sets an element's text to an address that may wrap after each slash. */
export function writeAddress(element, text) {
  if (element.textContent === text) return;
  const parts = text.split(/(?<=\/)/);
  element.replaceChildren(...parts.flatMap((part) => [part, document.createElement("wbr")]));
}

/** Shows an outcome in a live region; `kind` is good, bad or wait. */
export function tell(element, kind, text) {
  element.dataset.kind = kind;
  write(element, text);
}

/** Runs the action of a control, which ignores input until it ends. Disabling the control would lose the focus. */
export async function busy(control, work) {
  if (control.getAttribute("aria-disabled") === "true") return;
  control.setAttribute("aria-disabled", "true");
  try {
    await work();
  } finally {
    control.removeAttribute("aria-disabled");
  }
}

/** Runs an action when a form is submitted, in place of the browser's submission. Its button is busy until it ends. */
export function sends(form, button, work) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    busy(button, work);
  });
}

/** Makes a button copy a text to the clipboard. */
export function copies(button, text) {
  button.addEventListener("click", async () => {
    let said = "Copied";
    try {
      await navigator.clipboard.writeText(text());
    } catch {
      said = "Copying failed";
    }
    write(button, said);
    setTimeout(() => write(button, "Copy"), 1500);
  });
  return button;
}
