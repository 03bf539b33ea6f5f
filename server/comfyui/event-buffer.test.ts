import { expect, it } from "vitest";
import type { ComfyEvent } from "#nodes/kit/comfyui/service.ts";
import { createEventBuffer } from "./event-buffer.ts";

it("keeps the end for a reader that is far behind, and of news the newest", async () => {
  const buffer = createEventBuffer();
  buffer.push({ type: "queued", position: 2 });
  buffer.push({ type: "queued", position: 1 });
  for (let at = 0; at < 10_050; at++) buffer.push({ type: "text", node: "1", text: String(at) });
  buffer.end({ type: "finished", outputs: [], cached: [] });
  const events: ComfyEvent[] = [];
  for await (const event of buffer.read()) events.push(event);
  expect(events[0]).toEqual({ type: "queued", position: 1 });
  expect(events).toHaveLength(10_001);
  expect(events.at(-1)).toMatchObject({ type: "finished" });
});
