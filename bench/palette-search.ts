import { catalog } from "#nodes/catalog.data.ts";
import { createBuiltInEmbedder } from "#server/knowledge/embedding/built-in-embedder.ts";
import { createEmbedders } from "#server/knowledge/embedding/embedders.ts";
import { createFindThings } from "#server/knowledge/find/find-things.ts";
import { silentLogger as logger } from "#server/logger.ts";
import { type Benchmark, figure, percentile, time } from "./figure.ts";

const QUERIES = [
  "upscale a picture",
  "ask a person before going on",
  "call a web service",
  "turn text into a list",
  "wait until tomorrow",
  "remember a value",
  "look up documents",
];
/** Beside the node types, as a workspace with much in it has. */
const THINGS = { small: 20, whole: 400 };

/** The palette's search by meaning, each query for the first time, as it is typed. */
export const paletteSearch: Benchmark = {
  name: "palette-search",
  run: async ({ small }) => {
    const builtIn = createBuiltInEmbedder();
    const store = { find: async () => new Map(), keep: async () => undefined, evict: async () => 0 };
    const models = {
      embed: () => {
        throw new Error("No model is asked.");
      },
    };
    const connections = {
      read: () => {
        throw new Error("No connection is asked.");
      },
    };
    const types = catalog.all().map(({ type, title, description, keywords = [] }) => ({ kind: "node-type" as const, id: type, title, description, keywords }));
    const count = small ? THINGS.small : THINGS.whole;
    const things = Array.from({ length: count }, (_, index) => {
      const like = types[index % types.length] ?? { title: "", description: "" };
      return { kind: "workflow" as const, id: `thing-${index}`, title: `${like.title} ${index}`, description: `${like.description} Number ${index}.` };
    });
    const find = createFindThings({
      sources: [async () => types, async () => things],
      embedders: createEmbedders({ builtIn, models, connections, store }),
      logger,
    });
    const { signal } = new AbortController();
    const ask = (query: string) => find({ query, limit: 12 }, { workspace: "bench", signal });
    const known = async () =>
      (await ask("anything")).mode === "hybrid" && (await ask(`${things.at(-1)?.title}`)).items.some(({ why }) => why.vector !== null && why.text?.rank === 1);
    while (!(await known())) await new Promise((resolve) => setTimeout(resolve, 50));
    const times: number[] = [];
    const bare: number[] = [];
    for (let round = 0; round < (small ? 1 : 8); round++) {
      for (const query of QUERIES) {
        times.push(await time(() => ask(`${query} ${round}`)));
        bare.push(await time(() => builtIn.embed([`${query} ${round} again`], { signal, isQuery: true })));
      }
    }
    await builtIn.close();
    return {
      "palette-search": figure({
        value: percentile(times, 0.95),
        unit: "ms",
        reference: percentile(bare, 0.95),
        against: "embedding the query alone",
        others: [{ against: "the median", value: percentile(times, 0.5) }],
        ...(!small && { goal: { type: "at-most", of: "value", limit: 150 } }),
      }),
    };
  },
};
