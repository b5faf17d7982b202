// The operations of the plug, for rooms at an imaginary provider. They throw the contract's errors: see effects.js.

import { createRoom, deleteRoom, updateRoom } from "./api.js";
import { readWebhook } from "./webhook.js";

export const provider = {
  describe() {
    return {
      name: "desk",
      summary: "Rooms at an imaginary provider",
      version: "0.1.0",
      settings: [
        setting("address", "Address of the server, such as https://rooms.example.org", "open", true),
        setting("api-key", "Key for the provider's API", "outbound", true),
        setting("hook-token", "Token that the provider sends as x-desk-token", "inbound", false),
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
      // Only the host of this setting.
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

  /** Accepts every user by their email address: the provider has no user directory. */
  verifyUser(context, email) {
    return email;
  },

  receive(context, request) {
    if (request.route !== "events") throw { tag: "rejected", val: { tag: "unsupported", val: "an unknown route" } };
    return { response: { status: 204, headers: [], body: [] }, events: [readWebhook(request)] };
  },
};

function setting(key, summary, secrecy, required) {
  return { key, summary, secrecy, required, defaultValue: undefined };
}
