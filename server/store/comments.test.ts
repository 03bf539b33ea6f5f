import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { createId } from "#runtime/graph/ids.ts";
import { type CommentStore, createCommentStore, type NewComment } from "./comments.ts";
import type { Database } from "./database/open-database.ts";
import { createTestDatabase } from "./database/test-database.ts";
import { createDocumentStore } from "./documents.ts";
import { createInboxStore, type InboxStore, type NewInboxItem } from "./inbox.ts";

const workspace = "workspace_default";
const ANN = "user_ann";
const BEN = "user_ben";
const MOST = { inDocument: 1_000, inThread: 100 };
let database: Database;
let store: CommentStore;
let inbox: InboxStore;
let place: { workspace: string; document: string };

beforeAll(async () => {
  database = await createTestDatabase();
  store = createCommentStore(database);
  inbox = createInboxStore(database);
  for (const [id, name] of [
    [ANN, "Ann"],
    [BEN, "Ben"],
  ]) {
    await database.db.execute(sql`insert into users (id, name, email) values (${id}, ${name}, ${`${id}@example.com`})`);
    await database.db.execute(sql`insert into members (workspace_id, user_id, created_by, role) values (${workspace}, ${id}, ${id}, 'editor')`);
  }
});
afterAll(() => database.close());
beforeEach(async () => {
  const document = createId("graph");
  await createDocumentStore(database).create({
    ...{ id: document, workspace, kind: "graph", name: "Weave" },
    description: "",
    actor: ANN,
    update: new Uint8Array([0, 0]),
  });
  await database.db.execute(sql`delete from inbox_items`);
  place = { workspace, document };
});

const itemFor = (thread: string, comment = thread): NewInboxItem => ({ id: createId("item"), user: BEN, kind: "mention", ...place, thread, comment });
const written = (given: Partial<NewComment> = {}): NewComment => ({ id: createId("comment"), body: "text", mentions: [], actor: ANN, items: [], ...given });
const begin = async (given: Partial<NewComment> = {}, most = MOST) => {
  const comment = written(given);
  return { id: comment.id, state: await store.begin(place, { ...comment, node: null, nodeLabel: "", most }) };
};
const reply = (thread: string, given: Partial<NewComment> = {}, most = MOST) => store.reply(place, thread, { ...written(given), most });
const unread = () => inbox.countUnread({ user: BEN });

it("writes a comment and what inboxes tell of it together, or neither", async () => {
  const id = createId("comment");
  const item = itemFor(id);
  await expect(begin({ id, items: [item, item] })).rejects.toThrow();
  expect(await store.thread(place, id)).toBeUndefined();
  await begin({ id, items: [item] });
  await expect(reply(id, { items: [item] })).rejects.toThrow();
  await expect(store.change(place, id, { body: "other", mentions: [], items: [item] })).rejects.toThrow();
  expect((await store.thread(place, id))?.comments.map(({ body }) => body)).toEqual(["text"]);
  expect(await unread()).toBe(1);
});

it("tells nobody of an answer to a thread that has gone, and counts nothing of what is not there", async () => {
  const { id } = await begin();
  await store.remove(place, { id, threadId: id }, { actor: ANN, ownAlone: false });
  const answer = createId("comment");
  expect(await reply(id, { id: answer, items: [itemFor(id, answer)] })).toBe("absent");
  expect(await store.change(place, id, { body: "late", mentions: [], items: [itemFor(id)] })).toBe(false);
  expect(await unread()).toBe(0);
  await database.db.execute(sql`insert into inbox_items (id, workspace_id, user_id, kind, document_id, thread_id, comment_id)
    values ('item_lost', ${workspace}, ${BEN}, 'reply', ${place.document}, ${id}, ${answer})`);
  expect(await unread()).toBe(0);
});

it("takes a thread with answers of others away only where that is allowed", async () => {
  const { id } = await begin();
  await reply(id, { actor: BEN });
  expect(await store.remove(place, { id, threadId: id }, { actor: ANN, ownAlone: true })).toEqual({ count: 0, others: 1 });
  expect((await store.thread(place, id))?.comments).toHaveLength(2);
  expect(await store.remove(place, { id, threadId: id }, { actor: ANN, ownAlone: false })).toEqual({ count: 2, others: 1 });
  expect(await store.thread(place, id)).toBeUndefined();
});

it("keeps to its limits in answers as well", async () => {
  const { id } = await begin();
  expect(await reply(id, {}, { inDocument: 10, inThread: 1 })).toBe("thread-full");
  expect(await reply(id, {}, { inDocument: 1, inThread: 10 })).toBe("full");
  expect((await begin({}, { inDocument: 1, inThread: 10 })).state).toBe("full");
  expect(await reply(id, {}, { inDocument: 2, inThread: 2 })).toBe("added");
});

it("ends a page where it grows large, and goes on from there", async () => {
  const body = "x".repeat(4_096);
  const ids: string[] = [];
  for (let thread = 0; thread < 3; thread++) {
    const { id } = await begin({ body });
    ids.unshift(id);
    await database.db.execute(sql`insert into comments (id, workspace_id, document_id, thread_id, body, created_by)
      select ${id} || n, ${workspace}, ${place.document}, ${id}, ${body}, ${ANN} from generate_series(1, 80) as n`);
  }
  const first = await store.list({ ...place, limit: 50 });
  expect(first.items.map(({ first: { id }, comments }) => [id, comments.length])).toEqual([[ids[0], 81]]);
  const second = await store.list({ ...place, limit: 50, cursor: first.nextCursor });
  const third = await store.list({ ...place, limit: 50, cursor: second.nextCursor });
  expect([...second.items, ...third.items].map(({ first: { id } }) => id)).toEqual(ids.slice(1));
  expect(third.nextCursor).toBeUndefined();
});

it("drops what was read long ago from inboxes, and nothing else", async () => {
  const { id } = await begin({ items: [] });
  const items = [itemFor(id), itemFor(id), itemFor(id)];
  await reply(id, { items });
  const [old, recent] = items;
  await database.db.execute(sql`update inbox_items set read_at = now() - interval '100 days' where id = ${old?.id}`);
  await database.db.execute(sql`update inbox_items set read_at = now() where id = ${recent?.id}`);
  expect(await inbox.evict({ readBefore: new Date(Date.now() - 90 * 86_400_000), limit: 10 })).toBe(1);
  const { rows } = await database.db.execute<{ count: number }>(sql`select count(*)::int as count from inbox_items`);
  expect(rows).toEqual([{ count: 2 }]);
});

it("finds readers by name however many there are", async () => {
  await database.db.execute(
    sql`insert into users (id, name, email) select 'user_m' || n, 'Member ' || n, n || '@example.com' from generate_series(1, 2100) as n`,
  );
  await database.db.execute(
    sql`insert into members (workspace_id, user_id, created_by, role) select ${workspace}, 'user_m' || n, ${ANN}, 'viewer' from generate_series(1, 2100) as n`,
  );
  await database.db.execute(sql`insert into users (id, name, email) values ('user_z', 'Zoe', 'zoe@example.com')`);
  await database.db.execute(sql`insert into members (workspace_id, user_id, created_by, role) values (${workspace}, 'user_z', ${ANN}, 'viewer')`);
  const query = { ...place, isMember: true, limit: 50 };
  expect(await inbox.readers({ ...query, search: "ZO" })).toEqual([{ id: "user_z", name: "Zoe" }]);
  expect(await inbox.readers({ ...query, among: ["user_z", "user_nobody", BEN] })).toEqual([
    { id: BEN, name: "Ben" },
    { id: "user_z", name: "Zoe" },
  ]);
  expect(await inbox.readers({ ...query, among: [BEN], except: BEN })).toEqual([]);
  expect(await inbox.readers({ ...query, isMember: false })).toEqual([{ id: ANN, name: "Ann" }]);
});
