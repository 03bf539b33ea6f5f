import { z } from "zod";
import { NodeError } from "#runtime/node/node-error.ts";
import { probeFailure } from "../connections/probe-failure.ts";
import type { ComfyProbeAnswer } from "../contract/connections.ts";
import type { ComfyServerHold } from "./comfy-server.ts";
import { noComfy } from "./look-up.ts";

const TEST_MS = 30_000;

const statsSchema = z.object({
  system: z.object({ comfyui_version: z.string().nullish(), python_version: z.string().nullish(), pytorch_version: z.string().nullish() }),
  devices: z.array(z.object({ name: z.string(), type: z.string().default(""), vram_total: z.number().nullish(), vram_free: z.number().nullish() })).default([]),
});

/** What a test of a connection came to; `detail` is one line for its health. */
export type ComfyTest = { durationMs: number; detail: string } & (
  | { ok: true; comfyui: ComfyProbeAnswer; server: { name: string; version: string } }
  | { ok: false; error: { message: string; advice: string } }
);

/** Asks a server what it is: that proves the address, and runs nothing. */
export async function probeComfy(open: () => Promise<ComfyServerHold>): Promise<ComfyTest> {
  const began = performance.now();
  const signal = AbortSignal.timeout(TEST_MS);
  try {
    const hold = await open();
    const stats = statsSchema.safeParse(await hold.http.json({ path: "/system_stats", signal }));
    if (!stats.success) throw noComfy(hold.http);
    const [queue, info] = [await hold.remaining(signal), await hold.objectInfo({ signal, fresh: true })];
    const { system, devices } = stats.data;
    const comfyui: ComfyProbeAnswer = {
      version: system.comfyui_version ?? "unknown",
      devices: devices.map(({ name, type, vram_total, vram_free }) => ({ name, type, memoryBytes: vram_total ?? null, freeBytes: vram_free ?? null })),
      queue,
      nodeClasses: Object.keys(info.classes).length,
    };
    const detail = `ComfyUI ${comfyui.version}, ${comfyui.nodeClasses} kinds of nodes, ${queue} in the queue.`;
    return { ok: true, comfyui, server: { name: "ComfyUI", version: comfyui.version }, detail, durationMs: performance.now() - began };
  } catch (error) {
    if (!(error instanceof NodeError)) throw error;
    return { ...probeFailure(error, adviceOn), durationMs: performance.now() - began };
  }
}

function adviceOn({ code, details }: NodeError): string {
  switch (code) {
    case "network":
      return "Start ComfyUI, and check the address and port (8188 by default). On another machine it must be started with --listen.";
    case "timeout":
      return "It is busy loading a model, or no ComfyUI server. Try again in a minute.";
    case "auth":
      return "A proxy before it wants a token or a header: enter it with Change.";
    case "http-status":
      return details?.status === 404 ? "The address leads somewhere else: enter the one at which its page opens in a browser." : "Look at the log of ComfyUI.";
    default:
      return "";
  }
}
