import { z } from "zod";
import { defineNode } from "#runtime/node/define.ts";
import { collectionField, expression } from "#runtime/node/fields.ts";
import { port } from "#runtime/node/ports.ts";
import { withReferencedInputs } from "../kit/expressions/with-referenced-inputs.ts";
import { collectionKeys, collectionOf } from "../kit/knowledge/collection-of.ts";

export const knowledgeSearch = defineNode({
  type: "knowledge-search",
  version: 1,
  role: "step",
  title: "Search knowledge",
  description: "Finds passages of a collection by meaning and by words, with their sources.",
  group: "knowledge",
  icon: "book-search",
  keywords: ["rag", "retrieve", "documents", "vector", "semantic", "full text", "passages", "cite", "sources", "question"],
  config: z.strictObject({
    collection: collectionField({ title: "Collection" }).optional(),
    query: expression(z.string().max(4_000), { title: "Query", placeholder: "{{ inputs.query }}" }).prefault(""),
    limit: z.int().min(1).max(50).default(6).meta({ title: "Passages", description: "At most. A rule of the collection may allow fewer." }),
    mode: z.enum(["hybrid", "text", "vector"]).default("hybrid").meta({ title: "Search by", description: "Hybrid joins words (text) and meaning (vector)." }),
    tags: z.array(z.string().trim().min(1).max(60)).max(20).default([]).meta({ title: "Tags", description: "Only documents that have one of these." }),
    leastRelevance: z.number().min(0).max(1).optional().meta({ title: "Least relevance", description: "From 0 to 1. Less relevant passages are left out." }),
  }),
  initial: { query: "{{ inputs.query }}" },
  ports: ({ query }) => ({
    inputs: withReferencedInputs(
      { query: port.text({ optional: true, title: "Query", description: "What to look for: a question or a few words." }) },
      { query },
    ),
    outputs: {
      passages: port.list("json", { title: "Passages", description: "Text, document, page, headings, chunk and relevance of each, the best first." }),
      text: port.text({ title: "Text", description: "The passages with numbers and sources, for a prompt." }),
      count: port.number({ title: "Found", description: "How many passages there are." }),
    },
  }),
  effect: "read",
  cacheable: true,
  limits: { timeoutMs: 60_000, attempts: 4 },
  references: collectionKeys,
  check: ({ collection, query }) => [
    ...(collection === undefined ? [{ path: "/collection", message: "Choose a collection." }] : []),
    ...(query.trim() === "" ? [{ path: "/query", message: "Say what to look for: {{ inputs.query }}, for example." }] : []),
  ],
  summary: (config, references) => {
    const found = collectionOf(config, references);
    const asksModel = found?.isCharged === true && config.mode !== "text";
    return [found?.name ?? "…", `${config.limit} passages`, ...(asksModel ? ["asks a model"] : [])].join(" · ");
  },
  tool: (config, references) => {
    const found = collectionOf(config, references);
    const what = found
      ? `Searches “${found.name}”${found.description ? ` (${found.description})` : ""} by meaning and by words.`
      : "Searches documents by meaning and by words.";
    return {
      description: `${what} Answers passages with numbers and sources. Base what you say on them, and cite each one you use by its number and title, such as [1].`,
    };
  },
  examples: [
    {
      name: "finds a passage",
      config: { collection: "collection_example", query: "{{ inputs.query }}", limit: 1 },
      inputs: { query: "how is the loom set up" },
      outputs: {
        passages: [
          {
            text: "The loom is set up.",
            document: { id: "doc_notes", title: "Notes", url: null },
            page: 1,
            headings: ["Loom"],
            chunk: "chunk_notes1",
            relevance: 0.9,
          },
        ],
        text: "[1] Notes, page 1, Loom (chunk_notes1)\nThe loom is set up.",
        count: 1,
      },
    },
    {
      name: "finds nothing",
      config: { collection: "collection_example", query: "bicycles" },
      inputs: {},
      outputs: { passages: [], text: "Nothing was found.", count: 0 },
    },
    { name: "fails without its collection", config: { collection: "collection_gone", query: "loom" }, inputs: {}, fails: "not-found" },
  ],
});
