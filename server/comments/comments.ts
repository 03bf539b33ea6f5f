import { createHash } from "node:crypto";
import { type CommentId, commentIdSchema, createId, type GraphId, graphIdSchema, type NodeId, nodeIdSchema } from "#runtime/graph/ids.ts";
import { ApiError } from "../api-error.ts";
import type { Actor } from "../auth/actor.ts";
import type { CommentThread, ReaderId } from "../contract/comments.ts";
import type { Documents } from "../documents/documents.ts";
import type { CommentRow, CommentStore, ThreadQuery, ThreadRow } from "../store/comments.ts";
import type { InboxStore, NewInboxItem } from "../store/inbox.ts";
import type { LiveComments } from "./live-comments.ts";

/** Comments of one graph, and of one thread. */
const MOST = { inDocument: 10_000, inThread: 500 };
/** People that are offered at once. */
const READERS = 50;

interface Place {
  workspace: string;
  graph: GraphId;
}
interface Text {
  body: string;
  mentions?: readonly ReaderId[] | undefined;
  /** What an actor writes under a key at a place is written once. */
  key?: string | undefined;
}
/** Who asks; `isMember`: of the graph's workspace. */
export interface Asker {
  actor: Actor;
  isMember: boolean;
}
interface Said extends Asker {
  text: Text;
}

interface Removed {
  author: string;
  count: number;
  others: number;
  graphName: string;
}

/** All throw `ApiError("not-found")` when there is no such graph, or comment. */
export interface Comments {
  list(place: Place, query: Omit<ThreadQuery, "workspace" | "document">): Promise<{ items: CommentThread[]; nextCursor?: string }>;
  countOpen(place: Place): Promise<{ graph: number; nodes: Record<NodeId, number> }>;
  thread(place: Place, comment: CommentId): Promise<CommentThread>;
  /** Throws `unprocessable` when somebody is mentioned who may not look at the graph, `conflict` when there are too many. So does `reply`. */
  begin(place: Place, given: Said & { node: NodeId | undefined }): Promise<CommentThread>;
  reply(place: Place, comment: CommentId, given: Said): Promise<CommentThread>;
  /** Throws `forbidden` when it is another's. */
  change(place: Place, comment: CommentId, given: Said): Promise<CommentThread>;
  /** Throws `forbidden` when it is another's or takes another's along, unless `mayEdit`. Answers what was removed, `others` of them not the actor's. */
  remove(place: Place, comment: CommentId, given: { actor: Actor; mayEdit: boolean }): Promise<Removed>;
  resolve(place: Place, comment: CommentId, given: { actor: Actor; resolved: boolean }): Promise<CommentThread>;
  /** Who the caller can mention. Whoever is no member learns of those only who have to do with the graph. */
  readers(place: Place, given: Asker & { search?: string | undefined }): Promise<{ id: ReaderId; name: string }[]>;
}

export interface CommentsGiven {
  store: CommentStore;
  inbox: Pick<InboxStore, "readers">;
  documents: Pick<Documents, "summary">;
  /** What a node of the draft is called; empty when it is not there (yet). */
  labelOf: (graph: GraphId, node: NodeId) => Promise<string>;
  live: Pick<LiveComments, "changed" | "inboxChanged">;
}

export function createComments(given: CommentsGiven): Comments {
  const { store, documents, live } = given;
  const find = async (place: Place, comment: CommentId): Promise<{ thread: ThreadRow; row: CommentRow }> => {
    await documents.summary(place.graph);
    const thread = await store.thread(documentOf(place), comment);
    const row = thread?.comments.find(({ id }) => id === comment);
    if (!thread || !row) throw gone();
    return { thread, row };
  };
  const answer = async (place: Place, comment: CommentId) => {
    const [thread] = await show(store, [(await find(place, comment)).thread]);
    if (!thread) throw new Error(`The thread ${comment} was not read.`);
    live.changed(place.graph, thread.id);
    return thread;
  };
  const tell = (items: readonly NewInboxItem[]) => {
    for (const { user } of items) live.inboxChanged(user);
  };
  return {
    list: async (place, query) => {
      await documents.summary(place.graph);
      const { items, ...rest } = await store.list({ ...query, ...documentOf(place) });
      return { items: await show(store, items), ...rest };
    },
    countOpen: async (place) => {
      await documents.summary(place.graph);
      const { "": graph = 0, ...nodes } = Object.fromEntries(await store.countOpen(documentOf(place)));
      return { graph, nodes };
    },
    thread: async (place, comment) => {
      const [thread] = await show(store, [(await find(place, comment)).thread]);
      if (!thread) throw gone();
      return thread;
    },
    begin: async (place, { actor, isMember, text, node }) => {
      await documents.summary(place.graph);
      const mentions = await requireReaders(given, place, { actor, isMember, wanted: text.mentions ?? [], known: [] });
      const id = idFor(place, { actor, thread: "", key: text.key });
      const nodeLabel = node === undefined ? "" : await given.labelOf(place.graph, node);
      const items = itemsFor(place, { thread: id, comment: id, actor, mentions, others: [] });
      const comment = { id, node: node ?? null, nodeLabel, body: text.body, mentions, actor: actor.id };
      const begun = await store.begin(documentOf(place), { ...comment, items, most: MOST });
      if (begun === "full") throw tooMany();
      if (begun === "begun") tell(items);
      return answer(place, id);
    },
    reply: async (place, comment, { actor, isMember, text }) => {
      const { thread } = await find(place, comment);
      const known = peopleIn(thread);
      const mentions = await requireReaders(given, place, { actor, isMember, wanted: text.mentions ?? [], known });
      const id = idFor(place, { actor, thread: thread.first.id, key: text.key });
      const items = itemsFor(place, { thread: thread.first.id, comment: id, actor, mentions, others: authorsOf(thread) });
      const added = await store.reply(documentOf(place), thread.first.id, { id, body: text.body, mentions, actor: actor.id, items, most: MOST });
      if (added === "absent") throw new ApiError("not-found", "This thread was deleted meanwhile.");
      if (added === "full") throw tooMany();
      if (added === "thread-full") throw new ApiError("conflict", `A thread has at most ${MOST.inThread} comments. Begin a new one.`);
      if (added === "added") tell(items);
      return answer(place, id);
    },
    change: async (place, comment, { actor, isMember, text }) => {
      const { thread, row } = await find(place, comment);
      if (row.createdBy !== actor.id) throw new ApiError("forbidden", "Only who wrote a comment changes it. Answer to it instead.");
      const mentions = await requireReaders(given, place, { actor, isMember, wanted: text.mentions ?? [], known: peopleIn(thread) });
      const fresh = mentions.filter((user) => !row.mentions.includes(user));
      const items = itemsFor(place, { thread: thread.first.id, comment, actor, mentions: fresh, others: [] });
      if (!(await store.change(documentOf(place), comment, { body: text.body, mentions, items }))) throw gone();
      tell(items);
      return answer(place, comment);
    },
    remove: async (place, comment, { actor, mayEdit }) => {
      const { thread, row } = await find(place, comment);
      if (row.createdBy !== actor.id && !mayEdit) throw new ApiError("forbidden", "Only who wrote a comment, or may edit the graph, deletes it.");
      const { name } = await documents.summary(place.graph);
      const removed = await store.remove(documentOf(place), row, { actor: actor.id, ownAlone: !mayEdit });
      if (removed.count === 0 && removed.others > 0)
        throw new ApiError("forbidden", "Others have answered, so only who may edit the graph deletes this thread. Change what you wrote, or resolve it.");
      if (removed.count === 0) throw gone();
      live.changed(place.graph, commentIdSchema.parse(thread.first.id));
      for (const user of peopleIn(thread)) live.inboxChanged(user);
      return { author: row.createdBy, ...removed, graphName: name };
    },
    resolve: async (place, comment, { actor, resolved }) => {
      const { thread } = await find(place, comment);
      if ((thread.first.resolvedAt !== null) !== resolved) await store.setResolved(documentOf(place), thread.first.id, resolved ? actor.id : null);
      return answer(place, comment);
    },
    readers: async (place, { actor, isMember, search }) => {
      await documents.summary(place.graph);
      const found = await given.inbox.readers({ ...documentOf(place), isMember, search, except: actor.id, limit: READERS });
      return found.map(({ id, name }) => ({ id: id as ReaderId, name }));
    },
  };
}

/** The people a comment may mention: whoever the caller may know to look at the graph, and who is in the thread. */
async function requireReaders(
  given: CommentsGiven,
  place: Place,
  { actor, isMember, wanted, known }: Asker & { wanted: readonly ReaderId[]; known: readonly string[] },
): Promise<string[]> {
  const asked = [...new Set<string>(wanted)];
  if (asked.length === 0) return [];
  const among = asked.filter((user) => user !== actor.id && !known.includes(user));
  const found = among.length === 0 ? [] : await given.inbox.readers({ ...documentOf(place), isMember, among, limit: among.length });
  if (found.length === among.length) return asked;
  throw new ApiError("unprocessable", "Somebody you mention may not look at this graph. Share it with them first, or take the mention out.");
}

/** The same for what the same person sends again under the same key. */
function idFor({ graph }: Place, { actor, thread, key }: { actor: Actor; thread: string; key: string | undefined }): CommentId {
  if (key === undefined) return createId("comment");
  const hash = createHash("sha256")
    .update(JSON.stringify([graph, thread, actor.id, key]))
    .digest("hex");
  return commentIdSchema.parse(`comment_${hash.slice(0, 32)}`);
}

function gone(): ApiError {
  return new ApiError("not-found", "This comment is not there any more.");
}

function tooMany(): ApiError {
  return new ApiError("conflict", `A graph has at most ${MOST.inDocument} comments. Delete some that are resolved.`);
}

function itemsFor(
  { workspace, graph }: Place,
  { thread, comment, actor, mentions, others }: { thread: string; comment: string; actor: Actor; mentions: readonly string[]; others: readonly string[] },
): NewInboxItem[] {
  const item = (user: string, kind: NewInboxItem["kind"]) => ({ id: createId("item"), user, kind, workspace, document: graph, thread, comment });
  const mentioned = mentions.filter((user) => user !== actor.id);
  const answered = others.filter((user) => user !== actor.id && !mentions.includes(user));
  return [...mentioned.map((user) => item(user, "mention")), ...answered.map((user) => item(user, "reply"))];
}

function authorsOf({ comments }: ThreadRow): string[] {
  return [...new Set(comments.map(({ createdBy }) => createdBy))];
}

function peopleIn(thread: ThreadRow): string[] {
  return [...new Set([...authorsOf(thread), ...thread.comments.flatMap(({ mentions }) => mentions)])];
}

function documentOf({ workspace, graph }: Place): { workspace: string; document: string } {
  return { workspace, document: graph };
}

async function show(store: CommentStore, threads: readonly ThreadRow[]): Promise<CommentThread[]> {
  const people = threads.flatMap((thread) => [...peopleIn(thread), ...(thread.first.resolvedBy ? [thread.first.resolvedBy] : [])]);
  const names = await store.namesOf(people);
  const person = (id: string) => ({ id, name: names.get(id) ?? "" });
  return threads.map(({ first, comments }) => ({
    id: commentIdSchema.parse(first.id),
    graph: graphIdSchema.parse(first.documentId),
    node: first.nodeId === null ? null : nodeIdSchema.parse(first.nodeId),
    nodeLabel: first.nodeLabel,
    resolved: first.resolvedAt && first.resolvedBy !== null ? { by: person(first.resolvedBy), at: first.resolvedAt.toISOString() } : null,
    comments: comments.map((row) => ({
      id: commentIdSchema.parse(row.id),
      author: person(row.createdBy),
      body: row.body,
      mentions: row.mentions.map(person),
      createdAt: row.createdAt.toISOString(),
      editedAt: row.editedAt?.toISOString() ?? null,
    })),
  }));
}
