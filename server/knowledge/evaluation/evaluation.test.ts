import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { connectionIdSchema } from "#runtime/graph/ids.ts";
import { createJobs, type Jobs } from "../../jobs/jobs.ts";
import { silentLogger as logger } from "../../logger.ts";
import type { Database } from "../../store/database/open-database.ts";
import { createTestDatabase, truncateAll } from "../../store/database/test-database.ts";
import { createJobStore } from "../../store/jobs.ts";
import { createBuiltInEmbedder } from "../embedding/built-in-embedder.ts";
import { createKnowledge, type Knowledge } from "../knowledge.ts";
import { readEvaluationSet, WORKS, workText } from "./evaluation-set.ts";
import { hashOf, readRecordedVectors, writeRecordedVectors } from "./recorded-vectors.ts";

/**
 * How well questions find the passages that answer them. The vectors are those the built-in embedder made once, since making them takes minutes; some are
 * made again to see that they still hold. After a change of the set or of how chunks are cut: `HEDDLE_RECORD_VECTORS=1 npm test`.
 */
const isRecording = process.env.HEDDLE_RECORD_VECTORS === "1";
const TOP = 5;
const REMADE = 10;
const workspace = "workspace_default";
const { signal } = new AbortController();
const set = readEvaluationSet();
const recorded = isRecording ? new Map<string, Float32Array>() : readRecordedVectors();
const texts = new Map<string, string>();
const builtIn = createBuiltInEmbedder();
let database: Database;
let jobs: Jobs;
let knowledge: Knowledge;
let collection: Awaited<ReturnType<Knowledge["collections"]["create"]>>;

const embed = async (asked: readonly string[]): Promise<Float32Array[]> => {
  for (const text of asked) texts.set(hashOf(text), text);
  const made = isRecording ? await builtIn.embed(asked, { signal }) : asked.map((text) => recorded.get(hashOf(text)));
  return asked.map((text, index) => {
    const vector = made[index];
    if (!vector) throw new Error(`No vector is recorded of “${text.slice(0, 80)}”. Run this test with HEDDLE_RECORD_VECTORS=1.`);
    recorded.set(hashOf(text), vector);
    return vector;
  });
};

beforeAll(async () => {
  database = await createTestDatabase();
  await truncateAll(database);
  jobs = createJobs({ store: createJobStore(database), logger, owner: "evaluation", options: { lookMs: 30, renewMs: 30, retryMs: 10 } });
  knowledge = createKnowledge({
    ...{ database, jobs, logger },
    files: () => ({ size: async () => undefined, open: () => expect.fail("no file") }),
    http: { request: () => expect.fail("no page") },
    models: { embed: async (_place, asked) => ({ vectors: await embed(asked), tokens: 0, cost: 0 }), clientFor: () => expect.fail("no model") },
    connections: {
      read: async (id) =>
        ({ id, workspaceId: workspace, kind: "model", archivedAt: null, settings: { provider: "compatible", baseUrl: "http://recorded.example/v1" } }) as never,
    },
  });
  await jobs.start();
  collection = await knowledge.collections.create(workspace, {
    ...{ name: "Evaluation", description: "", language: "english", reranker: null },
    chunking: { by: "headings", size: 600, overlap: 0 },
    embedder: { type: "connection", connection: connectionIdSchema.parse("conn_recorded"), model: "recorded" },
  });
  const works = Object.entries(WORKS) as [keyof typeof WORKS, string][];
  for (const [work, title] of works)
    await knowledge.documents.add({ workspace, id: collection.id }, { title, text: workText(set.passages, work), tags: [], preview: false });
  const isDone = async () =>
    expect((await knowledge.collections.read({ workspace, id: collection.id })).counts).toMatchObject({ working: 0, ready: works.length });
  await vi.waitFor(isDone, { timeout: isRecording ? 900_000 : 60_000, interval: 100 });
}, 960_000);
afterAll(async () => {
  await builtIn.close();
  await jobs.close();
  await knowledge.close();
  await database.close();
});

it("has passages and questions enough, each passage its own chunk", async () => {
  expect(set.passages.length).toBeGreaterThanOrEqual(200);
  expect(set.questions.length).toBeGreaterThanOrEqual(50);
  const ids = new Set(set.passages.map(({ id }) => id));
  expect(ids.size).toBe(set.passages.length);
  expect(set.questions.flatMap(({ answers }) => answers).filter((answer) => !ids.has(answer))).toEqual([]);
  expect((await knowledge.collections.read({ workspace, id: collection.id })).counts.chunks).toBe(set.passages.length);
});

it("finds more with words and meaning together than with either alone", async () => {
  const idOf = new Map(set.passages.map(({ id, work, title }) => [`${WORKS[work]}/${title}`, id]));
  const rankOf = async (query: string, answers: readonly string[], mode: "text" | "vector" | "hybrid") => {
    const { items } = await knowledge.search({ collection: collection.id, query, mode, limit: 20, tags: [], documents: [] }, { workspace, signal });
    const found = items.map(({ document, headings }) => idOf.get(`${document.title}/${headings[0]}`) ?? "");
    return found.findIndex((id) => answers.includes(id)) + 1;
  };
  const figures = { text: [] as number[], vector: [] as number[], hybrid: [] as number[] };
  for (const { question, answers } of set.questions) {
    for (const mode of ["text", "vector", "hybrid"] as const) figures[mode].push(await rankOf(question, answers, mode));
  }
  if (isRecording) writeRecordedVectors(recorded);
  const hits = (ranks: readonly number[], top: number) => ranks.filter((rank) => rank > 0 && rank <= top).length / ranks.length;
  const lines = Object.entries(figures).map(([mode, ranks]) => {
    const reciprocal = ranks.reduce((sum, rank) => sum + (rank > 0 ? 1 / rank : 0), 0) / ranks.length;
    return `  ${mode.padEnd(7)} hit@1 ${hits(ranks, 1).toFixed(3)}   hit@${TOP} ${hits(ranks, TOP).toFixed(3)}   mean reciprocal rank ${reciprocal.toFixed(3)}`;
  });
  process.stdout.write(`\nknowledge: ${set.questions.length} questions over ${set.passages.length} passages\n${lines.join("\n")}\n`);
  const hybrid = hits(figures.hybrid, TOP);
  expect(hybrid).toBeGreaterThan(hits(figures.text, TOP));
  expect(hybrid).toBeGreaterThan(hits(figures.vector, TOP));
  expect(hybrid).toBeGreaterThanOrEqual(0.7);
}, 300_000);

it("searches with the vectors that the built-in embedder makes today", async () => {
  const sample = [...texts].filter((_text, index) => index % Math.ceil(texts.size / REMADE) === 0);
  const made = await builtIn.embed(
    sample.map(([, text]) => text),
    { signal },
  );
  const cosines = sample.map(([hash], index) => {
    const before = recorded.get(hash);
    return (made[index] ?? new Float32Array()).reduce((sum, value, at) => sum + value * (before?.[at] ?? 0), 0);
  });
  expect(cosines.length).toBeGreaterThanOrEqual(REMADE - 1);
  expect(Math.min(...cosines)).toBeGreaterThan(0.99);
}, 300_000);
