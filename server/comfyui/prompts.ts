import { setTimeout as sleep } from "node:timers/promises";
import type { ExactJson } from "#nodes/kit/comfyui/exact-json.ts";
import type { ComfyJob, ComfySubmission, ComfySubmitted } from "#nodes/kit/comfyui/service.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import type { ComfyServerHold } from "./comfy-server.ts";
import { promptRefused, readPromptAnswer } from "./faults.ts";
import { type Known, noComfy } from "./look-up.ts";
import { type QueueItem, untilAborted } from "./queue.ts";
import { type PromptBody, parseAnswer } from "./server-access.ts";

/** Under which key of a prompt's extra data it says whose it is. */
export const OWNER_KEY = "heddle";
/** Under which it says what people call it. */
const TITLE_KEY = "heddle_title";
const TITLE_LENGTH = 300;

/** Waits before it is looked again whether a prompt, whose sending broke off, has arrived. */
const RECOVERY_MS = [300, 1_000, 3_000];
/** So long one that is stopped may be nowhere: on its way to the server, or, by another process, to another place in the queue. */
const ABSENT_MS = 1_000;

type OwnedSubmission = ComfySubmission & { owner: string };

/** As `ComfyClient.submit`. */
export function submitPrompt(hold: ComfyServerHold, given: OwnedSubmission): Promise<ComfySubmitted> {
  return untilAborted(
    hold.turns.take(given.promptId, () => submitNow(hold, given)),
    given.signal,
  );
}

async function submitNow(hold: ComfyServerHold, { owner, ...given }: OwnedSubmission): Promise<ComfySubmitted> {
  const { promptId, needs, signal } = given;
  const known = await hold.look(promptId, signal);
  if (known.state !== "unknown") {
    await requireNeeded(hold, { known, promptId, needs, signal });
    return { isNew: false };
  }
  await hold.socket.expect(promptId);
  const body: PromptBody = {
    ...{ prompt: given.prompt, prompt_id: promptId, client_id: hold.socket.clientId },
    extra_data: { [OWNER_KEY]: owner, ...(given.title !== undefined && { [TITLE_KEY]: given.title.slice(0, TITLE_LENGTH) }) },
    ...(given.front && { front: true }),
  };
  try {
    await post(hold, { body, needs, signal });
  } catch (error) {
    if (!mayHaveArrived(error) || !(await hasArrived(hold, promptId, signal))) throw error;
    const arrived = await hold.look(promptId, signal);
    await requireNeeded(hold, { known: arrived, promptId, needs, signal });
  }
  return { isNew: true };
}

/** Throws `NodeError("validation")` where the server refuses it, or would run only a part. */
export async function post(
  hold: ComfyServerHold,
  { body, needs, signal }: { body: PromptBody; needs?: readonly string[] | undefined; signal: AbortSignal },
): Promise<void> {
  const { name } = hold.http.address;
  const raw = await hold.http.call({ method: "POST", path: "/prompt", json: body, allow: [400, 500], signal });
  if (raw.status === 500) {
    const message = `"${name}" could not read the workflow (500). It is no workflow in the API format, or one of its nodes failed while it was checked; the log of ComfyUI tells more.`;
    throw new NodeError("http-status", message, { happened: "no", details: { status: 500 } });
  }
  const answer = readPromptAnswer(parseAnswer(raw, `"${name}"`));
  if (!answer) throw noComfy(hold.http);
  const { faults, refusal, promptId } = answer;
  if (raw.status === 400) throw promptRefused({ faults, refusal: refusal ?? "It did not say why.", server: name });
  const accepted = promptId ?? body.prompt_id;
  const isMissing = faults.some(({ missing }) => needs === undefined || missing.some((output) => needs.includes(output)));
  if (isMissing || accepted !== body.prompt_id) await stopPrompt(hold, { promptId: accepted, signal });
  if (isMissing) throw promptRefused({ faults, refusal: undefined, server: name });
  if (accepted !== body.prompt_id)
    throw new NodeError("validation", `"${name}" is too old: it does not take our own ids of prompts. Update ComfyUI.`, { happened: "no" });
}

async function requireNeeded(
  hold: ComfyServerHold,
  { known, promptId, needs = [], signal }: { known: Known; promptId: string; needs?: readonly string[] | undefined; signal: AbortSignal },
): Promise<void> {
  if (known.state === "unknown") return;
  const runs = known.state === "over" ? known.outputs : known.item.outputs;
  const missing = runs.length === 0 ? [] : needs.filter((output) => !runs.includes(output));
  if (missing.length === 0) return;
  if (known.state !== "over") await stopPrompt(hold, { promptId, signal });
  const message = `"${hold.http.address.name}" runs only a part of the workflow. These outputs are missing: ${missing.join(", ")}.`;
  throw new NodeError("validation", message, { happened: "no", details: { faults: [], missing } });
}

export function mayHaveArrived(error: unknown): error is NodeError {
  return error instanceof NodeError && error.happened === "unknown" && ["network", "timeout", "http-status"].includes(error.code);
}

export async function hasArrived(hold: ComfyServerHold, promptId: string, signal: AbortSignal): Promise<boolean> {
  for (const wait of RECOVERY_MS) {
    await sleep(wait, undefined, { signal });
    const known = await hold.look(promptId, signal).catch((): undefined => undefined);
    if (known && known.state !== "unknown") return true;
  }
  return false;
}

/** As `ComfyClient.cancel`. */
export function cancelPrompt(hold: ComfyServerHold, given: { promptId: string; signal: AbortSignal }): Promise<void> {
  hold.moving.get(given.promptId)?.stop.abort();
  return untilAborted(
    hold.turns.take(given.promptId, () => stopPrompt(hold, given)),
    given.signal,
  );
}

/** `cancelPrompt` in the turn of somebody who has it already. */
export async function stopPrompt(hold: ComfyServerHold, { promptId, signal }: { promptId: string; signal: AbortSignal }): Promise<void> {
  // one that waits may begin between two looks
  for (let round = 0; round < 3; round++) {
    const { state } = await hold.look(promptId, signal);
    if (state === "over") return;
    if (state === "running") {
      // older servers stop whatever runs: it has just been seen that it is this one
      await hold.http.call({ method: "POST", path: "/interrupt", json: { prompt_id: promptId }, signal });
      return;
    }
    if (state === "pending") await deleteWaiting(hold, [promptId], signal);
    else if (round > 0) return;
    else await sleep(ABSENT_MS, undefined, { signal });
  }
}

export async function deleteWaiting(hold: ComfyServerHold, ids: readonly string[], signal: AbortSignal): Promise<void> {
  await hold.http.call({ method: "POST", path: "/queue", json: { delete: ids }, signal });
}

/** As `ComfyClient.queue`. */
export async function listJobs(hold: ComfyServerHold, { owner, signal }: { owner: string; signal: AbortSignal }): Promise<ComfyJob[]> {
  const { running, pending } = await hold.queue.read(signal);
  const job = (item: QueueItem, state: ComfyJob["state"], position: number): ComfyJob => ({
    ...{ promptId: item.promptId, state, position, isOurs: item.extraData[OWNER_KEY] === owner, outputs: item.outputs },
    ...titleOf(item),
    nodes: nodeCount(item.prompt),
  });
  return [...running.map((item) => job(item, "running", 0)), ...pending.map((item, index) => job(item, "pending", index + 1))];
}

/** Whoever reaches the server can have written it. */
function titleOf({ extraData }: QueueItem): { title?: string } {
  const title = extraData[TITLE_KEY];
  return typeof title === "string" && title !== "" ? { title: title.slice(0, TITLE_LENGTH) } : {};
}

function nodeCount(prompt: ExactJson): number {
  return typeof prompt === "object" && prompt !== null ? Object.keys(prompt).length : 0;
}

/** As `ComfyClient.clearOwn`. */
export async function clearOwnPrompts(hold: ComfyServerHold, { owner, signal }: { owner: string; signal: AbortSignal }): Promise<number> {
  const moved = [...hold.moving].filter(([, move]) => move.owner === owner);
  for (const [, { stop }] of moved) stop.abort();
  await untilAborted(Promise.all(moved.map(([promptId]) => hold.turns.take(promptId, async () => undefined))), signal);
  const { pending } = await hold.queue.read(signal);
  const ours = pending.filter((item) => item.extraData[OWNER_KEY] === owner).map((item) => item.promptId);
  if (ours.length > 0) await deleteWaiting(hold, ours, signal);
  return ours.length + moved.length;
}
