// A small form of one field that a button opens, and closes again.
import { make, sends } from "./dom.js";

/**
 * `word` is on the button that opens and, with “meeting”, on the one that saves. `begin()` gives what stands in the
 * field at first, `save(value)` resolves to whether it was done. `opened()` is told before it opens; `instead` gets the
 * focus where the button that opens is gone.
 */
export function editor({ id, word, label, field, begin, save, opened, instead }) {
  const input = make("input", { ...field, id, required: true });
  const saving = make("button", { className: "main", textContent: `${word} meeting` });
  const leaving = make("button", { type: "button", textContent: "Leave as it is" });
  const opener = make("button", { type: "button", textContent: word, "aria-expanded": "false" });
  const form = make(
    "form",
    { className: "edit", hidden: true },
    make("label", { htmlFor: id, textContent: label }),
    input,
    make("div", { className: "actions" }, saving, leaving),
  );

  function close() {
    if (form.contains(document.activeElement)) (opener.checkVisibility() ? opener : instead).focus();
    form.hidden = true;
    opener.setAttribute("aria-expanded", "false");
  }

  opener.addEventListener("click", () => {
    if (!form.hidden) return close();
    opened();
    input.value = begin();
    form.hidden = false;
    opener.setAttribute("aria-expanded", "true");
    input.focus();
  });
  leaving.addEventListener("click", close);
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  sends(form, saving, async () => {
    if (await save(input.value)) close();
  });
  return { opener, form, close };
}
