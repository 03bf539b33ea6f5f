import { setTimeout as sleep } from "node:timers/promises";
import { type ComfyEnd, type ComfyEvent, PREVIEW_BYTES, QUEUE_LIMIT_MS, RUN_LIMIT_MS, UNREACHABLE_LIMIT_MS } from "#nodes/kit/comfyui/service.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { createEventBuffer } from "./event-buffer.ts";
import type { ComfyMessage } from "./frames.ts";
import type { Known } from "./look-up.ts";
import { createProgressView } from "./progress.ts";
import type { ComfySocket } from "./socket.ts";

export interface FollowTiming {
  /** Between two looks while the socket tells what happens. */
  quietMs: number;
  /** Between two looks without a socket, or of a prompt that another process sent. */
  pollMs: number;
  /** Between two looks after the socket told of the end: the history is written a moment later. */
  endingMs: number;
  /** So long an end that was told may stay out of the history. */
  endingLimitMs: number;
  /** So long a prompt may be neither in the queue nor in the history: it may be on its way to another place in the queue. */
  absentMs: number;
  /** Least time between two looks. */
  leastMs: number;
}

export const FOLLOW_TIMING: FollowTiming = { quietMs: 10_000, pollMs: 2_000, endingMs: 250, endingLimitMs: 15_000, absentMs: 3_000, leastMs: 300 };

export interface FollowGiven {
  promptId: string;
  socket: ComfySocket;
  look(signal: AbortSignal): Promise<Known>;
  signal: AbortSignal;
  who: string;
  runLimitMs?: number | undefined;
  queueLimitMs?: number | undefined;
  unreachableLimitMs?: number | undefined;
  timing?: Partial<FollowTiming> | undefined;
}

/** As `ComfyClient.follow`. The socket tells what happens; what the server knows of the prompt, asked again and again, decides how it ends. */
export async function* followPrompt(given: FollowGiven): AsyncGenerator<ComfyEvent, void, undefined> {
  const buffer = createEventBuffer();
  const stop = new AbortController();
  const signal = AbortSignal.any([given.signal, stop.signal]);
  const watching = watch({ ...given, signal }, buffer.push).then(buffer.end, (error: unknown) =>
    buffer.fail(given.signal.aborted ? cancelled(given.signal) : error),
  );
  try {
    yield* buffer.read();
  } finally {
    stop.abort();
    await watching;
  }
}

function cancelled({ reason }: AbortSignal): NodeError {
  return reason instanceof NodeError ? reason : new NodeError("cancelled", "The run was stopped.", { cause: reason });
}

async function watch(given: FollowGiven, push: (event: ComfyEvent) => void): Promise<ComfyEnd> {
  const { socket, promptId, signal } = given;
  const timing = { ...FOLLOW_TIMING, ...given.timing };
  const told = createTold(push);
  const bell = createBell();
  let isConnected = true;
  const stopListening = socket.listen(promptId, {
    onMessage: (message) => {
      if (message.type === "status") return void (told.isPending() && bell.ring());
      told.take(message);
      if (told.end()) bell.ring();
    },
    onConnected: (connected) => {
      // the first connection is no news
      if (connected !== isConnected) push({ type: "connected", connected });
      isConnected = connected;
      bell.ring();
    },
  });
  const judge = createJudge(given, { timing, told });
  try {
    while (true) {
      signal.throwIfAborted();
      const known = await given.look(signal).catch((error: unknown) => error);
      const { end, waitMs } = judge(known);
      if (end) return end;
      await Promise.all([bell.wait(waitMs, signal), sleep(Math.min(timing.leastMs, waitMs), undefined, { signal })]);
    }
  } finally {
    stopListening();
  }
}

/** What the socket has told of the prompt, and what that makes of it. */
function createTold(push: (event: ComfyEvent) => void) {
  const progress = createProgressView();
  const outputs: Extract<ComfyEvent, { type: "output" }>["output"][] = [];
  let cached: string[] = [];
  let state: "unknown" | "pending" | "running" = "unknown";
  let end: ComfyEnd | undefined;
  let heard = 0;
  let position: number | undefined;
  const run = () => {
    if (state === "running") return;
    state = "running";
    push({ type: "started" });
  };
  const take = (message: Exclude<ComfyMessage, { type: "status" }>): void => {
    heard += 1;
    if (message.type !== "executing" || message.node !== null) run();
    const news = progress.take(message);
    if (news) push({ type: "progress", ...news });
    switch (message.type) {
      case "cached":
        cached = message.nodes;
        push({ type: "cached", nodes: message.nodes });
        break;
      case "executed":
        outputs.push(message.output);
        push({ type: "output", output: message.output });
        break;
      case "preview":
        if (message.content.length > PREVIEW_BYTES) break;
        push({ type: "preview", node: message.node ?? progress.current(), mediaType: message.mediaType, content: message.content });
        break;
      case "text":
        push({ type: "text", node: message.node, text: message.text });
        break;
      case "error":
        if (message.isEnd) end ??= { type: "failed", node: message.node, nodeType: message.nodeType, message: message.message, outputs };
        else push({ type: "blocked", node: message.node ?? "", message: message.message });
        break;
      case "interrupted":
        end ??= { type: "interrupted", node: message.node, outputs };
        break;
      case "success":
        end ??= { type: "finished", outputs, cached };
        break;
      case "executing":
        // servers before 2024-07 tell of no success
        if (message.node === null) end ??= { type: "finished", outputs, cached };
    }
  };
  return {
    take,
    run,
    /** How many messages came. */
    heard: () => heard,
    /** The end as it was told; what the history says is more exact. */
    end: () => end,
    isPending: () => state !== "running",
    waits: (at: number) => {
      state = "pending";
      if (at !== position) push({ type: "queued", position: at });
      position = at;
    },
  };
}

type Told = ReturnType<typeof createTold>;

/** Decides by what the server knows. Given what was thrown where it did not answer. Throws `NodeError` where there is nothing to wait for any more. */
function createJudge(given: FollowGiven, { timing, told }: { timing: FollowTiming; told: Told }) {
  const { socket, promptId, who } = given;
  const { runLimitMs = RUN_LIMIT_MS, queueLimitMs = QUEUE_LIMIT_MS, unreachableLimitMs = UNREACHABLE_LIMIT_MS } = given;
  const began = performance.now();
  let lastAnswer = began;
  let runsSince: number | undefined;
  let absentSince: number | undefined;
  let endedSince: number | undefined;
  let seen: { epoch: number | undefined; state: "pending" | "running" } | undefined;
  let failures = 0;
  let isRestarted = false;

  const limit = (since: number, most: number, message: string) => {
    if (performance.now() - since > most) throw new NodeError("limit", message, { details: { promptId } });
  };
  const ending = (): { end?: ComfyEnd; waitMs: number } => {
    endedSince ??= performance.now();
    // somebody may have cleared the history
    const isLate = performance.now() - endedSince > timing.endingLimitMs;
    const end = told.end();
    return isLate && end ? { end, waitMs: 0 } : { waitMs: timing.endingMs };
  };
  const absent = (): { end?: ComfyEnd; waitMs: number } => {
    absentSince ??= performance.now();
    if (told.end()) return ending();
    if (performance.now() - absentSince < timing.absentMs) return { waitMs: Math.min(500, timing.absentMs / 3) };
    // a connection that held since it was seen: the server is the same, and somebody took it out
    const isSame = seen?.epoch !== undefined && seen.epoch === socket.epoch();
    return { end: { type: "lost", reason: isSame && seen?.state === "pending" ? "removed" : "forgotten" }, waitMs: 0 };
  };
  const present = (known: Extract<Known, { state: "pending" | "running" }>): { end?: ComfyEnd; waitMs: number } => {
    const isOwn = known.item.extraData.client_id === socket.clientId;
    const hears = isOwn && socket.epoch() !== undefined;
    absentSince = undefined;
    seen = { epoch: socket.epoch(), state: known.state };
    if (known.state === "pending") {
      told.waits(known.position);
      limit(began, queueLimitMs, `The workflow waited in the queue of ${who} for ${minutes(queueLimitMs)}.`);
      return { waitMs: hears ? timing.quietMs : timing.pollMs };
    }
    // it runs, and nothing was told of it since the last look
    const isDeaf = hears && told.heard() === 0 && runsSince !== undefined;
    if (isDeaf && !isRestarted) {
      isRestarted = true;
      socket.restart();
    }
    runsSince ??= performance.now();
    if (isOwn) socket.runs(promptId);
    told.run();
    limit(runsSince, runLimitMs, `The workflow was not done within ${minutes(runLimitMs)}. Allow more time, or look at ${who}.`);
    return told.end() ? ending() : { waitMs: hears && told.heard() > 0 ? timing.quietMs : timing.pollMs };
  };

  return (known: unknown): { end?: ComfyEnd; waitMs: number } => {
    if (!isKnown(known)) {
      if (!isPassing(known)) throw known;
      failures += 1;
      if (performance.now() - lastAnswer > unreachableLimitMs)
        throw new NodeError(known.code, `${who} did not answer for ${minutes(unreachableLimitMs)}: ${known.message}`, { cause: known, details: { promptId } });
      return { waitMs: Math.min(timing.pollMs * 2 ** Math.min(failures - 1, 3), unreachableLimitMs / 4) };
    }
    lastAnswer = performance.now();
    failures = 0;
    switch (known.state) {
      case "over":
        return { end: known.end, waitMs: 0 };
      case "unknown":
        return absent();
      default:
        return present(known);
    }
  };
}

function isKnown(value: unknown): value is Known {
  return typeof value === "object" && value !== null && !(value instanceof Error) && "state" in value;
}

/** It may answer the next time. */
function isPassing(error: unknown): error is NodeError {
  return error instanceof NodeError && (error.code === "network" || error.code === "timeout" || error.code === "http-status");
}

function minutes(ms: number): string {
  return ms < 90_000 ? `${Math.round(ms / 100) / 10} seconds` : `${Math.round(ms / 60_000)} minutes`;
}

interface Bell {
  ring(): void;
  /** Until it rings (or rang since the last wait), or the time is up. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

function createBell(): Bell {
  let rang = false;
  let wake: (() => void) | undefined;
  return {
    ring: () => {
      rang = true;
      wake?.();
    },
    wait: async (ms, signal) => {
      if (!rang) {
        const stop = new AbortController();
        await Promise.race([
          sleep(ms, undefined, { signal: AbortSignal.any([signal, stop.signal]) }).catch(() => undefined),
          new Promise<void>((resolve) => {
            wake = resolve;
          }),
        ]);
        stop.abort();
      }
      rang = false;
      wake = undefined;
      signal.throwIfAborted();
    },
  };
}
