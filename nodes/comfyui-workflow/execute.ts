import type { ExecutionContext } from "#runtime/node/context.ts";
import { implementNode } from "#runtime/node/define.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { done } from "#runtime/node/outcome.ts";
import type { WorkflowContent } from "#runtime/node/workflow.ts";
import { isTransient, toFailure } from "#runtime/run/failure.ts";
import { assetStore } from "../kit/assets/service.ts";
import { workflowVersions } from "../kit/comfyui/library.ts";
import { comfyClient } from "../kit/comfyui/service.ts";
import { workflowOf } from "./config.ts";
import { comfyuiWorkflow } from "./node.ts";
import { type PlannedPrompt, planPrompts } from "./plan-prompts.ts";
import { type PromptResult, runPrompt, shownOutputs } from "./run-prompt.ts";
import { createShow } from "./show.ts";

/** Prompts that wait or run at once: several servers get some each, and one never stands still between two. */
const AT_ONCE = 4;

export default implementNode(comfyuiWorkflow, async ({ config, inputs, references, context }) => {
  const workflow = workflowOf(config, references);
  if (!workflow) throw new NodeError("not-found", "The workflow to run is not known.", { happened: "no" });
  const { values, sweep, repeat, seeds, connection } = config;
  const label = config.label === "" ? undefined : config.label;
  const content = await context.use(workflowVersions).read(workflow);
  // seeds that were drawn stay what they are, however often the node is entered again
  const planned = await context.step("prompts", { effect: "pure", input: { hash: workflow.hash, values, sweep, repeat, seeds, inputs } }, async () =>
    planPrompts({ content, values, inputs, sweep, repeat, seeds, random }),
  );
  const client = context.use(comfyClient);
  const assets = context.use(assetStore);
  const shows = createShow({ count: planned.length, emit: (emission) => context.emit(emission) });

  const runOne = async (prompt: PlannedPrompt, { index, signal }: { index: number; signal: AbortSignal }): Promise<PromptResult> => {
    const server = await context.step(`server-${index}`, { effect: "read", input: { connection: connection ?? null, label: label ?? null } }, async () => {
      if (connection === undefined) return client.choose({ label, signal });
      return (await client.servers()).find((each) => each.connection === connection) ?? { connection, name: "the server", labels: [] };
    });
    const show = shows.prompt(index, server.name);
    const { promptId, stopped } = promptIds(context, index);
    const step = { effect: "keyed" as const, input: { server: server.connection, prompt, hash: workflow.hash }, key: promptId };
    const result = await context.step(`prompt-${index}`, step, () =>
      runPrompt({
        ...{ client, assets, promptId, stopped, content, show, signal },
        connection: server.connection,
        title: planned.length > 1 ? `${workflow.name}, ${index + 1} of ${planned.length}` : workflow.name,
        planned: prompt,
        log: (level, message) => context.log(level, message),
      }),
    );
    show.done();
    return result;
  };
  try {
    const results = await severalAtOnce(planned, { signal: context.signal, run: runOne });
    return done(outputsOf(content, { planned, results }));
  } catch (error) {
    throw lateAnswer(error, context.signal);
  } finally {
    shows.stop();
  }
});

/** In their order; the first that fails stops the others: for good, or as an attempt that is made again stops, which goes on with the same prompts. */
async function severalAtOnce<Item, Result>(
  items: readonly Item[],
  { signal, run }: { signal: AbortSignal; run: (item: Item, given: { index: number; signal: AbortSignal }) => Promise<Result> },
): Promise<Result[]> {
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const results: Result[] = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length && !failed.signal.aborted) {
      const index = next++;
      results[index] = await run(items[index] as Item, { index, signal: either });
    }
  };
  let failure: { error: unknown } | undefined;
  const workers = Array.from({ length: Math.min(AT_ONCE, items.length) }, async () => {
    try {
      await worker();
    } catch (error) {
      failure ??= { error };
      const code = isTransient(toFailure(error)) ? "worker-lost" : "cancelled";
      failed.abort(new NodeError(code, "Another one of the same node failed.", { happened: "no" }));
    }
  });
  await Promise.all(workers);
  if (failure) throw failure.error;
  return results;
}

/**
 * The id under which a prompt is sent, and those of attempts that ran out of time: they stopped theirs. Any other attempt, made again after a crash or
 * a passing failure, finds the prompt of the one before it.
 */
function promptIds({ idempotencyKey, node }: Pick<ExecutionContext, "idempotencyKey" | "node">, index: number): { promptId: string; stopped: string[] } {
  const first = `heddle-${idempotencyKey.slice(0, 48)}-${index}`;
  const ids = Array.from({ length: node.timeouts + 1 }, (_, timeouts) => (timeouts === 0 ? first : `${first}-${timeouts + 1}`));
  return { promptId: ids.at(-1) ?? first, stopped: ids.slice(0, -1) };
}

/** One answer that came too late stops no prompt: told as `timeout`, it would be counted as an attempt that did. */
function lateAnswer(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted || !(error instanceof NodeError) || error.code !== "timeout") return error;
  const { message, happened, details, retryAfterMs } = error;
  return new NodeError("network", message, { happened, ...(details && { details }), ...(retryAfterMs !== undefined && { retryAfterMs }), cause: error });
}

function outputsOf(
  content: WorkflowContent,
  { planned, results }: { planned: readonly PlannedPrompt[]; results: readonly PromptResult[] },
): Record<string, unknown> {
  const outputs: Record<string, unknown> = {};
  const [first] = results;
  for (const { name, type } of shownOutputs(content)) {
    const { files = [], texts = [] } = first?.[name] ?? {};
    const file = type === "image" ? files.find(({ mediaType }) => mediaType.startsWith("image/")) : files[0];
    const value = type === "text" ? texts.join("\n") : file;
    if (value !== undefined) outputs[name] = value;
  }
  const images = results.flatMap((result) => Object.values(result).flatMap(({ files }) => files)).filter(({ mediaType }) => mediaType.startsWith("image/"));
  return { ...outputs, images, results: planned.map(({ values }, index) => ({ values, outputs: results[index] ?? {} })) };
}

/** 64 bits. */
function random(): bigint {
  return crypto.getRandomValues(new BigUint64Array(1))[0] ?? 0n;
}
