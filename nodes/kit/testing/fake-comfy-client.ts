import { NodeError } from "#runtime/node/node-error.ts";
import type { WorkflowContent } from "#runtime/node/workflow.ts";
import type { WorkflowVersions } from "../comfyui/library.ts";
import type { ComfyClient } from "../comfyui/service.ts";

const SERVER = { connection: "conn_comfy", name: "Workshop", labels: [] };

export interface FakeComfyClient extends ComfyClient {
  calls(): number;
}

/** A server that inverts the one picture it was given: what it makes is "inverted: " and what the picture holds. */
export function createFakeComfyClient(): FakeComfyClient {
  let calls = 0;
  let held: Uint8Array = new Uint8Array();
  const counted = <T>(signal: AbortSignal, answer: T): T => {
    signal.throwIfAborted();
    calls += 1;
    return answer;
  };
  const unasked = () => Promise.reject(new NodeError("unexpected", "Nobody asks the server of the examples for that."));
  return {
    calls: () => calls,
    servers: async () => [SERVER],
    choose: async ({ signal }) => counted(signal, SERVER),
    upload: async ({ content, name, signal }) => {
      held = content;
      return counted(signal, { filename: name, subfolder: "", type: "input" });
    },
    submit: async ({ signal }) => counted(signal, { isNew: true }),
    follow: async function* () {
      yield { type: "started" };
      yield {
        type: "finished",
        cached: [],
        outputs: [{ node: "3", files: [{ filename: "inverted.png", subfolder: "", type: "output", key: "images" }], texts: [] }],
      };
    },
    download: async ({ signal }) => {
      const content = new TextEncoder().encode(`inverted: ${new TextDecoder().decode(held)}`);
      return counted(signal, { content, mediaType: "image/png" });
    },
    cancel: async () => undefined,
    ...{ objectInfo: unasked, end: unasked, forgetCached: unasked, queue: unasked, move: unasked, clearOwn: unasked },
  };
}

const content: WorkflowContent = {
  format: "api",
  positions: {},
  prompt: {
    "1": { class_type: "LoadImage", inputs: { image: "a.png" } },
    "2": { class_type: "InvertWithNoise", inputs: { image: ["1", 0], seed: 7 } },
    "3": { class_type: "SaveImage", inputs: { images: ["2", 0], filename_prefix: "inverted" } },
  },
  inputs: [
    { type: "image", name: "image", title: "Image", node: "1", nodeTitle: "LoadImage 1", field: "image", isShown: true, hasMask: false },
    {
      type: "seed",
      name: "seed",
      title: "Seed",
      node: "2",
      nodeTitle: "InvertWithNoise 2",
      field: "seed",
      isShown: true,
      default: "7",
      min: "0",
      max: "18446744073709551615",
    },
  ],
  outputs: [{ type: "image", name: "inverted", title: "SaveImage 3", node: "3", nodeTitle: "SaveImage 3", isShown: true }],
};

/** A library of one workflow. */
export const fakeWorkflowVersions: WorkflowVersions = { read: async () => content };
