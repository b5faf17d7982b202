// Rooms whose names come from the operation's random bytes.
export const provider = {
  describe() {
    return {
      name: "rooms",
      summary: "Rooms, from JavaScript",
      version: "0.1.0",
      routes: [],
      settings: [],
      capabilities: { creates: true, createsWith: [], updates: "in-place", deletes: true, knowsUsers: false },
      outboundHosts: [],
    };
  },
  create(context, meeting) {
    const id = Array.from(context.random, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return { id, joinUrl: `https://rooms.example/${id}`, details: `${meeting.topic}\nhttps://rooms.example/${id}` };
  },
  update(context, current, meeting) {
    return current;
  },
  delete(context, current) {},
  verifyUser(context, email) {
    return email;
  },
  receive(context, request) {
    throw { tag: "rejected", val: { tag: "unsupported", val: request.route } };
  },
};
