import { setTimeout as delay } from "node:timers/promises";
import type { FoundThing } from "../../contract/find.ts";
import type { Logger } from "../../logger.ts";
import type { Embedders } from "../embedding/embedders.ts";
import { fuse } from "../fuse.ts";
import type { Findable, FindableSource } from "./findable.ts";
import { createWordIndex, type WordIndex } from "./word-index.ts";

export type FindThings = (
  query: { query: string; limit: number; kind?: FoundThing["kind"] | undefined },
  context: { workspace: string; signal: AbortSignal },
) => Promise<{ items: FoundThing[]; mode: "hybrid" | "text" }>;

interface Known {
  things: readonly Findable[];
  words: WordIndex;
  at: number;
}

/** Milliseconds for which a list of things is taken for whole: a palette asks with every letter. */
const FRESH_MS = 3_000;
/** Milliseconds for which it is better than nothing, when the next one takes longer than somebody who types is patient. */
const OLD_MS = 60_000;
const PATIENCE_MS = 60;
/** Milliseconds after which words alone are better than an answer that nobody waits for any more. */
const MEANING_MS = 1_500;
const MOST_WORKSPACES = 50;
/** Below this cosine two texts have hardly anything to do with one another. */
const LEAST_SIMILARITY = 0.25;
/** Of each list. */
const CANDIDATES = 40;
/** Things whose meaning is looked up in one go, beside what people wait for. */
const BATCH = 16;

/**
 * Finds things by words and by meaning. What they mean is embedded once, in the background; until the embedder has started and knows the things,
 * words alone are compared.
 */
export function createFindThings({
  sources,
  embedders,
  logger,
}: {
  sources: readonly FindableSource[];
  embedders: Embedders;
  logger: Pick<Logger, "debug">;
}): FindThings {
  const known = new Map<string, Known>();
  const renewing = new Map<string, Promise<Known>>();
  const meanings = new Map<string, Float32Array>();
  const learning = new Set<string>();

  const gather = async (workspace: string): Promise<Known> => {
    const things = (await Promise.all(sources.map((list) => list(workspace)))).flat();
    const before = known.get(workspace);
    // most lists say what the one before said: its index took a part of a second to make
    const isSame = before !== undefined && before.things.length === things.length && things.every((thing, index) => isWordForWord(thing, before.things[index]));
    return { things, words: isSame ? before.words : createWordIndex(things), at: performance.now() };
  };
  const renew = (workspace: string): Promise<Known> => {
    const under = renewing.get(workspace);
    if (under) return under;
    const fresh = gather(workspace).finally(() => renewing.delete(workspace));
    renewing.set(workspace, fresh);
    fresh.then(
      (now) => {
        known.delete(workspace);
        known.set(workspace, now);
        for (const oldest of known.keys()) {
          if (known.size <= MOST_WORKSPACES) break;
          known.delete(oldest);
        }
      },
      (error: unknown) => logger.debug({ error }, "What there is to find could not be listed."),
    );
    return fresh;
  };
  const knownOf = async (workspace: string): Promise<Known> => {
    const before = known.get(workspace);
    const age = before && performance.now() - before.at;
    if (before && age !== undefined && age < FRESH_MS) return before;
    const fresh = renew(workspace);
    if (!before || age === undefined || age > OLD_MS) return fresh;
    return Promise.race([fresh, delay(PATIENCE_MS, before, { ref: false })]).catch(() => before);
  };
  /** What nothing means any more. */
  const forget = () => {
    const used = new Set([...known.values()].flatMap(({ things }) => things.map(meaningOf)));
    for (const text of meanings.keys()) if (!used.has(text)) meanings.delete(text);
  };
  /** Embeds what is not known yet, without anybody waiting for it. */
  const learn = (workspace: string, things: readonly Findable[]) => {
    const missing = things.filter((thing) => !meanings.has(meaningOf(thing)));
    if (missing.length === 0 || learning.has(workspace)) return;
    learning.add(workspace);
    const work = async () => {
      const embedder = await embedders.of({ workspace, settings: { type: "built-in" } });
      const texts = [...new Set(missing.map(meaningOf))];
      for (let at = 0; at < texts.length; at += BATCH) {
        const some = texts.slice(at, at + BATCH);
        const vectors = await embedder.embed(some, { signal: new AbortController().signal });
        for (const [index, text] of some.entries()) meanings.set(text, vectors[index] ?? new Float32Array());
      }
    };
    work()
      .then(forget)
      .catch((error: unknown) => logger.debug({ error }, "What things mean was not learnt; words alone are compared."))
      .finally(() => learning.delete(workspace));
  };
  /** Undefined when the embedder ends meanwhile, or has too much to do: words find something, too. */
  const meaningOfQuery = async (query: string, signal: AbortSignal): Promise<Float32Array | undefined> => {
    try {
      const asked = embedders.builtIn.embed([query], { signal, isQuery: true }).then(([vector]) => vector);
      return await Promise.race([asked, delay(MEANING_MS, undefined, { ref: false })]);
    } catch (error) {
      signal.throwIfAborted();
      logger.debug({ error }, "What is asked for was not understood; words alone are compared.");
      return undefined;
    }
  };
  const byMeaning = async (query: string, { things, signal }: { things: Known["things"]; signal: AbortSignal }) => {
    if (!embedders.builtIn.isReady()) {
      embedders.builtIn.warmUp();
      return undefined;
    }
    const vectors = things.map((thing) => meanings.get(meaningOf(thing)));
    if (!vectors.some(Boolean)) return undefined;
    const asked = await meaningOfQuery(query, signal);
    if (!asked) return undefined;
    const similar = vectors.flatMap((vector, index) => (vector ? [{ index, similarity: dot(asked, vector) }] : []));
    return similar.filter(({ similarity }) => similarity >= LEAST_SIMILARITY).sort((a, b) => b.similarity - a.similarity);
  };
  return async ({ query, limit, kind }, { workspace, signal }) => {
    const { things, words } = await knownOf(workspace);
    learn(workspace, things);
    const isWanted = ({ index }: { index: number }) => kind === undefined || things[index]?.kind === kind;
    const text = words.search(query).filter(isWanted).slice(0, CANDIDATES);
    const near = (await byMeaning(query, { things, signal }))?.filter(isWanted).slice(0, CANDIDATES);
    const hits = new Map(text.map((hit) => [hit.index, hit]));
    const similarities = new Map(near?.map(({ index, similarity }) => [index, similarity]));
    const ranked = fuse([text.map(({ index }) => ({ key: index })), (near ?? []).map(({ index }) => ({ key: index }))]);
    const items = ranked.slice(0, limit).flatMap(({ key, score, ranks: [byWords, byVector] }) => {
      const thing = things[key];
      if (!thing) return [];
      const why = {
        text: byWords === undefined ? null : { rank: byWords, score: hits.get(key)?.score ?? 0, isGuessed: hits.get(key)?.isGuessed ?? false },
        vector: byVector === undefined ? null : { rank: byVector, similarity: similarities.get(key) ?? 0 },
      };
      const { keywords: _keywords, description, ...told } = thing;
      return [{ ...told, description: description.slice(0, 500), score, why }];
    });
    return { items, mode: near ? "hybrid" : "text" };
  };
}

function isWordForWord({ title, description, keywords = [] }: Findable, before: Findable | undefined): boolean {
  const same = before?.title === title && before.description === description;
  return same && keywords.length === (before.keywords?.length ?? 0) && keywords.every((word, index) => word === before.keywords?.[index]);
}

function meaningOf({ title, description, keywords = [] }: Findable): string {
  return [`${title}. ${description.slice(0, 400)}`, keywords.join(", ")].filter(Boolean).join(" ").slice(0, 600);
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += (a[index] ?? 0) * (b[index] ?? 0);
  return sum;
}
