import type { NodeId } from "#runtime/graph/ids.ts";
import type { IterationPath, RunEvent } from "#runtime/run/events.ts";
import { type NodeKey, nodeKey } from "#runtime/run/run-state.ts";

/** A part of a node run's time, in milliseconds since 1970. */
export interface Span {
  readonly kind: "running" | "waiting" | "retrying";
  readonly from: number;
  /** Absent while it goes on. */
  to?: number;
  /** Of `running`: the attempt, from 1, and whether it failed. */
  readonly attempt: number;
  failed?: boolean;
}

/** The time of one node run: its attempts, and what it waited for between them. */
export interface NodeSpans {
  readonly key: NodeKey;
  readonly node: NodeId;
  readonly path: IterationPath;
  readonly from: number;
  readonly spans: Span[];
  /** The state it ended in. */
  end?: "succeeded" | "failed" | "reused" | "cancelled";
  to?: number;
}

/** When what happened, by node run in the order of their beginning. Changed in place, event by event. */
export interface RunSpans {
  readonly byKey: Map<NodeKey, NodeSpans>;
  begin: number | undefined;
  /** When its last event happened. */
  last: number;
  isOver: boolean;
  /** Events taken in. */
  seq: number;
}

export function createRunSpans(): RunSpans {
  return { byKey: new Map(), begin: undefined, last: 0, isOver: false, seq: 0 };
}

const ENDS = { "node-succeeded": "succeeded", "node-failed": "failed", "node-cancelled": "cancelled" } as const;

/** Takes in the next event of the log. */
export function addToSpans(spans: RunSpans, event: RunEvent): void {
  const at = Date.parse(event.at);
  spans.last = Math.max(spans.last, at);
  spans.seq = event.seq;
  if (event.type === "run-finished") endAll(spans, at);
  if (!("node" in event)) return;
  switch (event.type) {
    case "node-started":
      go(spans, event, { kind: "running", from: at, attempt: event.attempt });
      break;
    case "node-waiting":
    case "node-uncertain":
    case "child-opened":
      go(spans, event, { kind: "waiting", from: at, attempt: 0 });
      break;
    case "node-retrying":
      go(spans, event, { kind: "retrying", from: at, attempt: 0 });
      break;
    case "attempt-failed":
      failAttempt(spans, event);
      pause(spans, event, at);
      break;
    case "wait-answered":
    case "uncertainty-decided":
    case "retry-due":
    case "child-finished":
      pause(spans, event, at);
      break;
    case "node-reused":
      finish(spansOf(spans, event, at), "reused", at);
      break;
    case "node-succeeded":
    case "node-failed":
    case "node-cancelled":
      finish(spans.byKey.get(nodeKey(event.node, event.path)), ENDS[event.type], at);
  }
}

type Of = { node: NodeId; path: IterationPath };

function spansOf(spans: RunSpans, { node, path }: Of, at: number): NodeSpans {
  const key = nodeKey(node, path);
  const known = spans.byKey.get(key) ?? { key, node, path, from: at, spans: [] };
  spans.byKey.set(key, known);
  spans.begin = Math.min(spans.begin ?? at, at);
  return known;
}

function go(spans: RunSpans, of: Of, span: Span): void {
  const known = spansOf(spans, of, span.from);
  close(known, span.from);
  known.spans.push(span);
}

function failAttempt(spans: RunSpans, { node, path }: Of): void {
  const open = spans.byKey.get(nodeKey(node, path))?.spans.at(-1);
  if (open && open.to === undefined) open.failed = true;
}

function pause(spans: RunSpans, { node, path }: Of, at: number): void {
  const known = spans.byKey.get(nodeKey(node, path));
  if (known) close(known, at);
}

function finish(known: NodeSpans | undefined, end: NonNullable<NodeSpans["end"]>, at: number): void {
  if (!known) return;
  close(known, at);
  known.end = end;
  known.to = at;
}

function close(known: NodeSpans, at: number): void {
  const open = known.spans.at(-1);
  if (open && open.to === undefined) open.to = at;
}

function endAll(spans: RunSpans, at: number): void {
  spans.isOver = true;
  for (const known of spans.byKey.values()) {
    if (known.to !== undefined) continue;
    close(known, at);
    known.to = at;
    known.end ??= "cancelled";
  }
}

/** What a row of the timeline shows: the node runs of a node, or of one iteration of it. */
export interface SpanRow {
  readonly id: string;
  readonly node: NodeId;
  readonly runs: readonly NodeSpans[];
}

/** Rows in the order of their beginning; `together`: all iterations of a node in one row. */
export function rowsOf({ byKey }: RunSpans, together: boolean): SpanRow[] {
  if (!together) return [...byKey.values()].map((run) => ({ id: run.key, node: run.node, runs: [run] }));
  return [...Map.groupBy(byKey.values(), ({ node }) => node)].map(([node, runs]) => ({ id: node, node, runs }));
}
