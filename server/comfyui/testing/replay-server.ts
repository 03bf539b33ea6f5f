import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import { frameOf, historyOf, promptsOf, type Recording } from "./recording.ts";

/** Plays a recording to a client: each connection gets the frames of the next recorded one, and what the queue and the history say fits what was sent. */
export async function startReplay(recording: Recording): Promise<{ url: string; close(): Promise<void> }> {
  const labels = [...new Set(recording.ws.map(({ socket }) => socket))];
  // of two sockets at a time, the one that was told most is the one to follow
  const told = (label: string) => recording.ws.filter(({ socket, text }) => socket === label && text?.includes("prompt_id") === true).length;
  const isReconnect = labels.length > 1 && labels.every((label) => /#\d$/.test(label) || labels.some((other) => other.startsWith(`${label}#`)));
  const played = isReconnect ? labels : [...labels].sort((a, b) => told(b) - told(a)).slice(0, 1);
  const history = historyOf(recording);
  const prompts = promptsOf(recording);
  const over = new Set<string>();
  let segment = 0;
  let isDone = played.length === 0;

  const http = createServer((request, response) => {
    request.resume();
    const path = request.url ?? "";
    const waiting = isDone ? [] : prompts.filter((id) => !over.has(id));
    const queue = { queue_running: waiting.map((id, index) => [index, id, {}, {}, []]), queue_pending: [] };
    const id = decodeURIComponent(path.replace("/history/", ""));
    const entry = history.get(id);
    const answer = path === "/queue" ? queue : entry === undefined ? {} : { [id]: entry };
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
  });
  const sockets = new WebSocketServer({ server: http, path: "/ws" });
  sockets.on("connection", async (socket) => {
    const label = played[segment];
    segment += 1;
    socket.on("error", () => undefined);
    for (const frame of recording.ws.filter((each) => each.socket === label)) {
      const bytes = frameOf(frame);
      if (bytes === undefined) continue;
      socket.send(bytes);
      const { type, data } = frame.text === undefined ? { type: "", data: {} } : (JSON.parse(frame.text) as { type: string; data: Record<string, unknown> });
      if (type === "executing" && data.node === null) over.add(String(data.prompt_id));
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (segment < played.length) socket.terminate();
    else isDone = true;
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    close: async () => {
      for (const socket of sockets.clients) socket.terminate();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}
