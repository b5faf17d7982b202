// Requests effects from the host.
//
// A plug performs no effects itself. An operation returns the effect that it needs; the host performs it, appends the
// result to `context.exchanges`, and runs the operation again from the start. Each request for an effect therefore
// takes the next exchange. If there is none yet, it throws the effect, which ends the run.
//
// This requires that an operation, given the same context, requests the same effects in the same order. Take time and
// randomness from the context, and store nothing in module variables.

const WHY = {
  "refused-by-policy":
    "the connection's policy refuses this call: check the plug's hosts and the connection's `outbound`",
  unreachable: "the provider cannot be reached",
  "timed-out": "the provider did not answer in time",
  "too-large": "the provider's answer is too long",
};

/** The effects of an operation, in order. */
export class Effects {
  #exchanges;

  constructor(context) {
    this.#exchanges = context.exchanges.values();
  }

  /** Sends a request and returns the answer, whatever its status. `idempotent` allows the host to retry it. */
  send({ method, url, headers = [], basic, body = [], captures = [], idempotent = method === "get" }) {
    const request = { method, url, headers, basic, body, captures, idempotent };
    const exchange = this.#perform({ tag: "call", val: request });
    if (exchange.tag === "answered") return exchange.val;
    throw failure("unavailable", WHY[exchange.val]);
  }

  /** Stores state entries for later operations of this connection: `{ key, value, expiresAt }`. */
  setState(entries) {
    this.#perform({ tag: "set-state", val: entries });
  }

  /** Deletes the state entries with these keys. */
  deleteState(keys) {
    this.#perform({ tag: "delete-state", val: keys });
  }

  #perform(effect) {
    const { done, value } = this.#exchanges.next();
    if (done) throw { tag: "effect", val: effect };
    return value;
  }
}

/** Builds the exception for a `failure` of effect.wit. */
export const failure = (tag, val) => ({ tag: "failed", val: { tag, val } });

/** Returns a literal piece of a request. */
export const text = (val) => ({ tag: "text", val });

/** Returns a piece that the host replaces by the value of a secret setting, which the plug never sees. */
export const secret = (key, escape = "none") => ({ tag: "secret", val: { key, escape } });
