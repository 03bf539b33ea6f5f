import { z } from "zod";
import { defineNode } from "#runtime/node/define.ts";
import { collectionField, expression } from "#runtime/node/fields.ts";
import { port } from "#runtime/node/ports.ts";
import { withReferencedInputs } from "../kit/expressions/with-referenced-inputs.ts";
import { collectionKeys, collectionOf } from "../kit/knowledge/collection-of.ts";

export const knowledgeAdd = defineNode({
  type: "knowledge-add",
  version: 1,
  role: "step",
  title: "Add to knowledge",
  description: "Adds a text, a file or a web page to a collection, where searches find it.",
  group: "knowledge",
  icon: "book-plus",
  keywords: ["rag", "ingest", "index", "document", "remember", "store", "pdf", "url", "embed"],
  config: z.strictObject({
    collection: collectionField({ title: "Collection" }).optional(),
    from: z.enum(["content", "url"]).default("content").meta({ title: "Source", description: "A text or file that comes in, or the address of a page." }),
    url: expression(z.url({ protocol: /^https?$/ }).max(4_000), { title: "Address", placeholder: "https://example.org/article" }).optional(),
    title: expression(z.string().max(200), { title: "Title", description: "Empty: the document's own." }).prefault(""),
    tags: z.array(z.string().trim().min(1).max(60)).max(50).default([]).meta({ title: "Tags" }),
    wait: z.boolean().default(true).meta({ title: "Wait until it is found", description: "Otherwise it goes on at once, while the document is indexed." }),
  }),
  ports: ({ from, url, title }) => ({
    inputs: withReferencedInputs(
      from === "content"
        ? { content: port.any({ title: "Content", description: "A text or a file (text, Markdown, HTML, PDF)." }) }
        : { after: port.any({ optional: true, title: "After", description: "Read once this has come." }) },
      from === "content" ? { title } : { url, title },
    ),
    outputs: {
      document: port.json({ title: "Document", description: "Id, title, state and number of chunks." }),
      id: port.text({ title: "Id" }),
    },
  }),
  effect: "keyed",
  limits: { timeoutMs: 900_000, attempts: 4 },
  references: collectionKeys,
  check: ({ collection, from, url }) => [
    ...(collection === undefined ? [{ path: "/collection", message: "Choose a collection." }] : []),
    ...(from === "url" && url === undefined ? [{ path: "/url", message: "Give the address of the page." }] : []),
  ],
  form: ({ from }, _references, schema) => {
    const properties = schema.properties;
    if (from === "url" || typeof properties !== "object" || properties === null || Array.isArray(properties)) return schema;
    return { ...schema, properties: Object.fromEntries(Object.entries(properties).filter(([name]) => name !== "url")) };
  },
  summary: (config, references) => collectionOf(config, references)?.name ?? "…",
  tool: (config, references) => {
    const name = collectionOf(config, references)?.name;
    return { description: `Adds a document to ${name === undefined ? "a collection" : `“${name}”`}, so that later searches find it.` };
  },
  examples: [
    {
      name: "adds a text",
      config: { collection: "collection_example", title: "Minutes" },
      inputs: { content: "We met and talked about looms." },
      outputs: { document: { id: "doc_added1", title: "Minutes", state: "ready", chunks: 1 }, id: "doc_added1" },
    },
    { name: "refuses what is neither text nor file", config: { collection: "collection_example" }, inputs: { content: { a: 1 } }, fails: "validation" },
    { name: "fails without its collection", config: { collection: "collection_gone" }, inputs: { content: "text" }, fails: "not-found" },
  ],
});
