import { type ChatId, chatIdSchema, createId, type GraphId, graphIdSchema, runIdSchema } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";
import { storedValuesSchema } from "#runtime/graph/stored-value.ts";
import type { JsonSchema } from "#runtime/node/define.ts";
import type { Plan } from "#runtime/plan/plan.ts";
import { ApiError } from "../api-error.ts";
import type { Blobs } from "../assets/blob-store.ts";
import type { Chat, ChatTurn } from "../contract/chats.ts";
import type { GraphSummary } from "../contract/graphs.ts";
import type { RunService } from "../engine/run-service.ts";
import { loadValue } from "../engine/stored-values.ts";
import type { ChatPlace, ChatRow, ChatStore, ChatTurnRow } from "../store/chats.ts";
import { type Asked, answerOf, askedOf, inputOf } from "./asked.ts";

const TITLE = 80;

export interface Whose extends ChatPlace {
  graph: GraphId;
}

export interface Say {
  text: string;
  files: readonly Json[];
  /** To the draft instead of the published revision. */
  draft: boolean;
  idempotencyKey?: string | undefined;
}

export interface Chats {
  /** Whether one can talk to a graph. */
  chatting(place: Whose): Promise<{ name: string; published: string | null; draft: string | null; files: boolean }>;
  list(place: Whose, query: { search?: string | undefined; cursor?: string | undefined; limit: number }): Promise<{ items: Chat[]; nextCursor?: string }>;
  begin(place: Whose, title: string): Promise<Chat>;
  /** Throws "not-found", as the rest of them. */
  rename(place: Whose, chat: ChatId, title: string): Promise<Chat>;
  remove(place: Whose, chat: ChatId): Promise<void>;
  turns(place: Whose, chat: ChatId, query: { cursor?: string | undefined; limit: number }): Promise<{ items: ChatTurn[]; nextCursor?: string }>;
  /** Starts the run that answers. Throws "conflict" where one cannot talk to the graph, and what starting a run throws. */
  say(place: Whose, chat: ChatId, given: Say): Promise<ChatTurn>;
}

export interface ChatsGiven {
  store: ChatStore;
  runs: Pick<RunService, "start">;
  blobs: Blobs;
  summary: (graph: GraphId) => Promise<GraphSummary>;
  /** A revision, or the draft, compiled; undefined where it does not compile. */
  planOf: (graph: GraphId, revision: number | "draft") => Promise<Plan | undefined>;
  /** The JSON Schema of what a run of it is asked for. */
  inputSchemaOf: (plan: Plan) => JsonSchema;
  /** Agents forget what they remember under this key. */
  forget: (thread: { workspace: string; key: string }) => Promise<void>;
}

/** Conversations with graphs: each message is a run, so what a run has (streams, gates, costs, logs) a conversation has. */
export function createChats({ store, runs, blobs, summary, planOf, inputSchemaOf, forget }: ChatsGiven): Chats {
  const find = async (place: Whose, id: ChatId): Promise<ChatRow> => {
    const row = await store.read(place, id);
    if (!row) throw new ApiError("not-found", "There is no such conversation.");
    return row;
  };
  const asked = async (graph: GraphId, revision: number | "draft"): Promise<Asked | string> => {
    const plan = await planOf(graph, revision);
    return plan ? askedOf(inputSchemaOf(plan)) : "It cannot run as it is. Open it, and mend what is marked.";
  };
  const published = async (graph: GraphId): Promise<{ name: string; revision: number | undefined; how: Asked | string }> => {
    const { name, publishedRevision } = await summary(graph);
    if (publishedRevision === null) return { name, revision: undefined, how: "It is not published yet. Publish a revision, or talk to the draft." };
    return { name, revision: publishedRevision, how: await asked(graph, publishedRevision) };
  };
  const show = (workspace: string) => async (row: ChatTurnRow) => toTurn(row, await outputOf(row, blobs(workspace)));
  return {
    chatting: async ({ graph }) => {
      const { name, how } = await published(graph);
      const draft = await asked(graph, "draft");
      const takes = typeof how === "string" ? draft : how;
      return { name, published: reason(how), draft: reason(draft), files: typeof takes !== "string" && takes.files !== undefined };
    },
    list: async (place, query) => {
      const { items, nextCursor } = await store.list(place, query);
      return { items: items.map(toChat), ...(nextCursor !== undefined && { nextCursor }) };
    },
    begin: async (place, title) => toChat(await store.begin(place, { id: createId("chat"), title })),
    rename: async (place, id, title) => {
      const row = await store.rename(place, id, title);
      if (!row) throw new ApiError("not-found", "There is no such conversation.");
      return toChat(row);
    },
    remove: async (place, id) => {
      if (!(await store.remove(place, id))) throw new ApiError("not-found", "There is no such conversation.");
      await forget({ workspace: place.workspace, key: id });
    },
    turns: async (place, id, { cursor, limit }) => {
      await find(place, id);
      const before = cursor === undefined ? undefined : Number(cursor);
      const rows = await store.turns(id, { limit: limit + 1, ...(before !== undefined && { before: Number.isSafeInteger(before) ? before : 0 }) });
      const items = await Promise.all(rows.slice(0, limit).map(show(place.workspace)));
      const last = items.at(-1);
      return { items, ...(rows.length > limit && last && { nextCursor: String(last.number) }) };
    },
    say: async (place, id, { text, files, draft, idempotencyKey }) => {
      const chat = await find(place, id);
      const { revision, how } = draft ? { revision: undefined, how: await asked(place.graph, "draft") } : await published(place.graph);
      if (typeof how === "string") throw new ApiError("conflict", how);
      const { run } = await runs.start({
        graph: place.graph,
        actor: place.actor,
        chat: id,
        input: inputOf(how, { text, chat: id, files }),
        ...(revision !== undefined && { revision }),
        ...(idempotencyKey !== undefined && { idempotencyKey: `${id}:${idempotencyKey}` }),
      });
      return show(place.workspace)(await store.say(chat, { text, files, run: run.id, title: titleOf(text) }));
    },
  };
}

function reason(how: Asked | string): string | null {
  return typeof how === "string" ? how : null;
}

function titleOf(text: string): string {
  const [line = ""] = text.trim().split("\n");
  return line.length > TITLE ? `${line.slice(0, TITLE - 1)}…` : line;
}

function toChat({ id, documentId, title, turns, createdAt, updatedAt }: ChatRow): Chat {
  return {
    id: chatIdSchema.parse(id),
    graph: graphIdSchema.parse(documentId),
    title,
    turns,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}

async function outputOf({ run }: ChatTurnRow, blobs: ReturnType<Blobs>): Promise<Record<string, Json> | null> {
  if (run.state !== "succeeded" || run.output === null) return null;
  const stored = storedValuesSchema.parse(run.output);
  const values = await Promise.all(Object.entries(stored).map(async ([name, value]) => [name, (await loadValue(value, blobs)) as Json] as const));
  return Object.fromEntries(values);
}

function toTurn({ number, text, files, createdAt, run }: ChatTurnRow, output: Record<string, Json> | null): ChatTurn {
  const failure = run.failure as { message?: string } | null;
  const isOver = run.state === "failed" || run.state === "cancelled" || run.state === "killed" || run.state === "timed-out";
  const isPlain = output !== null && Object.keys(output).length === 1 && typeof Object.values(output)[0] === "string";
  return {
    ...{ number, text, files, run: runIdSchema.parse(run.id), state: run.state, answer: output && answerOf(output), output: isPlain ? null : output },
    failure: isOver ? (failure?.message ?? run.heldReason ?? `The run was ${run.state}.`) : null,
    cost: String(run.cost),
    createdAt: createdAt.toISOString(),
  };
}
