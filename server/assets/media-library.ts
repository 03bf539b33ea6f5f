import { graphIdSchema, runIdSchema } from "#runtime/graph/ids.ts";
import { ApiError } from "../api-error.ts";
import type { Asset, AssetOrigin, AssetUse } from "../contract/assets.ts";
import type { AssetReferences } from "../store/asset-holders.ts";
import type { AssetOriginRow, AssetPlace, AssetQuery, AssetRecords, AssetRow, UnseenAsset } from "../store/assets.ts";
import type { Files } from "./blob-store.ts";
import { readEarlierValues } from "./earlier-values.ts";
import { mayShrink, type Thumbnails } from "./thumbnails.ts";

/** Uses that are told of one file. */
const MOST_USES = 100;
/** Of these the first are named where a file is not deleted. */
const NAMED_USES = 3;

/** A workspace's files, to be looked through. What names one throws `ApiError("not-found")` when there is none. */
export interface MediaLibrary {
  list(query: AssetQuery): Promise<{ items: Asset[]; nextCursor?: string; total: { files: number; bytes: number } }>;
  uses(place: AssetPlace): Promise<{ items: AssetUse[]; more: boolean }>;
  change(place: AssetPlace, change: { name?: string | undefined; isKept?: boolean | undefined }): Promise<Asset>;
  /** Its name. Throws `ApiError("conflict")` that says what refers to it. */
  remove(place: AssetPlace): Promise<string>;
  /** Removes the files that nothing refers to any more and nobody wants kept. Answers how many. Throws at the end when some could not be removed. */
  collect(now?: number): Promise<number>;
}

export interface MediaLibraryGiven {
  files: Files;
  records: AssetRecords;
  thumbnails: Thumbnails;
  /** Everything that can refer to a file. */
  references: readonly AssetReferences[];
}

export function createMediaLibrary(given: MediaLibraryGiven): MediaLibrary {
  const { records, references } = given;
  const show = async (workspace: string, rows: readonly AssetRow[]) => {
    const origins = await records.origins(
      workspace,
      rows.map(({ hash }) => hash),
    );
    return rows.map((row) => toAsset(row, origins.get(row.hash) ?? []));
  };
  const usesOf = async (place: AssetPlace): Promise<{ items: AssetUse[]; more: boolean }> => {
    const all: AssetUse[] = [];
    for (const { uses } of references) all.push(...(await uses({ ...place, limit: MOST_USES + 1 })));
    const distinct = [...new Map(all.map((use) => [`${use.holder}/${use.id}`, use])).values()];
    return { items: distinct.slice(0, MOST_USES), more: distinct.length > MOST_USES };
  };
  const require = async (place: AssetPlace): Promise<AssetRow> => {
    const row = await records.read(place);
    if (!row) throw missing();
    return row;
  };
  return {
    list: async (query) => {
      const { items, ...rest } = await records.list(query);
      // what is shown may be chosen
      await records.see(
        query.workspace,
        items.map(({ hash }) => hash),
      );
      return { items: await show(query.workspace, items), ...rest, total: await records.total(query.workspace) };
    },
    uses: async (place) => {
      await require(place);
      return usesOf(place);
    },
    change: async (place, change) => {
      const row = await records.change(place, change);
      const [asset] = row ? await show(place.workspace, [row]) : [];
      if (!asset) throw missing();
      return asset;
    },
    remove: async (place) => {
      const { name, seenAt } = await require(place);
      const refuse = async () => {
        const { items } = await usesOf(place);
        if (items.length > 0) throw new ApiError("conflict", `“${name}” is still used: ${inWords(items)}. Take it out there first.`);
      };
      if (!(await readEarlierValues(given, WAITED_MS)))
        throw new ApiError("conflict", "It is not known yet which files earlier runs use: they are being searched. Try again in a few minutes.");
      await refuse();
      if (await records.forget(place, { seenAt, remove: (signal) => removeContent(given, place, signal) })) return name;
      await refuse();
      await require(place);
      throw new ApiError("conflict", `“${name}” was brought or changed just now, or is being deleted. Look at it again, and try again in two minutes.`);
    },
    collect: (now = Date.now()) => collect(given, now),
  };
}

/** A file is looked for again in what may refer to it after this long. */
const LOOK_AGAIN_MS = 6 * 3_600_000;
/** It is removed when nothing was found to refer to it for a day, however the looks fell: undo brings back what was taken out yesterday. */
const GRACE_MS = 24 * 3_600_000 + LOOK_AGAIN_MS;
const BATCH = 500;
/** What whoever deletes a file waits at most for what is searched first. */
const WAITED_MS = 10_000;
/** So long is spent on files that cannot be removed; the others wait for the next time then. */
const LOST_MS = 600_000;

async function collect(given: MediaLibraryGiven, now: number): Promise<number> {
  const { records } = given;
  await readEarlierValues(given, Number.POSITIVE_INFINITY);
  const failures: unknown[] = [];
  let [collected, lostMs] = [0, 0];
  for (let after: UnseenAsset | undefined; ; ) {
    const due = await records.unseen({ since: new Date(now - LOOK_AGAIN_MS), after, limit: BATCH });
    for (const [workspace, files] of Map.groupBy(due, (file) => file.workspace)) {
      const kept = await stillWanted(given, { workspace, files });
      await records.see(workspace, [...kept]);
      const unseenSince = new Date(now - GRACE_MS);
      for (const { hash, seenAt } of files) {
        if (kept.has(hash) || seenAt >= unseenSince) continue;
        const place = { workspace, hash };
        const began = performance.now();
        try {
          if (await records.forget(place, { seenAt, remove: (signal) => removeContent(given, place, signal) })) collected++;
        } catch (error) {
          failures.push(error);
          lostMs += performance.now() - began;
          if (lostMs > LOST_MS) throw incomplete(failures);
        }
      }
    }
    after = due.at(-1);
    if (due.length === BATCH) continue;
    if (failures.length > 0) throw incomplete(failures);
    return collected;
  }
}

function incomplete(failures: readonly unknown[]): Error {
  return new Error(`${failures.length} files could not be removed; the first is told.`, { cause: failures[0] });
}

/** Which of the files somebody wants kept, or something refers to. */
async function stillWanted(
  { references }: MediaLibraryGiven,
  { workspace, files }: { workspace: string; files: readonly UnseenAsset[] },
): Promise<ReadonlySet<string>> {
  const wanted = new Set(files.flatMap(({ hash, isKept }) => (isKept ? [hash] : [])));
  for (const { held } of references) {
    // the cheapest are asked first, the others for what is left
    const hashes = files.flatMap(({ hash }) => (wanted.has(hash) ? [] : [hash]));
    if (hashes.length === 0) break;
    for (const hash of await held({ workspace, hashes })) wanted.add(hash);
  }
  return wanted;
}

async function removeContent({ files, thumbnails }: Pick<MediaLibraryGiven, "files" | "thumbnails">, place: AssetPlace, signal: AbortSignal): Promise<void> {
  await files(place.workspace).remove(place.hash, signal);
  await thumbnails.remove(place);
}

function missing(): ApiError {
  return new ApiError("not-found", "This file is not in the workspace.");
}

const HOLDER_WORDS: Record<AssetUse["holder"], string> = {
  draft: "the draft of",
  revision: "a revision of",
  run: "a run of",
  chat: "a conversation",
  variable: "the variable",
  memory: "what an agent remembers",
  workflow: "the ComfyUI workflow",
  "knowledge-document": "the document",
};

function inWords(uses: readonly AssetUse[]): string {
  const named = uses.slice(0, NAMED_USES).map(({ holder, name }) => (name === "" ? HOLDER_WORDS[holder] : `${HOLDER_WORDS[holder]} “${name}”`));
  return [...named, ...(uses.length > NAMED_USES ? [`${uses.length - NAMED_USES} more`] : [])].join(", ");
}

function toAsset({ workspaceId: _workspace, seenAt: _seen, goingUntil: _going, createdAt, ...row }: AssetRow, origins: readonly AssetOriginRow[]): Asset {
  return { ...row, hasThumbnail: mayShrink(row), createdAt: createdAt.toISOString(), origins: origins.flatMap(toOrigin) };
}

function toOrigin({ type, origin, graphId, graphName, nodeType, at }: AssetOriginRow): AssetOrigin[] {
  if (type === "upload") return [{ type, actor: origin, at: at.toISOString() }];
  const [run, graph] = [runIdSchema.safeParse(origin), graphIdSchema.safeParse(graphId)];
  return run.success && graph.success ? [{ type, run: run.data, graph: graph.data, graphName, nodeType, at: at.toISOString() }] : [];
}
