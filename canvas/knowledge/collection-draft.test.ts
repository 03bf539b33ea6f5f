import { expect, it } from "vitest";
import { collectionIdSchema, connectionIdSchema } from "#runtime/graph/ids.ts";
import { type Collection, createCollection } from "#server/contract/knowledge.ts";
import { faultsOf } from "../api/use-route-form.ts";
import { changesEmbedder, toBody, toDraft, wantsReindex } from "./collection-draft.ts";

const connection = connectionIdSchema.parse("conn_models");
const collection: Collection = {
  ...{ id: collectionIdSchema.parse("collection_a"), name: "Handbook", description: "What we promise.", language: "german", dimension: 512 },
  chunking: { by: "paragraphs", size: 128, overlap: 16 },
  embedder: { type: "connection", connection, model: "embed-1" },
  reranker: { connection, candidates: 12 },
  counts: { documents: 2, ready: 2, failed: 0, working: 0, chunks: 9 },
  ...{ createdAt: "2026-01-01T00:00:00.000Z", updatedAt: "2026-01-01T00:00:00.000Z" },
};

it("gives back what a collection is", () => {
  const { name, description, language, chunking, embedder, reranker } = collection;
  expect(toBody(toDraft(collection))).toEqual({ name, description, language, chunking, embedder, reranker });
});

it("begins with what the contract takes, but for a name", () => {
  expect(faultsOf(createCollection.body, toBody(toDraft())).map(({ path }) => path)).toEqual(["/name"]);
  expect(faultsOf(createCollection.body, toBody({ ...toDraft(), name: "Notes" }))).toEqual([]);
});

it.each([
  [{ size: "" }, "/chunking/size"],
  [{ size: "3000" }, "/chunking/size"],
  [{ size: "64", overlap: "40" }, "/chunking/overlap"],
  [{ embedder: "connection" as const, embedderConnection: "" }, "/embedder/connection"],
  [{ rerankerConnection: connection, candidates: "many" }, "/reranker/candidates"],
])("leaves %j for the contract to refuse at its field", (part, path) => {
  expect(faultsOf(createCollection.body, toBody({ ...toDraft(), name: "Notes", ...part })).map((fault) => fault.path)).toContain(path);
});

it("wants a new index for what the index was made with, and for nothing else", () => {
  const draft = toDraft(collection);
  expect(wantsReindex(collection, { ...draft, name: "Other", description: "", rerankerConnection: "" })).toBe(false);
  for (const part of [{ size: "256" }, { by: "headings" as const }, { language: "english" as const }, { embedder: "built-in" as const }]) {
    expect(wantsReindex(collection, { ...draft, ...part }), JSON.stringify(part)).toBe(true);
    expect(wantsReindex({ ...collection, counts: { ...collection.counts, documents: 0 } }, { ...draft, ...part })).toBe(false);
  }
});

it("knows another model of the same connection for another embedder", () => {
  const draft = toDraft(collection);
  expect(changesEmbedder(collection, { ...draft, size: "64" })).toBe(false);
  expect(changesEmbedder(collection, { ...draft, embedderModel: "embed-2" })).toBe(true);
});
