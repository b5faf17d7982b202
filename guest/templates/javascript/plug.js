// Rooms at an imaginary provider: what the host asks of this plug. What a function throws is the contract's failure, see effects.js.

import { createRoom, deleteRoom, updateRoom } from "./api.js";
import { readWebhook } from "./webhook.js";

export const provider = {
  describe() {
    return {
      name: "desk",
      summary: "Rooms at an imaginary provider",
      version: "0.1.0",
      settings: [
        setting("address", "The server, such as https://rooms.example.org", "open", true),
        setting("api-key", "Key of the provider's API", "outbound", true),
        setting("hook-token", "What the provider sends as x-desk-token", "inbound", false),
      ],
      routes: [
        {
          name: "events",
          summary: "A room was opened or closed",
          methods: ["POST"],
          mediaTypes: ["application/json"],
          authenticity: { tag: "shared-secret", val: "x-desk-token" },
          secrets: ["hook-token"],
          ifUnset: "refuse",
          headers: [],
        },
      ],
      capabilities: { creates: true, createsWith: [], updates: "in-place", deletes: true, knowsUsers: false },
      // The host of that setting, and no other.
      outboundHosts: ["{address}"],
    };
  },

  create(context, meeting) {
    return createRoom(context, meeting);
  },

  update(context, current, meeting) {
    updateRoom(context, current.id, meeting);
    return current;
  },

  delete(context, current) {
    deleteRoom(context, current.id);
  },

  /** There is no directory of users, so everybody is known by their e-mail address. */
  verifyUser(context, email) {
    return email;
  },

  receive(context, request) {
    if (request.route !== "events") throw { tag: "rejected", val: { tag: "unsupported", val: "a route of another name" } };
    return { response: { status: 204, headers: [], body: [] }, events: [readWebhook(request)] };
  },
};

function setting(key, summary, secrecy, required) {
  return { key, summary, secrecy, required, defaultValue: undefined };
}
