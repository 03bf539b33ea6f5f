import type { KnowledgeDocumentStatus, KnowledgeStore, Passage } from "#nodes/kit/knowledge/service.ts";
import { collectionIdSchema, docIdSchema } from "#runtime/graph/ids.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import type { Reference } from "#runtime/node/references.ts";
import { ApiError } from "../api-error.ts";
import type { ContextRule, FoundPassage, KnowledgeDocument } from "../contract/knowledge.ts";
import { toCharge } from "./charges.ts";
import type { Knowledge } from "./knowledge.ts";
import { isWorking } from "./views.ts";

type Given = Pick<Knowledge, "collections" | "documents" | "search" | "charges">;

/** Knowledge as the runs of one graph (or agent) may use it: under the rules of each collection. */
export function createRunKnowledge(
  { collections, documents, search, charges }: Given,
  { workspace, graph }: { workspace: string; graph: string },
): KnowledgeStore {
  const ruleFor = async (id: string): Promise<ContextRule | undefined> => {
    const rules = await collections.rules({ workspace, collection: id });
    const rule = ruleOf(rules, graph);
    if (rule?.allowed !== false) return rule;
    throw new NodeError("policy", "This collection may not be used from here. Its rules are set on the collection's page.", {
      happened: "no",
      details: { collection: id },
    });
  };
  return {
    estimateSearch: ({ collection, query, limit, mode }) =>
      asNode(() => charges.ofSearch({ workspace, id: idOf(collection) }, { query: query.slice(0, MOST_CHARACTERS), limit, mode })),
    search: ({ collection, query, limit, mode, tags, leastRelevance }, { signal, onCharge }) =>
      asNode(async () => {
        const id = idOf(collection);
        const rule = await ruleFor(id);
        const least = Math.max(leastRelevance ?? 0, rule?.leastRelevance ?? 0);
        const request = { collection: id, query: query.slice(0, MOST_CHARACTERS), mode, tags: [...tags], documents: [], leastRelevance: least };
        const { items, notice } = await search(
          { ...request, limit: Math.min(limit, rule?.mostChunks ?? limit) },
          { workspace, signal, onCharge: (charge) => onCharge(toCharge(charge)) },
        );
        return { passages: items.map(toPassage), notice };
      }),
    estimateAdd: ({ collection, content }) => asNode(() => charges.ofDocument({ workspace, id: idOf(collection) }, content)),
    add: ({ collection, title, content, tags, key }) =>
      asNode(async () => {
        const id = idOf(collection);
        await ruleFor(id);
        const source = content.type === "text" ? { text: content.text } : content.type === "url" ? { url: content.url } : { asset: content.file };
        const named = title === undefined ? {} : { title: title.slice(0, 200) };
        return statusOf(
          charges,
          workspace,
          await documents.add({ workspace, id }, { ...source, ...named, tags: [...tags], preview: false, idempotencyKey: key }),
        );
      }),
    status: (id) => asNode(async () => statusOf(charges, workspace, await documents.read({ workspace, id: docIdSchema.parse(id) }))),
  };
}

/** Of a query that are looked at. */
const MOST_CHARACTERS = 4_000;

/** The rule of the graph itself counts before that of all. */
function ruleOf(rules: readonly ContextRule[], graph: string): ContextRule | undefined {
  return rules.find(({ subject }) => subject === graph) ?? rules.find(({ subject }) => subject === "*");
}

/** What graphs that name a collection are told of it. */
export function createCollectionReferences({ collections }: Pick<Knowledge, "collections">) {
  return async (workspace: string, id: string): Promise<Reference> => {
    const collection = collectionIdSchema.safeParse(id).data;
    const found = collection && (await collections.read({ workspace, id: collection }).catch(absent));
    if (!found) return { kind: "missing", reason: "There is no such collection here. Choose another one." };
    const { name, description, embedder, reranker } = found;
    const isCharged = embedder.type === "connection" || reranker !== null;
    return { kind: "collection", collection, name, isCharged, ...(description !== "" && { description }) };
  };
}

function absent(error: unknown): undefined {
  if (error instanceof ApiError && error.code === "not-found") return undefined;
  throw error;
}

function idOf(collection: string) {
  const parsed = collectionIdSchema.safeParse(collection);
  if (parsed.success) return parsed.data;
  throw new NodeError("validation", "This is no id of a collection.", { happened: "no" });
}

const CODES = { "not-found": "not-found", unprocessable: "validation", conflict: "limit", "bad-request": "validation", unavailable: "network" } as const;

async function asNode<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = error instanceof ApiError ? CODES[error.code as keyof typeof CODES] : undefined;
    throw code === undefined ? error : new NodeError(code, (error as ApiError).message, { happened: "no", cause: error });
  }
}

function toPassage({ text, document, page, headings, chunk, relevance }: FoundPassage): Passage {
  const { id, title, source } = document;
  return { text, page, headings, chunk, relevance, document: { id, title, url: source.type === "url" ? source.url : null } };
}

/** What is ready, but still tidied up after, is worked on: what it came to is known when that has ended. */
async function statusOf(charges: Given["charges"], workspace: string, document: KnowledgeDocument): Promise<KnowledgeDocumentStatus> {
  const { id, title, state, error, chunks, progress } = document;
  const { charge, isOver } = await charges.spentOn({ workspace, id });
  const simple = isWorking({ state }) || !isOver ? "working" : state;
  return { id, title, error, chunks, progress, charge: isOver ? charge : null, state: simple as KnowledgeDocumentStatus["state"] };
}
