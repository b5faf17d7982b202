// The meetings, each with its link and actions.
import { send } from "./api.js";
import { busy, byId, make, tell, write } from "./dom.js";
import { editor } from "./editor.js";
import { Shelf } from "./shelf.js";
import { instant, local, range } from "./times.js";

const WORDS = { booked: "Booked", canceled: "Canceled", failed: "Failed" };
const KINDS = { booked: "good", canceled: "wait", failed: "bad" };
let shelf;

/** Sets up the list; calls `changed` after each action. */
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

/** Updates the list. */
export function show(state) {
  shelf.show(state.meetings.toReversed());
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
    const shared = { opened: () => this.closeEditors(), instead: this.title };
    this.move = editor({
      ...shared,
      id: `${id}-start`,
      word: "Move",
      label: "New start",
      field: { type: "datetime-local" },
      begin: () => local(this.meeting.startTime),
      save: (value) => this.moveTo(instant(value)),
    });
    this.rename = editor({
      ...shared,
      id: `${id}-topic`,
      word: "Rename",
      label: "New topic",
      field: { maxLength: 1000, autocomplete: "off" },
      begin: () => this.meeting.topic,
      save: (topic) => this.ask("PATCH", { topic }, "Renamed."),
    });
    this.cancel = make("button", { type: "button", className: "danger", textContent: "Cancel meeting" });
    this.cancel.addEventListener("click", () => busy(this.cancel, () => this.ask("DELETE", undefined, "Canceled.")));
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
  }

  update(meeting) {
    this.meeting = meeting;
    this.element.dataset.status = meeting.status;
    write(this.title, meeting.topic);
    tell(this.status, KINDS[meeting.status], WORDS[meeting.status]);
    write(this.when, range(meeting.startTime, meeting.endTime));
    const url = meeting.conferenceUrl ?? "";
    write(this.link, url);
    this.link.hidden = url === "";
    // Anything but a web address is shown as text without a link.
    if (!/^https?:\/\//i.test(url)) this.link.removeAttribute("href");
    else if (this.link.getAttribute("href") !== url) this.link.href = url;
    part(this.details, meeting.conferenceDetails);
    const conference = meeting.conferenceId === null ? "" : ` · conference ${meeting.conferenceId}`;
    write(this.ids, `${meeting.userEmail} · account ${meeting.accountId} · meeting ${meeting.id}${conference}`);
    part(this.problem, meeting.problem);
    const over = meeting.status !== "booked";
    if (over && this.actions.contains(document.activeElement)) this.title.focus();
    this.actions.hidden = over;
    if (over) this.closeEditors();
  }

  closeEditors() {
    this.move.close();
    this.rename.close();
  }

  /** Moves the meeting and keeps its length. */
  moveTo(startTime) {
    const length = this.meeting.endTime - this.meeting.startTime;
    return this.ask("PATCH", { startTime, endTime: startTime + length }, "Moved.");
  }

  /** Sends a change and returns whether it succeeded. */
  async ask(method, body, done) {
    tell(this.outcome, "wait", "Sending…");
    let refused;
    try {
      await send(method, `/emulator/meetings/${encodeURIComponent(this.meeting.id)}`, body);
    } catch (refusal) {
      refused = refusal.message;
    }
    await this.changed();
    // The meeting already shows its own problem.
    if (refused !== undefined && refused === this.meeting.problem) tell(this.outcome, "bad", "Failed: see above.");
    else if (refused !== undefined) tell(this.outcome, "bad", `Failed: ${refused}`);
    else tell(this.outcome, "good", done);
    return refused === undefined;
  }
}

/** Sets a text and hides the element if it is empty. */
function part(element, text) {
  write(element, text ?? "");
  element.hidden = !text;
}
