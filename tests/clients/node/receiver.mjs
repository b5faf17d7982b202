// The server of an app, which receives HubSpot's webhooks and answers them.
import { createServer } from "node:http";

const ANSWERS = {
  "/verify-user": { id: "user-of-the-receiver" },
  "/create-meeting": {
    conferenceId: "conference-1",
    conferenceUrl: "https://meet.example.org/conference-1",
    conferenceDetails: "Grüße\nhttps://meet.example.org/conference-1",
  },
  "/update-meeting": {},
  "/delete-meeting": {},
  "/phone-numbers": { phoneNumbers: [{ e164PhoneNumber: "+18001231234", extension: "1", friendlyName: "Front desk" }] },
};

/** Listens on this port until it is closed. `take` returns the requests since its last call. */
export async function receive(port) {
  let requests = [];
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method, url, headers } = request;
    requests.push({ method, target: url, headers, body: Buffer.concat(chunks).toString() });
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify(ANSWERS[url.split("?")[0]]));
  });
  await new Promise((resolve, reject) => server.once("error", reject).listen(port, "127.0.0.1", resolve));
  return {
    take() {
      const taken = requests;
      requests = [];
      return taken;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
