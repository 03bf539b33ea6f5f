import { createHash } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { NodeError } from "#runtime/node/node-error.ts";
import { JobError } from "../../jobs/job-kind.ts";
import type { ModelClients } from "../../models/model-client.ts";
import { type Embedder, toUnit } from "./embedder.ts";

/** Texts in one request: OpenAI takes 2,048, smaller servers fewer. */
const BATCH = 64;
const TIMEOUT_MS = 60_000;
const ATTEMPTS = 4;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;
/** Failures that another attempt does not mend. */
const FINAL = new Set(["validation", "auth", "policy", "not-found", "limit"]);
const PASSING = new Set([408, 409, 425, 429, 500, 502, 503, 504, 529]);

export interface ModelEmbedderGiven {
  models: Pick<ModelClients, "embed">;
  workspace: string;
  connection: string;
  model: string;
  /** Of the provider: behind another one a model of the same name may be another one. */
  address: string;
  /** Told of what each request came to: tokens, and dollars where a price is known. */
  onCharge?: (charge: { tokens: number; cost: number | null }) => void;
}

/** The embeddings of a model connection: in batches, repeated with growing pauses where the provider is busy. */
export function createModelEmbedder({ models, workspace, connection, model, address, onCharge }: ModelEmbedderGiven): Embedder {
  const once = async (texts: readonly string[], signal: AbortSignal) => {
    const { vectors, tokens, cost } = await models.embed({ workspace, connection, model }, texts, { signal, timeoutMs: TIMEOUT_MS });
    const [first] = vectors;
    const isWhole = first !== undefined && vectors.length === texts.length && vectors.every(({ length }) => length > 0 && length === first.length);
    if (!isWhole) throw new JobError(`The model “${model}” answered with vectors that do not fit the texts. Choose a model for embeddings.`);
    onCharge?.({ tokens, cost });
    return vectors.map(toUnit);
  };
  const stubbornly = async (texts: readonly string[], { signal, attempts }: { signal: AbortSignal; attempts: number }) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await once(texts, signal);
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof NodeError)) throw error;
        if (isFinal(error)) throw new JobError(error.message);
        if (attempt >= attempts) throw error;
        const pause = error.retryAfterMs ?? Math.random() * FIRST_WAIT_MS * 2 ** attempt;
        await delay(Math.min(pause, LONGEST_WAIT_MS), undefined, { signal });
      }
    }
  };
  return {
    id: `${connection}/${model}/${createHash("sha256").update(address).digest("hex").slice(0, 12)}`,
    batch: BATCH,
    embed: async (texts, { signal, isQuery = false }) => {
      const vectors: Float32Array[] = [];
      for (let at = 0; at < texts.length; at += BATCH)
        vectors.push(...(await stubbornly(texts.slice(at, at + BATCH), { signal, attempts: isQuery ? 1 : ATTEMPTS })));
      return vectors;
    },
  };
}

function isFinal({ code, details }: NodeError): boolean {
  return FINAL.has(code) || (code === "http-status" && !PASSING.has(Number(details?.status)));
}
