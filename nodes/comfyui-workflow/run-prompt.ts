import type { ExecutionContext } from "#runtime/node/context.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import type { FileValue } from "#runtime/node/port-value.ts";
import type { WorkflowContent, WorkflowOutput } from "#runtime/node/workflow.ts";
import type { AssetStore } from "../kit/assets/service.ts";
import { type ComfyClient, type ComfyEnd, type ComfyOutput, type ComfyPrompt, comfyFileName, RUN_LIMIT_MS } from "../kit/comfyui/service.ts";
import { fillPrompt } from "../kit/comfyui/workflow/fill-prompt.ts";
import { failureOf, missingOutputs, withTitles } from "./failures.ts";
import type { PlannedPrompt } from "./plan-prompts.ts";
import type { ShowPrompt } from "./show.ts";

/** Bytes a picture that goes in, or a file that comes out, may have. */
const MOST_BYTES = 100 * 1024 * 1024;
/** Times a server may forget a prompt before it is given up: a server that ends at this very prompt would be asked for ever. */
const MOST_SUBMISSIONS = 3;
const CANCEL_MS = 10_000;

/** What came out, by the names of the outputs that are shown. */
export type PromptResult = Record<string, { files: FileValue[]; texts: string[] }>;

export interface RunPromptGiven {
  client: ComfyClient;
  assets: AssetStore;
  connection: string;
  /** The idempotency key. */
  promptId: string;
  /** Ids under which earlier attempts sent it, which ran out of time and stopped it. */
  stopped: readonly string[];
  /** What people see in the server's queue. */
  title: string;
  content: WorkflowContent;
  planned: PlannedPrompt;
  show: ShowPrompt;
  log: ExecutionContext["log"];
  signal: AbortSignal;
}

/**
 * Runs one prompt to its end and keeps what it made. May be begun again at any time: uploads have the names of their content, and the server is asked
 * whether it knows the prompt before it is sent. Throws `NodeError`.
 */
export async function runPrompt(given: RunPromptGiven): Promise<PromptResult> {
  const { content, planned, promptId } = given;
  const before = await resultFromBefore(given);
  if (before) return before;
  const prompt = fillPrompt(content, { ...planned.values, ...(await uploadAll(given)) });
  const end = await endOf(given, { prompt, promptId });
  const result = await resultUnlessGone(given, end.outputs);
  if (result) return result;
  given.log("info", "A file that ComfyUI remembers is gone; everything is computed again.");
  await given.client.forgetCached(given);
  const again = await endOf(given, { prompt, promptId: againOf(promptId) });
  return keepOutputs(given, again.outputs);
}

/** Of a prompt whose files were gone: everything is computed once more. */
const againOf = (promptId: string) => `${promptId}-again`;

/**
 * What an attempt that ran out of time stopped may have ended just before that; then it is taken. It may also still be there, where the server could not be
 * told: then it is stopped now.
 */
async function resultFromBefore(given: RunPromptGiven): Promise<PromptResult | undefined> {
  for (const promptId of given.stopped.flatMap((id) => [id, againOf(id)]).reverse()) {
    const end = await endOrStop(given, promptId);
    if (end?.type !== "finished") continue;
    const result = await resultUnlessGone(given, end.outputs);
    if (!result) continue;
    await stopOthers(given);
    return result;
  }
  return undefined;
}

/** An attempt that crashed may have sent its own as well, which nobody waits for any more. */
async function stopOthers(given: RunPromptGiven): Promise<void> {
  const signal = AbortSignal.timeout(CANCEL_MS);
  try {
    for (const id of [...given.stopped, given.promptId]) for (const promptId of [id, againOf(id)]) await endOrStop({ ...given, signal }, promptId);
  } catch {
    given.log("warn", "ComfyUI could not be told to stop what is not needed any more. Look into its queue.");
  }
}

/** The end, where it has one; what has none is stopped. */
async function endOrStop({ client, connection, signal }: RunPromptGiven, promptId: string): Promise<ComfyEnd | undefined> {
  const end = await client.end({ connection, promptId, signal });
  if (!end) await client.cancel({ connection, promptId, signal });
  return end;
}

/** Undefined where it was computed before, is remembered, and its file is not there any more. */
async function resultUnlessGone(given: RunPromptGiven, outputs: readonly ComfyOutput[]): Promise<PromptResult | undefined> {
  try {
    return await keepOutputs(given, outputs);
  } catch (error) {
    if (error instanceof NodeError && error.code === "not-found" && error.details?.reason === "gone") return undefined;
    throw error;
  }
}

/** The names of its files on the server, by input. */
async function uploadAll({ client, assets, connection, planned, content, signal }: RunPromptGiven): Promise<Record<string, string>> {
  const names: Record<string, string> = {};
  for (const [name, { image, mask }] of Object.entries(planned.files)) {
    if (!content.inputs.some((input) => input.name === name)) continue;
    const upload = async (file: FileValue, maskOf?: Awaited<ReturnType<ComfyClient["upload"]>>) => {
      const bytes = await assets.read(file, { mostBytes: MOST_BYTES, signal });
      return client.upload({ connection, content: bytes, name: file.name, mediaType: file.mediaType, signal, ...(maskOf && { maskOf }) });
    };
    const picture = await upload(image);
    names[name] = comfyFileName(mask ? await upload(mask, picture) : picture);
  }
  return names;
}

type Finished = Extract<ComfyEnd, { type: "finished" }>;

async function endOf(given: RunPromptGiven, { prompt, promptId }: { prompt: ComfyPrompt; promptId: string }): Promise<Finished> {
  const { client, connection, content, title, signal } = given;
  const needs = shownOutputs(content).map(({ node }) => node);
  for (let tries = 1; ; tries++) {
    signal.throwIfAborted();
    const end = await stoppable(given, promptId, async () => {
      await client.submit({ connection, promptId, prompt, needs, title, signal });
      return follow(given, promptId);
    });
    if (end.type === "finished") return end;
    if (end.type !== "lost" || end.reason !== "forgotten" || tries >= MOST_SUBMISSIONS) throw failureOf(end, content);
    given.log("warn", "ComfyUI was started anew, and does not know this any more; it is sent again.");
  }
}

/** What is stopped, or takes too long, is stopped in ComfyUI as well. */
async function stoppable({ client, connection, content, signal }: RunPromptGiven, promptId: string, work: () => Promise<ComfyEnd>): Promise<ComfyEnd> {
  try {
    return await work();
  } catch (error) {
    if (isOver(error, signal)) await cancel({ client, connection, promptId });
    throw withTitles(error, content);
  }
}

async function follow({ client, connection, show, log, content, signal }: RunPromptGiven, promptId: string): Promise<ComfyEnd> {
  for await (const event of client.follow({ connection, promptId, signal, runLimitMs: RUN_LIMIT_MS })) {
    switch (event.type) {
      case "finished":
      case "failed":
      case "interrupted":
      case "lost":
        return event;
      case "blocked":
        log("warn", event.message);
        break;
      case "text":
        log("info", event.text.slice(0, 2_000));
        break;
      default:
        show.event(event, content);
    }
  }
  throw new NodeError("unexpected", "ComfyUI told no end of what it ran.");
}

/** Whether the prompt is to end with the attempt: not when the attempt is made again elsewhere, or later, as after one answer that came too late. */
function isOver(error: unknown, signal: AbortSignal): boolean {
  const reason = signal.aborted ? signal.reason : error;
  return reason instanceof NodeError && (reason.code === "cancelled" || reason.code === (signal.aborted ? "timeout" : "limit"));
}

async function cancel({ client, ...prompt }: { client: ComfyClient; connection: string; promptId: string }): Promise<void> {
  // the failure that led here is what counts
  await client.cancel({ ...prompt, signal: AbortSignal.timeout(CANCEL_MS) }).catch(() => undefined);
}

async function keepOutputs(given: RunPromptGiven, outputs: readonly ComfyOutput[]): Promise<PromptResult> {
  const wanted = shownOutputs(given.content).map((output) => ({ output, found: outputs.find(({ node }) => node === output.node) }));
  const missing = wanted.filter(({ found }) => !found || found.files.length + found.texts.length === 0);
  if (missing.length > 0) throw missingOutputs(missing.map(({ output }) => output.nodeTitle));
  const result: PromptResult = {};
  for (const { output, found } of wanted) {
    const files: FileValue[] = [];
    for (const file of found?.files ?? []) files.push(await keep(given, file));
    result[output.name] = { files, texts: found?.texts ?? [] };
  }
  return result;
}

async function keep({ client, assets, connection, signal }: RunPromptGiven, file: ComfyOutput["files"][number]): Promise<FileValue> {
  const { filename, subfolder, type } = file;
  const { content, mediaType } = await client.download({ connection, file: { filename, subfolder, type }, mostBytes: MOST_BYTES, signal });
  return assets.keep(content, { name: filename, mediaType });
}

export function shownOutputs({ outputs }: Pick<WorkflowContent, "outputs">): WorkflowOutput[] {
  return outputs.filter(({ isShown }) => isShown);
}
