import type { IncomingMessage, ServerResponse } from "node:http";
import { type HookMethod, type HookSettings, hookMethods } from "#nodes/kit/hooks/settings.ts";
import { graphIdSchema, nodeIdSchema, type RunId } from "#runtime/graph/ids.ts";
import type { Graph } from "#runtime/graph/schema.ts";
import type { Catalog } from "#runtime/node/catalog.ts";
import { ApiError } from "../api-error.ts";
import type { BlobStore, Blobs } from "../assets/blob-store.ts";
import { API_ERRORS } from "../contract/api-error.ts";
import type { LiveHub } from "../engine/live-hub.ts";
import { asApiError } from "../http/problem.ts";
import { hasBody, readBytes } from "../http/read-body.ts";
import type { Logger } from "../logger.ts";
import type { CalledHook, HookStore } from "../store/hooks.ts";
import type { BeginRun, BeginRunPort, BegunRun } from "./begin-run.ts";
import type { CallLimits } from "./call-limits.ts";
import type { CallRecord } from "./call-record.ts";
import { type HookTargets, hookNodes, settingsOf } from "./hook-targets.ts";
import { type HookRequest, readCall } from "./read-call.ts";
import { reply, replyProblem } from "./reply.ts";
import { type EndWatch, endInTime, outputText, watchEnd } from "./run-end.ts";
import { isSigned } from "./signature.ts";
import type { SigningSecrets } from "./signing-secrets.ts";

/** A call as it arrived; `query` is what stands after the question mark. */
export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  query: string;
}

export interface HookCalls {
  /** Runs the published revision. Throws `ApiError`. */
  live(token: string, exchange: Exchange): Promise<void>;
  /** Runs the draft, if somebody listens. Throws `ApiError`. */
  test(token: string, exchange: Exchange): Promise<void>;
}

export interface HookCallsGiven {
  targets: Pick<HookTargets, "find" | "isKnown">;
  store: Pick<HookStore, "byToken" | "takeListening" | "listen">;
  readDraft: (graph: CalledHook["graphId"]) => Promise<Graph>;
  catalog: Catalog;
  signing: Pick<SigningSecrets, "of">;
  begin: BeginRunPort;
  hub: Pick<LiveHub, "follow">;
  blobs: Blobs;
  limits: CallLimits;
  record: CallRecord;
  logger: Logger;
}

/** What is called: a node, as the published revision or the draft has it. */
interface Callee {
  workspace: string;
  hook: string;
  test: boolean;
  settings: HookSettings;
  methods: readonly HookMethod[];
  secret: string;
  begin(given: Pick<BeginRun, "input" | "idempotencyKey" | "listener">): Promise<BegunRun>;
}

/** Bytes a call may carry (`quality.md`: 5 MiB). */
export const HOOK_BODY_LIMIT = 5 * 1024 * 1024;
const MAX_DELIVERY_ID = 200;
const UNKNOWN = "No published graph is called at this address.";
const NOBODY_LISTENS = "Nobody listens for a test call at this address. Choose “Listen for a test call” in the node's settings, then call again.";

export function createHookCalls(given: HookCallsGiven): HookCalls {
  const { targets, store, limits, begin, hub, blobs } = given;
  const answer = async (callee: Callee, exchange: Exchange): Promise<void> => {
    const { request, response } = exchange;
    const method = request.method ?? "GET";
    const noted = { at: new Date().toISOString(), method, test: callee.test };
    try {
      const input = await takeCall(callee, exchange);
      if (!input) return;
      const watch = callee.settings.respond === "when-finished" ? watchEnd() : undefined;
      const begun = await callee.begin({ input: { ...input }, idempotencyKey: deliveryKey(callee, request), listener: watch?.listener });
      const status = watch
        ? await replyOutput({ begun, watch, settings: callee.settings }, { response, hub, blobs: blobs(callee.workspace) })
        : replyAccepted(response, begun.run.id);
      given.record.note(callee.hook, { ...noted, status, run: begun.run.id });
    } catch (error) {
      const known = asApiError(error, given.logger);
      given.record.note(callee.hook, { ...noted, status: API_ERRORS[known.code].status });
      throw known;
    }
  };
  const testCallee = async (row: CalledHook): Promise<Callee> => {
    const graph = graphIdSchema.parse(row.graphId);
    const node = hookNodes(await given.readDraft(graph), given.catalog).find(({ id }) => id === row.nodeId);
    const settings = node && settingsOf(node);
    if (!settings) throw new ApiError("unprocessable", "The draft does not have this node any more, or its settings do not fit.");
    const beginDraft: Callee["begin"] = async (input) => {
      const actor = await store.takeListening(row.id);
      if (actor === undefined) throw new ApiError("not-found", NOBODY_LISTENS);
      try {
        return await begin({ ...input, graph, entry: node.id, actor, trigger: "test" });
      } catch (error) {
        await store.listen({ graph, node: nodeIdSchema.parse(row.nodeId), until: row.listeningUntil, actor });
        throw error;
      }
    };
    return {
      workspace: row.workspaceId,
      hook: row.id,
      test: true,
      settings,
      methods: hookMethods(settings),
      secret: (await given.signing.of(row)).secret,
      begin: beginDraft,
    };
  };
  return {
    live: async (token, exchange) => {
      const { request, response } = exchange;
      const look = () => Promise.resolve(targets.find(token));
      const target = targets.isKnown(token) ? await targets.find(token) : await limits.guess(request, look);
      if (!target) throw new ApiError("not-found", UNKNOWN);
      await limits.call(token, response);
      const { workspace, graph, revision, node, actor, hook, settings, methods, secret } = target;
      const beginPublished: Callee["begin"] = (input) => begin({ ...input, graph, revision, entry: node, actor, startedBy: null, trigger: "webhook" });
      await answer({ workspace, hook, test: false, settings, methods, secret, begin: beginPublished }, exchange);
    },
    test: async (token, exchange) => {
      const row = await limits.guess(exchange.request, () => store.byToken(token));
      const isListening = row && !row.archived && row.listeningUntil !== null && row.listeningUntil.getTime() > Date.now();
      if (!isListening) throw new ApiError("not-found", NOBODY_LISTENS);
      await limits.call(`test/${token}`, exchange.response);
      await answer(await testCallee(row), exchange);
    },
  };
}

/** What the run is given; undefined when the call was answered without one. Throws `ApiError`. */
async function takeCall({ methods, settings, secret }: Callee, { request, response, query }: Exchange): Promise<HookRequest | undefined> {
  const method = request.method ?? "GET";
  if (!methods.some((taken) => taken === method)) {
    response.setHeader("allow", [...new Set([...methods, "HEAD", "OPTIONS"])].join(", "));
    if (method === "HEAD" || method === "OPTIONS") return void reply(response, method === "HEAD" ? 200 : 204);
    throw new ApiError("method-not-allowed", `This address takes ${methods.join(", ")}.`);
  }
  const content = hasBody(request) ? await readBytes(request, HOOK_BODY_LIMIT) : Buffer.alloc(0);
  const { on, header, prefix } = settings.signature;
  if (on && !isSigned({ secret, body: content, header: request.headers[header.toLowerCase()], prefix }))
    throw new ApiError("wrong-signature", `The header ${header} does not hold the signature of this body under the secret of this address.`);
  return readCall(request, { query, content });
}

/** Under which a repeated delivery finds its first run. Throws `ApiError`. */
function deliveryKey({ hook, test, settings }: Callee, { headers }: IncomingMessage): string | undefined {
  const { header } = settings.deduplicate;
  if (header === "" || test) return undefined;
  const id = headers[header.toLowerCase()];
  if (typeof id !== "string" || id === "") return undefined;
  if (id.length > MAX_DELIVERY_ID) throw new ApiError("bad-request", `The header ${header} may have ${MAX_DELIVERY_ID} characters.`);
  return `hook:${hook}:${id}`;
}

function replyAccepted(response: ServerResponse, run: RunId): 202 {
  reply(response, 202, `{"run":"${run}"}`);
  return 202;
}

interface Waiting {
  begun: BegunRun;
  watch: EndWatch;
  settings: HookSettings;
}

/** Waits for the run as long as the node says; the run goes on whatever becomes of its caller. */
async function replyOutput(
  { begun, watch, settings }: Waiting,
  given: Pick<HookCallsGiven, "hub"> & { blobs: Pick<BlobStore, "get">; response: ServerResponse },
): Promise<number> {
  const { response, hub, blobs } = given;
  const run = begun.run.id;
  const unfollow = begun.created ? begun.unfollow : hub.follow(run, { after: 0, listener: watch.listener });
  const end = await endInTime(watch.end, { timeoutMs: settings.timeoutMs, response });
  unfollow();
  if (!end) return replyAccepted(response, run);
  if (end.state === "succeeded") {
    reply(response, 200, await outputText(end.output, { name: settings.output, blobs }));
    return 200;
  }
  const code = end.failure?.code ?? end.state;
  replyProblem(response, {
    type: `urn:heddle:problem:${code}`,
    title: "The run did not succeed",
    status: 500,
    code,
    detail: `The run ${run} is ${end.state}.`,
    run,
  });
  return 500;
}
