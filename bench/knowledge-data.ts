import { createId } from "#runtime/graph/ids.ts";
import { createKnowledgeStores, type KnowledgeStores } from "#server/knowledge/stores.ts";
import type { Database } from "#server/store/database/open-database.ts";

export const WORKSPACE = "workspace_default";
export const DIMENSION = 512;
/** Chunks of one document of the bench: most of what a small one costs is its words, which are counted with those of all others. */
const PER_DOCUMENT = 2_000;
/** Vectors of one statement. */
const PER_STATEMENT = 500;
/** What the vectors are made by, as far as the tables know. */
export const BENCH_EMBEDDER = "bench/clusters";

/** Always the same numbers from 0 to 1 (Mulberry32, public domain). */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Vectors as embeddings are: in clusters, each on a few directions of its own, with noise around them. */
export function createClusters(random: () => number, count = 60): () => Float32Array {
  const around = () => random() + random() + random() - 1.5;
  const draw = () => Float32Array.from({ length: DIMENSION }, around);
  const clusters = Array.from({ length: count }, () => ({ centre: draw(), directions: Array.from({ length: 12 }, draw) }));
  return () => {
    const { centre, directions } = clusters[Math.floor(random() * count)] ?? { centre: draw(), directions: [] };
    const vector = Float32Array.from(centre);
    for (const direction of directions) {
      const weight = around();
      for (let index = 0; index < DIMENSION; index++) vector[index] = (vector[index] ?? 0) + weight * (direction[index] ?? 0);
    }
    let sum = 0;
    for (let index = 0; index < DIMENSION; index++) {
      const value = (vector[index] ?? 0) + 0.2 * around();
      vector[index] = value;
      sum += value * value;
    }
    const length = Math.sqrt(sum);
    return vector.map((value) => value / length);
  };
}

const SYLLABLES = ["ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "ri", "so", "tu", "va", "we", "xi", "yo", "zu"];

/** Words of a language that nobody speaks: few of them often, most of them seldom, as Zipf found it. */
export function createWords(random: () => number): (count: number) => string {
  const wordOf = (rank: number): string => {
    let text = "";
    for (let rest = rank + 20; rest > 0; rest = Math.floor(rest / 20)) text += SYLLABLES[rest % 20] ?? "";
    return text;
  };
  return (count) => Array.from({ length: count }, () => wordOf(Math.floor(20_000 ** random()))).join(" ");
}

export interface Filled {
  stores: KnowledgeStores;
  collection: string;
  /** Milliseconds of making the index. */
  indexMs: number;
}

/** A collection of so many chunks, loaded first and indexed after. */
export async function fillCollection(database: Database, { chunks, seed }: { chunks: number; seed: number }): Promise<Filled> {
  const stores = createKnowledgeStores(database);
  const random = createRandom(seed);
  const [vector, words] = [createClusters(random), createWords(random)];
  const collection = createId("collection");
  const settings = { description: "", language: "simple", chunking: {}, embedder: { type: "built-in" }, reranker: null };
  await stores.collections.create({ ...settings, workspace: WORKSPACE, id: collection, name: `Bench ${seed}` });
  for (let at = 0; at < chunks; at += PER_DOCUMENT) {
    const id = createId("doc");
    const place = { workspace: WORKSPACE, collection, document: id };
    const job = createId("job");
    await stores.documents.add(
      { workspace: WORKSPACE, collection, id, title: "Bench", source: { type: "text" }, tags: [], content: null, key: null },
      { workspace: WORKSPACE, id: job, kind: "bench", title: "Bench", subject: id, input: null },
    );
    const generation = (await stores.documents.beginGeneration({ workspace: WORKSPACE, id, job })) ?? 0;
    const made = Array.from({ length: Math.min(PER_DOCUMENT, chunks - at) }, (_, position) => ({
      ...{ id: createId("chunk"), position, page: null, headings: [], start: 0, end: 0, tokens: 100 },
      text: words(100),
    }));
    await stores.chunks.add({ ...place, title: "Bench", generation }, made, "simple");
    for (let from = 0; from < made.length; from += PER_STATEMENT)
      await stores.vectors.put(place, new Map(made.slice(from, from + PER_STATEMENT).map((chunk) => [chunk.id, vector()])));
    await stores.documents.publish({ workspace: WORKSPACE, id, job }, { generation, embeddedBy: BENCH_EMBEDDER });
  }
  const place = { workspace: WORKSPACE, id: collection };
  await stores.collections.setVectors(place, { dimension: DIMENSION, embeddedBy: BENCH_EMBEDDER });
  const began = performance.now();
  await stores.vectors.index({ collection, dimension: DIMENSION }, new AbortController().signal);
  const indexMs = performance.now() - began;
  await stores.collections.setIndexed(place, DIMENSION);
  return { stores, collection, indexMs };
}
