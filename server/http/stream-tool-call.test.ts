import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { ApiError } from "../api-error.ts";
import { streamToolCall } from "./stream-tool-call.ts";

const answer = { content: [{ type: "text", text: "done" }], durationMs: 3 };
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** What a client reads of it, and what was thrown. */
async function read(work: (response: ServerResponse) => Promise<void>) {
  let thrown: unknown;
  const server = createServer((_request, response) => {
    work(response).catch((error: unknown) => {
      thrown = error;
      if (!response.headersSent) response.writeHead(500).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => server.close());
  const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const text = await response.text();
  const events = text.split("\n\n").flatMap((part) => (part.startsWith("data: ") ? [JSON.parse(part.slice(6))] : []));
  return { status: response.status, type: response.headers.get("content-type"), events, thrown };
}

it("tells of the progress, and then the answer", async () => {
  const { status, type, events } = await read((response) =>
    streamToolCall(response, async (onProgress) => {
      onProgress({ progress: 1, total: 2, message: "half" });
      return answer;
    }),
  );
  expect({ status, type }).toEqual({ status: 200, type: "text/event-stream; charset=utf-8" });
  expect(events).toEqual([
    { type: "progress", progress: 1, total: 2, message: "half" },
    { type: "answer", answer },
  ]);
});

it("throws what goes wrong before anything was told", async () => {
  const failure = new ApiError("conflict", "It has changed.");
  const { status, thrown } = await read((response) => streamToolCall(response, () => Promise.reject(failure)));
  expect(status).toBe(500);
  expect(thrown).toBe(failure);
});

it.each([
  ["as it is", new ApiError("unprocessable", "The tool said no."), { code: "unprocessable", detail: "The tool said no." }],
  ["without what only the log may tell", new Error("secret"), { code: "internal", detail: "The call broke off. Try again." }],
])("tells what goes wrong later %s", async (_, failure, problem) => {
  const { events } = await read((response) =>
    streamToolCall(response, async (onProgress) => {
      onProgress({ progress: 1 });
      throw failure;
    }),
  );
  expect(events.at(-1)).toMatchObject({ type: "problem", problem });
  expect(JSON.stringify(events)).not.toContain("secret");
});
