// Converts between epoch milliseconds and the browser's time zone.

const RANGE = new Intl.DateTimeFormat(undefined, {
  weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "numeric", minute: "2-digit",
});
const CLOCK = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit", second: "2-digit" });

/** Returns the name of the browser's time zone. */
export const zone = () => RANGE.resolvedOptions().timeZone;

/** Formats the time range of a meeting. */
export const range = (start, end) => RANGE.formatRange(start, Math.max(start, end));

/** Formats a time of day, to the second. */
export const clock = (at) => CLOCK.format(at);

/** Formats a time for a field of type datetime-local. */
export function local(at) {
  const date = new Date(at);
  const two = (number) => String(number).padStart(2, "0");
  const day = [String(date.getFullYear()).padStart(4, "0"), two(date.getMonth() + 1), two(date.getDate())].join("-");
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** Parses the value of such a field. */
export const instant = (text) => new Date(text).getTime();

/** Returns the start of the next half hour. */
export function soon() {
  const half = 30 * 60_000;
  return Math.ceil((Date.now() + 1) / half) * half;
}
