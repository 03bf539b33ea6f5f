import { z } from "zod";
import type { NodeId, RunId } from "#runtime/graph/ids.ts";
import type { StoredValue, StoredValues } from "#runtime/graph/stored-value.ts";
import { type FileValue, fileValueSchema } from "#runtime/node/port-value.ts";
import type { ChildPurpose, RunEvent } from "#runtime/run/events.ts";
import type { Failure } from "#runtime/run/failure.ts";
import { type NodeKey, nodeKey } from "#runtime/run/run-state.ts";
import type { LiveEphemeral } from "#server/contract/live.ts";

type RunEnd = Extract<RunEvent, { type: "run-finished" }>["state"];

/** A run that was begun, and how it ended as far as it has. */
export interface ChildBlock {
  type: "child";
  run: RunId;
  purpose: ChildPurpose;
  ended?: { state: RunEnd; outputs: StoredValues; failure?: Failure | undefined };
}

/** What happened in a run, in its order: what a model thought and said, and the runs that were begun. */
export type Block = { type: "thought"; text: string } | { type: "text"; text: string } | { type: "image"; file: FileValue } | ChildBlock;

/** What a conversation shows of one run. */
export interface RunTrace {
  readonly run: RunId;
  readonly blocks: readonly Block[];
  /** By node run: text that is being written now. */
  readonly writing: ReadonlyMap<NodeKey, string>;
  /** Values of inputs that the run was given, by node: the arguments of a tool that was called. */
  readonly fixed: Readonly<Record<string, StoredValues>>;
  readonly ended: { state: RunEnd; failure?: (Failure & { node?: NodeId | undefined }) | undefined } | undefined;
}

export function beginTrace(run: RunId): RunTrace {
  return { run, blocks: [], writing: new Map(), fixed: {}, ended: undefined };
}

/** The trace after one more event of its run. */
export function addToTrace(trace: RunTrace, event: RunEvent | LiveEphemeral): RunTrace {
  switch (event.type) {
    case "run-created":
      return { ...trace, fixed: event.fixed ?? {} };
    case "token": {
      const key = nodeKey(event.node, event.path);
      return { ...trace, writing: new Map(trace.writing).set(key, (trace.writing.get(key) ?? "") + event.text) };
    }
    case "written":
      return { ...trace, writing: new Map(trace.writing).set(nodeKey(event.node, event.path), event.text) };
    case "step-failed":
      return isTurn(event.step) ? withoutWriting(trace, event) : trace;
    case "step-finished": {
      if (!isTurn(event.step)) return trace;
      const said = saidIn(event.result);
      const text = said.map((block) => (block.type === "text" ? block.text : "")).join("");
      return { ...withoutWriting(trace, event, text), blocks: [...trace.blocks, ...said] };
    }
    case "child-opened":
      return { ...trace, blocks: [...trace.blocks, { type: "child", run: event.run, purpose: event.purpose }] };
    case "child-finished": {
      const { run, state, outputs, failure } = event;
      return { ...trace, blocks: trace.blocks.map((block) => (isChild(block, run) ? { ...block, ended: { state, outputs, failure } } : block)) };
    }
    case "node-succeeded":
    case "node-failed":
    case "node-cancelled":
    case "attempt-failed":
      return withoutWriting(trace, event);
    case "run-finished":
      return { ...trace, writing: new Map(), ended: { state: event.state, failure: event.failure } };
    default:
      return trace;
  }
}

/** Of a run that is over: what was said last, when that is its answer, stands there once. */
export function blocksBefore(blocks: readonly Block[], answer: string | null): readonly Block[] {
  const at = answerAt(blocks, answer);
  return at < 0 ? blocks : blocks.toSpliced(at, 1);
}

/** Of a run that is over: what stands before its answer, and the pictures after it, without those that its outputs show. */
export function aroundAnswer(
  blocks: readonly Block[],
  { answer, output }: { answer: string | null; output: unknown },
): Record<"before" | "after", readonly Block[]> {
  const at = answerAt(blocks, answer);
  if (at < 0) return { before: blocks, after: [] };
  const shown = output === null ? "" : JSON.stringify(output);
  return { before: blocks.slice(0, at), after: blocks.slice(at + 1).filter((block) => block.type === "image" && !shown.includes(block.file.$asset)) };
}

/** Which block is the answer; -1 where none is. Pictures may follow the words of a turn. */
function answerAt(blocks: readonly Block[], answer: string | null): number {
  const at = blocks.findLastIndex(({ type }) => type !== "image");
  const last = blocks[at];
  return last?.type === "text" && answer !== null && last.text.trim() === answer.trim() ? at : -1;
}

/** All runs a trace tells of, in their order. */
export function childrenOf(blocks: readonly Block[]): ChildBlock[] {
  return blocks.filter((block) => block.type === "child");
}

function isChild(block: Block, run: RunId): block is ChildBlock {
  return block.type === "child" && block.run === run;
}

/** A turn of a model, as agents record them. */
function isTurn(step: string): boolean {
  return /^turn-\d+$/.test(step);
}

/** `recorded`: only what is written of this text goes, since tokens come at once and what is recorded a little later. */
function withoutWriting(trace: RunTrace, { node, path }: { node: NodeId; path: number[] }, recorded?: string): RunTrace {
  const key = nodeKey(node, path);
  const written = trace.writing.get(key);
  if (written === undefined) return trace;
  const rest = recorded === undefined ? "" : restOf(written, recorded);
  const writing = new Map(trace.writing);
  if (rest === "") writing.delete(key);
  else writing.set(key, rest);
  return { ...trace, writing };
}

/** What was written after a text, of which the beginning may have been missed. */
function restOf(written: string, text: string): string {
  for (let length = Math.min(written.length, text.length); length > 0; length--) {
    if (text.endsWith(written.slice(0, length))) return written.slice(length);
  }
  return "";
}

const replySchema = z.looseObject({
  reply: z.looseObject({
    content: z.array(z.looseObject({ type: z.string(), text: z.string().optional(), image: fileValueSchema.optional().catch(undefined) })),
  }),
});

function saidIn(result: StoredValue): Block[] {
  if (result.type !== "inline") return [];
  const reply = replySchema.safeParse(result.value);
  if (!reply.success) return [];
  return reply.data.reply.content.flatMap(({ type, text = "", image }): Block[] => {
    if (type === "image") return image ? [{ type, file: image }] : [];
    if (text.trim() === "") return [];
    if (type === "text") return [{ type: "text", text }];
    return type === "reasoning" ? [{ type: "thought", text }] : [];
  });
}
