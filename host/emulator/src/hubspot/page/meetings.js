// The meetings: each with its link, and what can be done with it.
import { send } from "./api.js";
import { busy, byId, make, tell, write } from "./dom.js";
import { Shelf } from "./shelf.js";
import { instant, local, range } from "./times.js";

const WORDS = { booked: "Booked", canceled: "Cancelled", failed: "Failed" };
const KINDS = { booked: "good", canceled: "wait", failed: "bad" };
let shelf;

/** Makes the list work; `changed` is told when something was done. */
export function begin(changed) {
  shelf = new Shelf({
    list: byId("meetings"),
    more: byId("more-meetings"),
    empty: byId("no-meetings"),
    step: 5,
    key: (meeting) => meeting.id,
    view: (meeting) => new View(meeting, changed),
  });
}

/** Brings the list up to date. */
export function show(state) {
  shelf.show([...state.meetings].sort((one, other) => Number(other.id) - Number(one.id)));
}

class View {
  constructor(meeting, changed) {
    this.meeting = meeting;
    this.changed = changed;
    const id = `meeting-${meeting.id}`;
    this.title = make("h3", { id, tabIndex: -1 });
    this.status = make("span", { className: "pill" });
    this.when = make("p", { className: "when" });
    this.link = make("a", { target: "_blank", rel: "noopener noreferrer" });
    this.details = make("p", { className: "details" });
    this.ids = make("p", { className: "quiet small" });
    this.problem = make("p", { className: "problem" });
    this.outcome = make("output", { className: "outcome" });
    this.move = this.editor("Move", { type: "datetime-local", required: true }, "New start");
    this.rename = this.editor("Rename", { required: true, maxLength: 1000, autocomplete: "off" }, "New topic");
    this.cancel = make("button", { type: "button", className: "danger", textContent: "Cancel meeting" });
    this.cancel.addEventListener("click", () => busy(this.cancel, () => this.cancelMeeting()));
    this.actions = make("div", { className: "actions" }, this.move.opener, this.rename.opener, this.cancel);
    this.element = make(
      "li",
      { className: "meeting", "data-meeting": meeting.id },
      make(
        "article",
        { "aria-labelledby": id },
        make("div", { className: "heading" }, this.title, this.status),
        this.when,
        this.link,
        this.details,
        this.ids,
        this.problem,
        this.actions,
        this.move.form,
        this.rename.form,
        this.outcome,
      ),
    );
    this.move.begin = (input) => (input.value = local(this.meeting.startTime));
    this.move.change = (input) => {
      const startTime = instant(input.value);
      return { startTime, endTime: startTime + this.meeting.endTime - this.meeting.startTime };
    };
    this.rename.begin = (input) => (input.value = this.meeting.topic);
    this.rename.change = (input) => ({ topic: input.value });
  }

  update(meeting) {
    this.meeting = meeting;
    this.element.dataset.status = meeting.status;
    write(this.title, meeting.topic);
    tell(this.status, KINDS[meeting.status] ?? "wait", WORDS[meeting.status] ?? meeting.status);
    write(this.when, range(meeting.startTime, meeting.endTime));
    const url = meeting.conferenceUrl ?? "";
    write(this.link, url);
    this.link.hidden = url === "";
    // What is no web address is shown, but leads nowhere.
    if (!/^https?:\/\//i.test(url)) this.link.removeAttribute("href");
    else if (this.link.getAttribute("href") !== url) this.link.href = url;
    part(this.details, meeting.conferenceDetails);
    const conference = meeting.conferenceId === null ? "" : ` · conference ${meeting.conferenceId}`;
    write(this.ids, `${meeting.userEmail} · account ${meeting.accountId} · meeting ${meeting.id}${conference}`);
    part(this.problem, meeting.problem);
    const over = meeting.status !== "booked";
    if (over && this.actions.contains(document.activeElement)) this.title.focus();
    this.actions.hidden = over;
    if (over) for (const editor of [this.move, this.rename]) editor.close();
  }

  /** A button that opens a form of one field. */
  editor(word, properties, label) {
    const input = make("input", { ...properties, id: `${word}-${this.meeting.id}` });
    const save = make("button", { className: "main", textContent: `${word} meeting` });
    const leave = make("button", { type: "button", textContent: "Leave as it is" });
    const form = make(
      "form",
      { className: "edit", hidden: true },
      make("label", { htmlFor: input.id, textContent: label }),
      input,
      make("div", { className: "actions" }, save, leave),
    );
    const opener = make("button", { type: "button", textContent: word, "aria-expanded": "false" });
    const editor = { form, opener };
    editor.close = () => {
      if (form.contains(document.activeElement)) (this.actions.hidden ? this.title : opener).focus();
      form.hidden = true;
      opener.setAttribute("aria-expanded", "false");
    };
    opener.addEventListener("click", () => {
      const open = form.hidden;
      for (const other of [this.move, this.rename]) other.close();
      if (!open) return;
      editor.begin(input);
      form.hidden = false;
      opener.setAttribute("aria-expanded", "true");
      input.focus();
    });
    leave.addEventListener("click", editor.close);
    form.addEventListener("keydown", (event) => {
      if (event.key === "Escape") editor.close();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      busy(save, async () => {
        const done = await this.ask("PATCH", editor.change(input), word === "Move" ? "Moved." : "Renamed.");
        if (done) editor.close();
      });
    });
    return editor;
  }

  cancelMeeting() {
    return this.ask("DELETE", undefined, "Cancelled.");
  }

  /** Whether it was done. */
  async ask(method, body, done) {
    tell(this.outcome, "wait", "Asking …");
    let refused;
    try {
      await send(method, `/emulator/meetings/${encodeURIComponent(this.meeting.id)}`, body);
    } catch (refusal) {
      refused = refusal.message;
    }
    await this.changed();
    // A refusal that the meeting keeps stands there already.
    if (refused !== undefined && refused === this.meeting.problem) tell(this.outcome, "bad", "Not done: see above.");
    else if (refused !== undefined) tell(this.outcome, "bad", `Not done: ${refused}`);
    else tell(this.outcome, "good", done);
    return refused === undefined;
  }
}

/** A part that is there only where it says something. */
function part(element, text) {
  write(element, text ?? "");
  element.hidden = !text;
}
