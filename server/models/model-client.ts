import { costOf } from "#nodes/kit/models/cost.ts";
import { type ModelClient, type ModelDescription, type ModelReference, type ModelRequest, SILENCE_MS } from "#nodes/kit/models/service.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import type { ServiceScope } from "#runtime/node/service.ts";
import type { GuardedFetch } from "../egress/guarded-fetch.ts";
import { createRedactor } from "../vault/redact.ts";
import { startCallClock } from "./call-clock.ts";
import type { ModelHealth } from "./health.ts";
import { inlineImages, type ReadFile } from "./inline-images.ts";
import { type OpenGiven, openModelConnection } from "./open-connection.ts";
import { createProviderFetch } from "./provider-fetch.ts";
import { providerUrl } from "./provider-url.ts";
import type { KnownModel, OpenConnection, Provider, ProviderCall } from "./providers/provider.ts";
import { generateScripted } from "./scripted/scripted.ts";
import { shippedScripts } from "./scripted/scripts.ts";
import type { WorkspaceModels } from "./workspace-models.ts";

export interface ModelClientsGiven extends OpenGiven {
  /** The egress guard's. */
  fetch: GuardedFetch;
  models: Pick<WorkspaceModels, "find">;
  readFile: (workspace: string) => ReadFile;
  health: ModelHealth;
}

interface CallLimits {
  signal: AbortSignal;
  timeoutMs: number;
}

/** Some servers refuse to write less. */
const TRY_TOKENS = 16;

interface EmbeddedTexts {
  vectors: Float32Array[];
  tokens: number;
  /** Dollars. */
  cost: number | null;
}

/** Model providers as nodes and the connections page reach them. */
export interface ModelClients {
  /** For one attempt: only what belongs to its workspace. */
  clientFor(scope: Pick<ServiceScope, "workspace" | "conceal">): ModelClient;
  /**
   * Vectors of texts, in order, what they cost (null: no price is known), and how many tokens they had. Throws `NodeError` as `ModelClient.generate`, and
   * `validation` where the provider has no API for that.
   */
  embed(place: { workspace: string; connection: string; model: string }, texts: readonly string[], limits: CallLimits): Promise<EmbeddedTexts>;
  /** What a connection has now. Throws `NodeError` as `ModelClient.generate`. */
  list(id: string, limits: CallLimits): Promise<{ connection: OpenConnection; models: { model: string; title: string }[] }>;
  /** Asks the default model for a word. Throws `NodeError` as `ModelClient.generate`. */
  try(id: string, limits: CallLimits): Promise<void>;
}

export function createModelClients(given: ModelClientsGiven): ModelClients {
  const find = async ({ workspace, conceal }: Pick<ServiceScope, "workspace" | "conceal">, { connection: id, model }: ModelReference) => {
    const connection = await openModelConnection(given, { workspace, id });
    if (connection.apiKey !== undefined) conceal(connection.apiKey);
    const name = modelOf(connection, model);
    return { connection, name, known: await given.models.find({ workspace, provider: connection.settings.provider, model: name }) };
  };
  return {
    clientFor: (scope) => ({
      describe: async (reference) => describe(await find(scope, reference)),
      generate: async (request) => {
        const { connection, name, known } = await find(scope, request);
        if (connection.settings.provider === "scripted") return generateScripted(request, name);
        const messages = await inlineImages(request.messages, given.readFile(scope.workspace));
        const turn = { request: { ...request, messages }, model: name, known };
        return ask(connection, { ...request, ...given, model: name }, (provider, call) => provider.generate({ ...call, ...turn }));
      },
    }),
    embed: async ({ workspace, connection: id, model }, texts, limits) => {
      const connection = await openModelConnection(given, { workspace, id });
      if (connection.settings.provider === "scripted") throw noEmbeddings(connection);
      const known = await given.models.find({ workspace, provider: connection.settings.provider, model });
      const { vectors, tokens } = await ask(connection, { ...limits, ...given, model }, (provider, call) => {
        if (!provider.embed) throw noEmbeddings(connection);
        return provider.embed({ ...call, model, texts });
      });
      return { vectors, tokens, cost: known?.prices ? costOf({ inputTokens: tokens, outputTokens: 0 }, known.prices) : null };
    },
    list: async (id, limits) => {
      const connection = await openModelConnection(given, { id });
      if (connection.settings.provider === "scripted")
        return { connection, models: [...shippedScripts()].map(([model, { title }]) => ({ model, title: `${title} (scripted demo)` })) };
      const models = await ask(connection, { ...limits, ...given }, (provider, call) => provider.list(call));
      return { connection, models };
    },
    try: async (id, limits) => {
      const connection = await openModelConnection(given, { id });
      const model = modelOf(connection, undefined);
      const messages = [{ role: "user" as const, content: [{ type: "text" as const, text: "Say yes." }] }];
      const request = { ...limits, connection: id, messages, maxOutputTokens: TRY_TOKENS };
      await ask(connection, { ...limits, ...given, model }, (provider, call) => provider.generate({ ...call, request, model, known: undefined }));
    },
  };
}

type Limits = Pick<ModelRequest, "signal" | "timeoutMs" | "silenceMs" | "model"> & Pick<ModelClientsGiven, "fetch" | "health">;

/** One call of a provider, within its limits of time. Throws `NodeError` only. */
async function ask<Result>(
  connection: OpenConnection,
  { signal, timeoutMs, silenceMs = SILENCE_MS, fetch, health, model }: Limits,
  work: (provider: Provider, call: ProviderCall) => Promise<Result>,
): Promise<Result> {
  const baseUrl = providerUrl(connection.settings);
  if (!baseUrl) throw new NodeError("validation", `"${connection.name}" has no address.`, { happened: "no" });
  const { anthropicProvider, chatProvider, asModelFailure } = await loadProviders();
  const redactor = createRedactor();
  if (connection.apiKey !== undefined) redactor.conceal(connection.apiKey);
  const clock = startCallClock({ signal, timeoutMs, silenceMs, who: `"${connection.name}"` });
  const hasKey = connection.apiKey !== undefined;
  try {
    clock.signal.throwIfAborted();
    const provider = connection.settings.provider === "anthropic" ? anthropicProvider : chatProvider;
    const result = await work(provider, { connection, fetch: createProviderFetch({ fetch, baseUrl, hasKey, clock }) });
    clock.signal.throwIfAborted();
    health.answered(connection.id);
    return result;
  } catch (error) {
    // the SDKs make errors of their own of an abort, or none at all
    const failure = asModelFailure(clock.signal.aborted ? clock.signal.reason : error, { connection: connection.name, model, redact: redactor.text });
    health.failed(connection.id, failure);
    throw failure;
  } finally {
    clock.stop();
  }
}

/** What needs the providers' SDKs: loaded with the first call, since they take a third of a second and most processes call nobody. */
async function loadProviders() {
  const [{ anthropicProvider }, { chatProvider }, { asModelFailure }] = await Promise.all([
    import("./providers/anthropic.ts"),
    import("./providers/chat.ts"),
    import("./failures.ts"),
  ]);
  return { anthropicProvider, chatProvider, asModelFailure };
}

function noEmbeddings({ name }: OpenConnection): NodeError {
  return new NodeError("validation", `"${name}" makes no vectors of texts. Choose a connection that speaks the API of OpenAI, or the built-in embedder.`, {
    happened: "no",
  });
}

function modelOf({ name, settings }: OpenConnection, model: string | undefined): string {
  const wanted = model || settings.defaultModel;
  if (wanted) return wanted;
  throw new NodeError("validation", `Choose a model: "${name}" has no default one.`, { happened: "no" });
}

function describe({ connection, name, known }: { connection: OpenConnection; name: string; known: KnownModel | undefined }): ModelDescription {
  const { provider } = connection.settings;
  return {
    provider,
    connection: connection.name,
    model: name,
    title: known?.title || name,
    ...(known?.contextTokens && { contextTokens: known.contextTokens }),
    ...(known?.maxOutputTokens && { maxOutputTokens: known.maxOutputTokens }),
    // a provider that takes no temperature takes none for a model nobody described either
    abilities: known?.abilities ?? { images: true, tools: true, structured: true, temperature: provider !== "anthropic" },
    ...(known?.prices && { prices: known.prices }),
    known: known?.prices != null,
    isDemo: provider === "scripted",
  };
}
