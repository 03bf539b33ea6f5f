import { collectionIdSchema } from "#runtime/graph/ids.ts";
import type { Embedders } from "#server/knowledge/embedding/embedders.ts";
import { createSearch } from "#server/knowledge/search.ts";
import { createKnowledgeStores } from "#server/knowledge/stores.ts";
import { silentLogger } from "#server/logger.ts";
import { type BenchDatabase, benchDatabases } from "./databases.ts";
import { type Benchmark, type Figure, figure, percentile, time } from "./figure.ts";
import { BENCH_EMBEDDER, createClusters, createRandom, createWords, DIMENSION, type Filled, fillCollection, WORKSPACE } from "./knowledge-data.ts";

const CHUNKS = { small: 2_000, whole: 100_000 };
/** A quarter of the rest, beside: it must not be found instead. */
const BESIDE = { small: 100, whole: 25_000 };
const K = 10;

const filled = new Map<BenchDatabase, Promise<Filled>>();

/** Filled once for both benchmarks. */
function fill(at: BenchDatabase, small: boolean): Promise<Filled> {
  const known =
    filled.get(at) ??
    (async () => {
      await fillCollection(at.database, { chunks: small ? BESIDE.small : BESIDE.whole, seed: 2 });
      return fillCollection(at.database, { chunks: small ? CHUNKS.small : CHUNKS.whole, seed: 1 });
    })();
  filled.set(at, known);
  return known;
}

/** Databases that have pgvector. */
export async function withVectors(): Promise<BenchDatabase[]> {
  const all = await benchDatabases();
  const able = await Promise.all(all.map(({ database }) => createKnowledgeStores(database).vectors.support()));
  return all.filter((_, index) => able[index]?.available);
}

/** Hybrid searches, one after the other, as somebody waits for them: the query's embedding (15 ms with the built-in embedder) is not part of it. */
export const knowledgeSearch: Benchmark = {
  name: "knowledge-search",
  run: async ({ small }) => {
    const figures: Record<string, Figure> = {};
    for (const at of await withVectors()) {
      const { stores, collection } = await fill(at, small);
      const random = createRandom(3);
      const [vector, words] = [createClusters(createRandom(1)), createWords(random)];
      const embed = async () => [vector()];
      const embedders = { of: async () => ({ id: BENCH_EMBEDDER, batch: 1, embed }) } as unknown as Embedders;
      const models = {
        clientFor: () => {
          throw new Error("No model is asked.");
        },
      };
      const search = createSearch({ ...stores, embedders, models, logger: silentLogger });
      const request = { collection: collectionIdSchema.parse(collection), limit: K, mode: "hybrid", tags: [], documents: [] } as const;
      const { signal } = new AbortController();
      const ask = () => search({ ...request, tags: [], documents: [], query: words(6) }, { workspace: WORKSPACE, signal });
      await ask();
      const times: number[] = [];
      const bare: number[] = [];
      for (let index = 0; index < (small ? 20 : 200); index++) {
        times.push(await time(ask));
        bare.push(await time(() => stores.vectors.nearest({ collection, dimension: DIMENSION, vector: vector(), limit: K, isIndexed: true })));
      }
      figures[at.nameOf("knowledge-search")] = figure({
        value: percentile(times, 0.95),
        unit: "ms",
        reference: percentile(bare, 0.95),
        against: `the ${K} nearest vectors alone`,
        others: [{ against: "the median", value: percentile(times, 0.5) }],
        ...(!small && { goal: { type: "at-most", of: "value", limit: 100 } }),
      });
    }
    return figures;
  },
};

/** How many of the ten nearest chunks of a collection its index finds. */
export const knowledgeRecall: Benchmark = {
  name: "knowledge-recall",
  run: async ({ small }) => {
    const figures: Record<string, Figure> = {};
    for (const at of await withVectors()) {
      const { stores, collection, indexMs } = await fill(at, small);
      const vector = createClusters(createRandom(1));
      let found = 0;
      const rounds = small ? 10 : 100;
      for (let round = 0; round < rounds; round++) {
        const query = { collection, dimension: DIMENSION, vector: vector(), limit: K };
        const exact = await stores.vectors.nearest({ ...query, isIndexed: false });
        const near = new Set((await stores.vectors.nearest({ ...query, isIndexed: true })).map(({ chunk }) => chunk));
        found += exact.filter(({ chunk }) => near.has(chunk)).length;
      }
      figures[at.nameOf("knowledge-recall")] = figure({
        value: found / (rounds * K),
        unit: "of 1",
        reference: 1,
        against: "an exact search of the collection",
        others: [{ against: "seconds of making the index", value: indexMs / 1_000 }],
        goal: { type: "at-least", of: "value", limit: 0.95 },
      });
    }
    return figures;
  },
};
