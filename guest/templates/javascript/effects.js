// Effects, without waiting for them.
//
// A plug does nothing itself. It returns what it wants done, the host does it, adds what came of it to
// `context.exchanges`, and runs the operation again from its start. So each effect that an operation asks for takes the
// next exchange; where there is none yet, the effect is thrown, and that ends this run.
//
// This holds only while an operation, given the same context, asks for the same effects in the same order. Take time and
// randomness from the context, and keep nothing in variables of a module.

const WHY = {
  "refused-by-policy":
    "the connection's policy refuses this call: check the plug's hosts and the connection's `outbound`",
  unreachable: "the provider cannot be reached",
  "timed-out": "the provider did not answer in time",
  "too-large": "the provider's answer is too long",
};

/** What an operation asks its host for, in order. */
export class Effects {
  #exchanges;

  constructor(context) {
    this.#exchanges = context.exchanges.values();
  }

  /** Sends a request; gives its answer, whatever the status. `idempotent`: whether it may be retried. */
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

/** To throw: why an operation has no result, as `failure` of effect.wit has it. */
export const failure = (tag, val) => ({ tag: "failed", val: { tag, val } });

/** A piece of a request, as it is. */
export const text = (val) => ({ tag: "text", val });

/** A piece that the host puts in: the value of a secret setting, which the plug never sees. */
export const secret = (key, escape = "none") => ({ tag: "secret", val: { key, escape } });
