import { describe, expect, it } from "vitest";
import type { ComfyEvent } from "#nodes/kit/comfyui/service.ts";
import { readPromptAnswer } from "./faults.ts";
import { readBinaryFrame, readTextFrame } from "./frames.ts";
import { parseQueue } from "./queue.ts";
import { openComfyClients, TEST_WORKSPACE } from "./testing/comfy-clients.ts";
import { frameOf, hasRecordings, historyOf, promptsOf, type Recording, readJson, readRecordings, recordingsFolder } from "./testing/recording.ts";
import { startReplay } from "./testing/replay-server.ts";

const isThere = hasRecordings();
if (!isThere) console.info(`The recordings of ComfyUI are not replayed: there is no folder ${recordingsFolder()}.`);

/** Told by the server, and of no use. */
const UNUSED = new Set(["feature_flags"]);

describe.runIf(isThere)("what a real ComfyUI said", () => {
  const recordings = readRecordings();

  it("is there in full", () => {
    expect(recordings.length).toBeGreaterThan(30);
  });

  it("is understood, frame by frame", () => {
    for (const { scenario, ws } of recordings) {
      for (const frame of ws) {
        const bytes = frameOf(frame);
        if (bytes === undefined) continue;
        if (typeof bytes !== "string") expect(readBinaryFrame(bytes), scenario).toBeDefined();
        else if (!UNUSED.has((JSON.parse(bytes) as { type: string }).type)) expect(readTextFrame(bytes), `${scenario}: ${bytes.slice(0, 200)}`).toBeDefined();
      }
    }
  });

  it("is understood, answer by answer", () => {
    for (const { scenario, http } of recordings) {
      for (const { method, path, status, response_body: body } of http) {
        if (method === "GET" && path.endsWith("/queue")) expect(parseQueue(body), scenario).toBeDefined();
        if (method !== "POST" || !path.endsWith("/prompt") || status === 500) continue;
        const answer = readPromptAnswer(body);
        expect(answer, scenario).toBeDefined();
        if (status === 400) expect(answer?.refusal, scenario).not.toBe("");
        const told = Object.keys((body as { node_errors?: object }).node_errors ?? {});
        expect(new Set(answer?.faults.map(({ node }) => node)), scenario).toEqual(new Set(told));
        for (const fault of answer?.faults ?? [])
          expect([fault.missing.length > 0, fault.message, fault.message.includes("/srv/")]).toEqual([true, expect.stringMatching(/./), false]);
      }
    }
    expect(parseQueue(readJson("queue_busy.json"))?.pending.length).toBeGreaterThan(0);
    const numbers = parseQueue(readJson("queue_busy.json"))?.pending.map(({ number }) => number) ?? [];
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  });

  it.each(recordings.filter((recording) => promptsOf(recording).length > 0).map((recording) => [recording.scenario, recording] as const))(
    "ends right when followed: %s",
    async (_scenario, recording) => {
      const replay = await startReplay(recording);
      const { clients, close } = openComfyClients(() => [{ id: "conn_a", url: replay.url }]);
      try {
        const client = clients.clientFor({ workspace: TEST_WORKSPACE });
        await Promise.all(
          promptsOf(recording).map(async (promptId) => {
            const events: ComfyEvent[] = [];
            for await (const event of client.follow({ connection: "conn_a", promptId, signal: AbortSignal.timeout(20_000) })) events.push(event);
            const end = events.at(-1);
            expect(end, promptId).toMatchObject(expectedEnd(recording, promptId));
            if (end?.type === "failed") expect(end.message).not.toMatch(/\/srv\/|Traceback|\n$/);
            if (end?.type === "finished") expect(filesOf(end.outputs)).toEqual(expectedFiles(recording, promptId));
          }),
        );
      } finally {
        await close();
        await replay.close();
      }
    },
  );
});

function filesOf(outputs: Extract<ComfyEvent, { type: "finished" }>["outputs"]): string[] {
  return outputs.flatMap(({ files }) => files.map(({ filename }) => filename)).sort();
}

interface RawEntry {
  outputs: Record<string, Record<string, { filename?: string }[]>>;
  status: { status_str: string; messages: [string, { node_id?: string }][] };
}

/** Read from the recording by hand: the history where it was recorded, else the frames. */
function expectedEnd(recording: Recording, promptId: string): { type: string; node?: string } {
  const entry = historyOf(recording).get(promptId) as RawEntry | undefined;
  const said = entry ? entry.status.messages : framesOf(recording, promptId);
  const last = said.filter(([type]) => /^execution_(success|error|interrupted)$/.test(type)).at(-1);
  const types: Record<string, string> = { execution_success: "finished", execution_error: "failed", execution_interrupted: "interrupted" };
  if (!last) return { type: "lost" };
  const [type, { node_id }] = last;
  return { type: types[type] ?? "", ...(type !== "execution_success" && node_id !== undefined && { node: node_id }) };
}

function expectedFiles(recording: Recording, promptId: string): string[] {
  const entry = historyOf(recording).get(promptId) as RawEntry | undefined;
  const outputs = entry
    ? Object.values(entry.outputs)
    : framesOf(recording, promptId).flatMap(([type, { output }]) => (type === "executed" && output ? [output] : []));
  const files = outputs.flatMap((output) => Object.values(output).flatMap((parts) => (Array.isArray(parts) ? parts : [])));
  return files.flatMap(({ filename }) => (filename === undefined ? [] : [filename])).sort();
}

function framesOf(recording: Recording, promptId: string): [string, { node_id?: string; output?: RawEntry["outputs"][string] }][] {
  const labels = Map.groupBy(recording.ws, ({ socket }) => socket);
  const told = [...labels.values()].map((frames) =>
    frames.flatMap(({ text }) => {
      if (text === undefined) return [];
      const { type, data } = JSON.parse(text) as { type: string; data: { prompt_id?: string; exception_type?: string } };
      return data.prompt_id === promptId && data.exception_type !== "ExecutionBlocked" ? [[type, data] as [string, { node_id?: string }]] : [];
    }),
  );
  return told.sort((a, b) => b.length - a.length)[0] ?? [];
}
