// Small helpers: all text goes in as text, and nothing is touched that has not changed.

export const byId = (id) => document.getElementById(id);

/** An element; a property whose name has a hyphen, or `role`, becomes an attribute. */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-") || name === "role") element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children);
  return element;
}

/** Sets an element's text, where it is another: a selection in it and the place of a reader are kept. */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Sets an element's text to an address, which may go on in a new line after each slash. */
export function writeAddress(element, text) {
  if (element.textContent === text) return;
  const parts = text.split(/(?<=\/)/);
  element.replaceChildren(...parts.flatMap((part) => [part, document.createElement("wbr")]));
}

/** Tells an outcome in an element that is announced; `kind` is good, bad or wait. */
export function tell(element, kind, text) {
  element.dataset.kind = kind;
  write(element, text);
}

/**
 * Lets a control do its work, and nothing a second time meanwhile. It is not disabled: that would take the focus away.
 */
export async function busy(control, work) {
  if (control.getAttribute("aria-disabled") === "true") return;
  control.setAttribute("aria-disabled", "true");
  try {
    await work();
  } finally {
    control.removeAttribute("aria-disabled");
  }
}

/** Has a form do its work in place of being sent by the browser, its button busy meanwhile. */
export function sends(form, button, work) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    busy(button, work);
  });
}

/** A button that puts a text on the clipboard. */
export function copies(button, text) {
  button.addEventListener("click", async () => {
    let said = "Copied";
    try {
      await navigator.clipboard.writeText(text());
    } catch {
      said = "Copying is not allowed here";
    }
    write(button, said);
    setTimeout(() => write(button, "Copy"), 1500);
  });
  return button;
}
