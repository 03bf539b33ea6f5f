import type { GraphId } from "#runtime/graph/ids.ts";
import { answerOf, browserDatabase, committed, type StoreName } from "./browser-database.ts";

/** What a window has edited that the server has not acknowledged. */
export interface UnsavedMark {
  changes: number;
  /** What it was about; see `LostEdits.touched`. */
  touched: readonly string[];
}

export interface MarkRecord extends UnsavedMark {
  draft: string;
  window: string;
  /** Differs after every edit: what was read and has changed since is not deleted. */
  stamp: number;
}

/** Facts about a stored draft. */
export interface DraftRecord {
  key: string;
  person: string;
  graph: GraphId;
  usedAt: number;
  name: string;
  /** It was complete: it may be shown without the server. */
  isComplete: boolean;
  /** Why nothing may be changed, when that was so. */
  readOnly?: string | undefined;
}

export const DRAFT_STORES: readonly StoreName[] = ["drafts", "updates", "marks"];

/** Deletes stored drafts with all that belongs to them. */
export async function deleteDrafts(database: IDBDatabase, which: (draft: DraftRecord) => boolean): Promise<void> {
  const transaction = database.transaction([...DRAFT_STORES], "readwrite");
  const end = committed(transaction);
  const drafts = transaction.objectStore("drafts");
  for (const record of await answerOf<DraftRecord[]>(drafts.getAll())) {
    if (!which(record)) continue;
    drafts.delete(record.key);
    transaction.objectStore("marks").delete(ofDraft(record.key));
    for (const each of await answerOf(transaction.objectStore("updates").index("draft").getAllKeys(record.key)))
      transaction.objectStore("updates").delete(each);
  }
  await end;
}

/** Deletes all of a person's drafts, also what is left of ones that are not listed. Their keys begin with the person. */
export async function deletePersonsDrafts(database: IDBDatabase, person: string): Promise<void> {
  const transaction = database.transaction([...DRAFT_STORES], "readwrite");
  const end = committed(transaction);
  const [first, last] = [`${person}/`, `${person}/\uffff`];
  transaction.objectStore("drafts").delete(IDBKeyRange.bound(first, last));
  transaction.objectStore("marks").delete(IDBKeyRange.bound([first], [last]));
  const updates = transaction.objectStore("updates");
  for (const each of await answerOf(updates.index("draft").getAllKeys(IDBKeyRange.bound(first, last)))) updates.delete(each);
  await end;
}

/** Deletes updates and marks that belong to no draft; those of a person's own unsaved edits stay. */
async function deleteOrphans(database: IDBDatabase, person: string): Promise<void> {
  const transaction = database.transaction([...DRAFT_STORES], "readwrite");
  const end = committed(transaction);
  const [updates, marks] = [transaction.objectStore("updates"), transaction.objectStore("marks")];
  const [known, marked] = await Promise.all([answerOf(transaction.objectStore("drafts").getAllKeys()), answerOf<MarkRecord[]>(marks.getAll())]);
  const kept = new Set<unknown>([...known, ...marked.flatMap(({ draft }) => (draft.startsWith(`${person}/`) ? [draft] : []))]);
  for (const { draft, window } of marked) if (!kept.has(draft)) marks.delete([draft, window]);
  await eachKey(updates.index("draft").openKeyCursor(), ({ key, primaryKey }) => {
    if (!kept.has(key)) updates.delete(primaryKey);
  });
  await end;
}

function eachKey(request: IDBRequest<IDBCursor | null>, visit: (at: IDBCursor) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      if (!request.result) return resolve();
      visit(request.result);
      request.result.continue();
    };
  });
}

/** The drafts of which this browser has edits that the server did not acknowledge. */
export async function unsavedDrafts(person: string): Promise<{ name: string; graph: GraphId; changes: number }[]> {
  const database = await browserDatabase();
  if (!database) return [];
  const transaction = database.transaction([...DRAFT_STORES], "readonly");
  const [drafts, marks] = await Promise.all([
    answerOf<DraftRecord[]>(transaction.objectStore("drafts").getAll()),
    answerOf<MarkRecord[]>(transaction.objectStore("marks").getAll()),
  ]);
  return drafts.flatMap(({ key, person: owner, name, graph }) => {
    const changes = marks.filter(({ draft }) => draft === key).reduce((sum, mark) => sum + mark.changes, 0);
    return owner === person && changes > 0 ? [{ name, graph, changes }] : [];
  });
}

/** Records of the marks of one draft: their keys are pairs that begin with it. */
export function ofDraft(key: string): IDBKeyRange {
  return IDBKeyRange.bound([key], [key, []]);
}

/** Copies that nobody has looked at for so long go, and the oldest of too many; those with unsaved edits stay. */
const KEEP_MS = 30 * 86_400_000;
const KEEP_DRAFTS = 50;

export async function deleteOldDrafts(database: IDBDatabase, person: string, now = Date.now()): Promise<void> {
  const transaction = database.transaction([...DRAFT_STORES], "readonly");
  const [drafts, marks] = await Promise.all([
    answerOf<DraftRecord[]>(transaction.objectStore("drafts").getAll()),
    answerOf<MarkRecord[]>(transaction.objectStore("marks").getAll()),
  ]);
  const unsaved = new Set(marks.map(({ draft }) => draft));
  const old = drafts.toSorted((left, right) => right.usedAt - left.usedAt).filter(({ usedAt }, index) => index >= KEEP_DRAFTS || now - usedAt > KEEP_MS);
  const keys = new Set(old.map(({ key }) => key).filter((key) => !unsaved.has(key)));
  if (keys.size > 0) await deleteDrafts(database, ({ key }) => keys.has(key));
  await deleteOrphans(database, person);
}
