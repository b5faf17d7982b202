// A form with one field that a button opens and closes.
import { make, sends } from "./dom.js";

/**
 * `word` labels the button that opens the form and, followed by “meeting”, the one that saves. `begin()` returns the
 * initial value of the field, and `save(value)` resolves to whether saving succeeded. `opened()` is called before the
 * form opens. `instead` gets the focus if the opening button is hidden.
 */
export function editor({ id, word, label, field, begin, save, opened, instead }) {
  const input = make("input", { ...field, id, required: true });
  const saving = make("button", { className: "main", textContent: `${word} meeting` });
  const leaving = make("button", { type: "button", textContent: "Discard" });
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
