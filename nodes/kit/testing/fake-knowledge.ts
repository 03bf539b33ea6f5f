import { NodeError } from "#runtime/node/node-error.ts";
import type { KnowledgeDocumentStatus, KnowledgeStore, Passage } from "../knowledge/service.ts";

/** One collection in memory, searched by single words; counts what it was asked. */
export function createFakeKnowledge(
  collection: string,
  passages: readonly Passage[],
): KnowledgeStore & { added: ReadonlyMap<string, KnowledgeDocumentStatus>; calls(): number } {
  const added = new Map<string, KnowledgeDocumentStatus>();
  let calls = 0;
  const require = (id: string) => {
    calls++;
    if (id !== collection) throw new NodeError("not-found", "There is no such collection.", { happened: "no" });
  };
  return {
    added,
    calls: () => calls,
    estimateSearch: async () => null,
    estimateAdd: async () => null,
    search: async ({ collection: id, query, limit }) => {
      require(id);
      const words = query.toLowerCase().split(/\W+/);
      const found = passages.filter(({ text }) => words.some((word) => word.length > 3 && text.toLowerCase().includes(word)));
      return { passages: found.slice(0, limit), notice: null };
    },
    add: async ({ collection: id, key, title, content }) => {
      require(id);
      const known = added.get(key);
      if (known) return known;
      const own = content.type === "file" ? content.file.name : content.type === "url" ? content.url : content.text;
      const named = { id: `doc_added${added.size + 1}`, title: title ?? own };
      const status = { ...named, state: "ready" as const, error: null, chunks: 1, progress: null, charge: null };
      added.set(key, status);
      return status;
    },
    status: async (id) => {
      const found = [...added.values()].find((status) => status.id === id);
      if (!found) throw new NodeError("not-found", "There is no such document.", { happened: "no" });
      return found;
    },
  };
}
