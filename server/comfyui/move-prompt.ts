import { setTimeout as sleep } from "node:timers/promises";
import { NodeError } from "#runtime/node/node-error.ts";
import type { ComfyServerHold } from "./comfy-server.ts";
import { deleteWaiting, hasArrived, mayHaveArrived, OWNER_KEY, post, stopPrompt } from "./prompts.ts";
import { type QueueItem, untilAborted } from "./queue.ts";
import type { PromptBody } from "./server-access.ts";

/** Times it is sent again, after it was taken out: the server may be away for a moment. */
const MOST_SENDINGS = 5;
const AGAIN_MS = 1_000;

interface Move {
  owner: string;
  promptId: string;
  before?: string | undefined;
  signal: AbortSignal;
}

/**
 * As `ComfyClient.move`. There is no call for it: it is taken out and sent again, with a number between those of its new neighbours. In between only
 * this process has it, so that from then on nothing stops it but somebody who takes it out for good.
 */
export function movePrompt(hold: ComfyServerHold, given: Move): Promise<void> {
  return untilAborted(
    hold.turns.take(given.promptId, () => moveNow(hold, given)),
    given.signal,
  );
}

async function moveNow(hold: ComfyServerHold, { owner, promptId, before, signal }: Move): Promise<void> {
  const { pending } = await hold.queue.read(signal);
  const item = pending.find((each) => each.promptId === promptId);
  if (!item) throw refuse("It does not wait any more: it has begun, or is gone. Look at the queue again.");
  if (item.extraData[OWNER_KEY] !== owner) throw refuse("Only prompts of this workspace can be moved.");
  if (before === promptId) return;
  const others = pending.filter((each) => each !== item);
  const at = before === undefined ? others.length : others.findIndex((each) => each.promptId === before);
  if (at < 0) throw refuse("The one it was to be put before does not wait any more. Look at the queue again.");
  const stop = new AbortController();
  hold.moving.set(promptId, { owner, stop });
  try {
    await takeOut(hold, promptId);
    await sendAgain(hold, { item, number: numberAt(others, at), stop: stop.signal });
  } finally {
    hold.moving.delete(promptId);
  }
}

/** Throws where it stays in the queue, as far as is known. */
async function takeOut(hold: ComfyServerHold, promptId: string): Promise<void> {
  try {
    await deleteWaiting(hold, [promptId], unstoppable());
  } catch (error) {
    if (!mayHaveArrived(error)) throw error;
  }
}

async function sendAgain(hold: ComfyServerHold, { item, number, stop }: { item: QueueItem; number: number; stop: AbortSignal }): Promise<void> {
  const { promptId, outputs } = item;
  const body = bodyOf(item, { number, clientId: hold.socket.clientId });
  for (let sending = 1; ; sending++) {
    try {
      const { state } = await hold.look(promptId, unstoppable());
      if (state === "pending") throw refuse("The server did not take it out of its place. Try again.");
      if (state !== "unknown") throw refuse("It has begun meanwhile, and stays where it is.");
      if (stop.aborted) throw refuse("Somebody took it out of the queue meanwhile.");
      await post(hold, { body, needs: outputs, signal: unstoppable() });
      break;
    } catch (error) {
      if (error instanceof NodeError && error.code === "validation") throw error;
      if (mayHaveArrived(error) && (await hasArrived(hold, promptId, unstoppable()))) break;
      if (sending === MOST_SENDINGS) throw notPutBack(hold, error);
      await sleep(sending * AGAIN_MS);
    }
  }
  // whoever took it out while it was sent may not have waited
  if (stop.aborted) await stopPrompt(hold, { promptId, signal: unstoppable() });
}

function bodyOf({ prompt, promptId, extraData, outputs }: QueueItem, { number, clientId }: { number: number; clientId: string }): PromptBody {
  return {
    ...{ prompt, prompt_id: promptId, client_id: typeof extraData.client_id === "string" ? extraData.client_id : clientId, extra_data: extraData, number },
    ...(outputs.length > 0 && { partial_execution_targets: outputs }),
  };
}

function notPutBack({ http: { address } }: ComfyServerHold, cause: unknown): NodeError {
  const why = cause instanceof Error ? ` ${cause.message}` : "";
  return new NodeError("network", `It was taken out of its place, and "${address.name}" did not take it again: run the node again.${why}`, { cause });
}

/** It is not to get lost half way because somebody closed a page. */
function unstoppable(): AbortSignal {
  return new AbortController().signal;
}

function refuse(why: string): NodeError {
  return new NodeError("validation", why, { happened: "no" });
}

function numberAt(others: readonly QueueItem[], at: number): number {
  const [previous, next] = [others[at - 1]?.number, others[at]?.number];
  if (previous === undefined) return next === undefined ? 0 : next - 1;
  return next === undefined ? previous + 1 : (previous + next) / 2;
}
