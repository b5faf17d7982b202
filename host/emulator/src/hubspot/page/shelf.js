// A list that shows its newest entries. An update keeps the element of each remaining entry, which preserves focus,
// selection and open details.

export class Shelf {
  #views = new Map();
  #entries = [];
  #limit;

  /**
   * Shows `step` entries, and as many more on each click. `view(entry)` creates `{ element, update(entry) }`, and
   * `key(entry)` identifies entries.
   */
  constructor({ list, more, empty, step, key, view }) {
    Object.assign(this, { list, more, empty, key, view });
    this.#limit = step;
    more.addEventListener("click", () => {
      const first = this.#limit;
      this.#limit += step;
      this.show(this.#entries);
      // The button may be hidden now, so focus the first entry that it revealed.
      list.children[first]?.querySelector("summary, h3")?.focus();
    });
  }

  /** Shows these entries, newest first. */
  show(entries) {
    this.#entries = entries;
    const shown = entries.slice(0, this.#limit);
    this.more.hidden = entries.length <= this.#limit;
    this.empty.hidden = entries.length > 0;
    const keys = new Set(shown.map(this.key));
    for (const [key, view] of this.#views) {
      if (keys.has(key)) continue;
      view.element.remove();
      this.#views.delete(key);
    }
    let next = this.list.firstElementChild;
    for (const entry of shown) {
      const key = this.key(entry);
      if (!this.#views.has(key)) this.#views.set(key, this.view(entry));
      const view = this.#views.get(key);
      view.update(entry);
      if (view.element === next) next = next.nextElementSibling;
      else this.list.insertBefore(view.element, next);
    }
  }
}
