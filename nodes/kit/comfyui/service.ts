import { defineService } from "#runtime/node/service.ts";
import type { ExactJson } from "./exact-json.ts";

/** Milliseconds a prompt may compute when nothing else is said. */
export const RUN_LIMIT_MS = 15 * 60_000;
/** Milliseconds a prompt may stand in the queue when nothing else is said. */
export const QUEUE_LIMIT_MS = 2 * 3_600_000;
/** Milliseconds a server may give no answer at all before it is given up. */
export const UNREACHABLE_LIMIT_MS = 5 * 60_000;

/** One node of a prompt; an input is a value, or a link `[node id, output slot]`. */
export interface ComfyPromptNode {
  class_type: string;
  inputs: Record<string, ExactJson>;
  /** The title people gave it; the server ignores it. */
  _meta?: { title?: string };
}

/** What a server is asked to run, by node id: the API format, as `POST /prompt` takes it. */
export type ComfyPrompt = Record<string, ComfyPromptNode>;

/** A file on a server, as outputs and uploads name it. */
export interface ComfyFile {
  filename: string;
  /** Empty for none. */
  subfolder: string;
  /** The folder it is in; the content of `temp` goes when the server ends. */
  type: "output" | "input" | "temp";
}

/** What one node yielded for people to see. */
export interface ComfyOutput {
  /** Id in the prompt. */
  node: string;
  /** In the order of the server, under the key the node gave them: `images`, `gifs`, `audio`, … */
  files: (ComfyFile & { key: string })[];
  /** Of its `text`. */
  texts: string[];
}

/** What is wrong with one node of a prompt, as the server's validation says. */
export interface ComfyFault {
  node: string;
  nodeType: string;
  /** As the server calls it: `value_not_in_list`, `required_input_missing`, … */
  type: string;
  /** The input it is about, where one is named. */
  input?: string;
  message: string;
  /** Output nodes that cannot run because of it. */
  missing: string[];
}

export interface ComfyNodeProgress {
  /** Id in the prompt, also of nodes that a node made while it ran. */
  node: string;
  value: number;
  /** A fraction `value / max` may end below 1. */
  max: number;
  state: "running" | "finished";
}

/** Ends of a prompt; nothing comes after them. `outputs` holds what is there, cached outputs and those from before an error included. */
export type ComfyEnd =
  | { type: "finished"; outputs: ComfyOutput[] /** Nodes that were not run again. */; cached: string[] }
  /** `message` has no paths of the server and no traceback. `node` is null where the server named none. */
  | { type: "failed"; node: string | null; nodeType: string | null; message: string; outputs: ComfyOutput[] }
  /** Somebody stopped it: whoever called `cancel`, or people on the server itself. */
  | { type: "interrupted"; node: string | null; outputs: ComfyOutput[] }
  /**
   * Neither queue nor history of the server know it. `removed`: somebody took it out of the queue. `forgotten`: the server was started anew, or its
   * history was cleared; it may be submitted again under the same id.
   */
  | { type: "lost"; reason: "removed" | "forgotten" };

/** What is told of a prompt while it is followed. Events may be missing, after a break or of servers that do not send them; the end never is. */
export type ComfyEvent =
  /** `position` 1 is next. Told whenever it changes. */
  | { type: "queued"; position: number }
  | { type: "started" }
  | { type: "cached"; nodes: string[] }
  /** All nodes that began so far. Only the newest is kept for a reader that is slow. */
  | { type: "progress"; nodes: ComfyNodeProgress[] /** The one that runs now, where known. */; current: string | null }
  /** A picture of work in progress; only the newest is kept. `node` is null where it cannot be told. At most `PREVIEW_BYTES`. */
  | { type: "preview"; node: string | null; mediaType: "image/jpeg" | "image/png" | "image/webp"; content: Uint8Array }
  /** A text a node shows while it runs. */
  | { type: "text"; node: string; text: string }
  | { type: "output"; output: ComfyOutput }
  /** A node was kept from running; the prompt goes on. */
  | { type: "blocked"; node: string; message: string }
  /** The connection broke (`false`), and is there again. */
  | { type: "connected"; connected: boolean }
  | ComfyEnd;

export const PREVIEW_BYTES = 2_000_000;

export interface ComfySubmission {
  /** Id of the connection. */
  connection: string;
  /** The idempotency key: chosen by the caller, the same for each attempt. At most 200 characters. */
  promptId: string;
  prompt: ComfyPrompt;
  /**
   * Ids of the output nodes whose results are needed. A server that runs only some of them has failed. Left out: those that the server
   * says it will not run.
   */
  needs?: readonly string[] | undefined;
  /** What people call it, shown where the queue is. Kept with the prompt: everybody who reaches the server can read it. */
  title?: string | undefined;
  /** Before everything that waits. */
  front?: boolean | undefined;
  signal: AbortSignal;
}

export interface ComfySubmitted {
  /** `false`: the server knew the prompt already, and it was not sent again. */
  isNew: boolean;
}

export interface ComfyFollowing {
  connection: string;
  promptId: string;
  signal: AbortSignal;
  /** `RUN_LIMIT_MS` when left out: from the moment it is seen to run. */
  runLimitMs?: number | undefined;
  /** `QUEUE_LIMIT_MS` when left out. */
  queueLimitMs?: number | undefined;
  /** `UNREACHABLE_LIMIT_MS` when left out. */
  unreachableLimitMs?: number | undefined;
}

export interface ComfyUpload {
  connection: string;
  content: Uint8Array;
  /** For people; the name on the server begins with the hash of the content, so that repeating it changes nothing. */
  name: string;
  mediaType: string;
  /** Of a mask: the uploaded picture it belongs to. Its transparency is put on that picture. */
  maskOf?: ComfyFile | undefined;
  signal: AbortSignal;
}

/** What a server says of one kind of node. Source: `GET /object_info` of ComfyUI; fields it does not give are left out. */
export interface ComfyClass {
  name: string;
  display_name?: string;
  description?: string;
  category?: string;
  /** By name: `[type, options?]`, or `[choices, options?]`. */
  input: { required?: Record<string, ExactJson[]>; optional?: Record<string, ExactJson[]>; hidden?: Record<string, ExactJson> };
  input_order?: { required?: string[]; optional?: string[]; hidden?: string[] };
  output: ExactJson[];
  output_name?: string[];
  output_is_list?: boolean[];
  /** Its results are what a prompt is run for. */
  output_node?: boolean;
  /** Where it comes from: `nodes`, `custom_nodes.<extension>`, … */
  python_module?: string;
  deprecated?: boolean;
  experimental?: boolean;
  [key: string]: unknown;
}

export interface ComfyObjectInfo {
  /** By class name. */
  classes: Readonly<Record<string, ComfyClass>>;
  /** SHA-256 of what the server said: another text when anything about its nodes or models is another. */
  etag: string;
  /** ISO 8601. */
  readAt: string;
}

export interface ComfyJob {
  promptId: string;
  state: "running" | "pending";
  /** 0 while it runs, 1 for the next. */
  position: number;
  /** Whether this workspace submitted it. Only those may be moved or removed. */
  isOurs: boolean;
  /** What it was called when it was submitted; absent where it was not. */
  title?: string;
  /** Of the output nodes it is run for. */
  outputs: string[];
  /** How many nodes it has. */
  nodes: number;
}

/** Where a prompt may be sent. */
export interface ComfyServer {
  connection: string;
  name: string;
  labels: string[];
}

/**
 * The ComfyUI servers of the workspace's connections. Throws `NodeError`: `not-found` (no such connection; a file that is gone has
 * `details.reason` "gone"), `validation` (the server refused a prompt: `details.faults` is `ComfyFault[]`, `details.missing` the output nodes that
 * would not run; happened "no"), `auth`, `policy` (address not allowed), `network`, `timeout`, `http-status`, `limit` (too large, too long), `cancelled`.
 */
export interface ComfyClient {
  /** The servers of the workspace, by name. */
  servers(): Promise<ComfyServer[]>;
  /** The one with that label (any, without one) that answers and has the fewest prompts before a new one. Throws `NodeError("not-found")` where none has the label, `network` where none answers. */
  choose(given: { label?: string | undefined; signal: AbortSignal }): Promise<ComfyServer>;
  /** Kept for a minute; `fresh` asks again. */
  objectInfo(given: { connection: string; signal: AbortSignal; fresh?: boolean | undefined }): Promise<ComfyObjectInfo>;
  /** At most 100 MB, by the server's own limit. */
  upload(given: ComfyUpload): Promise<ComfyFile>;
  /**
   * Sends a prompt once: where queue or history know its id already, nothing is sent. A server that would leave out some outputs is told to
   * leave it all, and that is the failure `validation`.
   */
  submit(given: ComfySubmission): Promise<ComfySubmitted>;
  /**
   * Tells of a prompt from where it is now until its end, through broken connections and restarts of the server. Ends with one `ComfyEnd`; throws
   * `limit` where it waits or runs too long, and what the last call threw (`network`, `timeout`) where the server stays away: the prompt may still run
   * then, `cancel` ends it.
   */
  follow(given: ComfyFollowing): AsyncIterable<ComfyEvent>;
  /** The end, where it has one already; undefined while it waits or runs. A prompt nobody knows is `lost`. */
  end(given: { connection: string; promptId: string; signal: AbortSignal }): Promise<ComfyEnd | undefined>;
  /** The whole file. One that is gone (a cached output whose file was deleted) is `NodeError("not-found")` with `details.reason` "gone". */
  download(given: { connection: string; file: ComfyFile; mostBytes: number; signal: AbortSignal }): Promise<{ content: Uint8Array; mediaType: string }>;
  /** Makes the server compute everything again the next time: cached outputs are forgotten. */
  forgetCached(given: { connection: string; signal: AbortSignal }): Promise<void>;
  /** Takes it out of the queue, or interrupts it: only this one. Nothing happens where it is over. */
  cancel(given: { connection: string; promptId: string; signal: AbortSignal }): Promise<void>;
  /** What runs and waits, in the order in which it will run. */
  queue(given: { connection: string; signal: AbortSignal }): Promise<ComfyJob[]>;
  /** Puts a waiting prompt of ours before another one that waits, or last; its id stays. Throws `validation` where it has begun, or is not ours. */
  move(given: { connection: string; promptId: string; before?: string | undefined; signal: AbortSignal }): Promise<void>;
  /** Takes all waiting prompts of ours out of the queue; gives how many these were. */
  clearOwn(given: { connection: string; signal: AbortSignal }): Promise<number>;
}

export const comfyClient = defineService<ComfyClient>("comfyui");

/** As inputs of nodes such as LoadImage name a file. */
export function comfyFileName({ filename, subfolder, type }: ComfyFile): string {
  const path = subfolder === "" ? filename : `${subfolder}/${filename}`;
  return type === "input" ? path : `${path} [${type}]`;
}
