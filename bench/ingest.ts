import { createJobs } from "#server/jobs/jobs.ts";
import { chunkText } from "#server/knowledge/chunk-text.ts";
import { createBuiltInEmbedder } from "#server/knowledge/embedding/built-in-embedder.ts";
import { embeddedText } from "#server/knowledge/index-document.ts";
import { createKnowledge } from "#server/knowledge/knowledge.ts";
import { readMarkdown } from "#server/knowledge/reading/read-plain.ts";
import { silentLogger as logger } from "#server/logger.ts";
import { createJobStore } from "#server/store/jobs.ts";
import { type Benchmark, type Figure, figure, time } from "./figure.ts";
import { createRandom, createWords, WORKSPACE } from "./knowledge-data.ts";
import { withVectors } from "./knowledge-search.ts";

const CHUNKING = { by: "headings", size: 128, overlap: 16 } as const;

/** A document from its text to being found, beside the embedder alone on the same chunks. */
export const ingest: Benchmark = {
  name: "ingest",
  run: async ({ small }) => {
    const figures: Record<string, Figure> = {};
    for (const { database, nameOf } of await withVectors()) {
      const words = createWords(createRandom(Date.now()));
      const textOf = () => Array.from({ length: small ? 6 : 120 }, () => `${words(90)}.`).join("\n\n");
      const unused = () => {
        throw new Error("Not used here.");
      };
      const jobs = createJobs({ store: createJobStore(database), logger, owner: "bench", options: { lookMs: 20 } });
      const models = { embed: unused, clientFor: unused };
      const knowledge = createKnowledge({ database, jobs, logger, models, files: unused, http: { request: unused }, connections: { read: unused } });
      await jobs.start();
      const embedding = { description: "", language: "simple", chunking: CHUNKING, embedder: { type: "built-in" }, reranker: null } as const;
      const { id } = await knowledge.collections.create(WORKSPACE, { ...embedding, name: "Ingest" });
      const add = async (text: string) => {
        const document = await knowledge.documents.add({ workspace: WORKSPACE, id }, { text, title: "Bench", tags: [], preview: false });
        for (;;) {
          const { state, chunks, error } = await knowledge.documents.read({ workspace: WORKSPACE, id: document.id });
          if (state === "ready") return chunks;
          if (state === "failed") throw new Error(error ?? "It failed.");
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      };
      await add(words(20));
      const text = textOf();
      let chunks = 0;
      const took = await time(async () => {
        chunks = await add(text);
      });
      const alone = createBuiltInEmbedder();
      const { signal } = new AbortController();
      await alone.embed(["warm"], { signal });
      // other words of the same number: nothing is known of them
      const pieces = (await chunkText((await readMarkdown(textOf())).blocks, CHUNKING)).map((chunk) => embeddedText(chunk, "Bench"));
      const bare = await time(() => alone.embed(pieces, { signal }));
      await Promise.all([alone.close(), jobs.close()]);
      await knowledge.close();
      figures[nameOf("ingest")] = figure({
        value: chunks / (took / 1_000),
        unit: "chunks/s",
        reference: pieces.length / (bare / 1_000),
        against: "the embedder alone",
        ...(!small && { goal: { type: "at-least", of: "ratio", limit: 0.9 } }),
      });
    }
    return figures;
  },
};
