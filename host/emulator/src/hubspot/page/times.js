// Times: epoch milliseconds outside, the browser's time zone inside.

const RANGE = new Intl.DateTimeFormat(undefined, {
  weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "numeric", minute: "2-digit",
});
const CLOCK = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit", second: "2-digit" });

/** The browser's time zone by name. */
export const zone = () => RANGE.resolvedOptions().timeZone;

/** From when to when a meeting is. */
export const range = (start, end) => RANGE.formatRange(start, Math.max(start, end));

/** A time of the day, to the second. */
export const clock = (at) => CLOCK.format(at);

/** For a field of type datetime-local. */
export function local(at) {
  const date = new Date(at);
  const two = (number) => String(number).padStart(2, "0");
  const day = [String(date.getFullYear()).padStart(4, "0"), two(date.getMonth() + 1), two(date.getDate())].join("-");
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** What such a field holds. */
export const instant = (text) => new Date(text).getTime();

/** The next half hour that begins. */
export function soon() {
  const half = 30 * 60_000;
  return Math.ceil((Date.now() + 1) / half) * half;
}
