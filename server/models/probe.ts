import type { ConnectionId } from "#runtime/graph/ids.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import type { ConnectionProbe } from "../connections/connections.ts";
import { probeFailure } from "../connections/probe-failure.ts";
import type { ModelClients } from "./model-client.ts";
import type { OpenConnection } from "./providers/provider.ts";

/** Milliseconds a test may take. */
const TEST_MS = 20_000;

/** Asks a provider what it has: that proves the address and the key, and costs nothing. One that does not say is asked for a word. */
export function createModelProbe(clients: Pick<ModelClients, "list" | "try">): ConnectionProbe {
  return {
    test: async (id: ConnectionId) => {
      const began = performance.now();
      try {
        const { connection, models } = await clients.list(id, { signal: new AbortController().signal, timeoutMs: TEST_MS });
        const durationMs = performance.now() - began;
        const missing = missingDefault(connection, models);
        if (missing) return { ok: false, models: models.length, error: missing, detail: `${missing.message} ${missing.advice}`, durationMs };
        const detail = connection.settings.provider === "scripted" ? "Scripted demo: no model is asked." : `Answered with ${models.length} models.`;
        return { ok: true, models: models.length, detail, durationMs };
      } catch (error) {
        if (!(error instanceof NodeError)) throw error;
        if (error.code === "not-found" && (await doesAnswer(clients, id)))
          return { ok: true, detail: "The default model answers. It does not say which models it has.", durationMs: performance.now() - began };
        return { ...probeFailure(error, adviceOn), durationMs: performance.now() - began };
      }
    },
  };
}

/** Not every compatible server lists its models. */
async function doesAnswer(clients: Pick<ModelClients, "try">, id: ConnectionId): Promise<boolean> {
  try {
    await clients.try(id, { signal: new AbortController().signal, timeoutMs: TEST_MS });
    return true;
  } catch (error) {
    if (error instanceof NodeError) return false;
    throw error;
  }
}

function missingDefault({ settings: { defaultModel } }: OpenConnection, models: readonly { model: string }[]): { message: string; advice: string } | undefined {
  if (defaultModel === undefined || models.some(({ model }) => model === defaultModel || model.startsWith(`${defaultModel}-`))) return undefined;
  const some = models.slice(0, 5).map(({ model }) => model);
  return {
    message: `It answers, but has no model "${defaultModel}".`,
    advice: some.length === 0 ? "It offers no models at all: load one there first." : `Choose one that it has, such as ${some.join(", ")}.`,
  };
}

/** What to do; where the message says it already, nothing. */
function adviceOn({ code, details }: NodeError): string {
  switch (code) {
    case "auth":
      return "Make a new key with the provider if this one was revoked or has too few rights.";
    case "network":
      return "Check the base URL, and that the server runs and can be reached from the machine Heddle runs on.";
    case "timeout":
      return "It is overloaded or not a model server. Check the base URL, or try again later.";
    case "not-found":
      return "Check the base URL: for most servers it ends with /v1.";
    case "http-status":
      return details?.status === 429 ? "The key works; wait for a while." : "Look at the provider's status page, or at the log of your own server.";
    default:
      return "";
  }
}
