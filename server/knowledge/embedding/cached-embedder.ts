import { createHash } from "node:crypto";
import type { EmbeddingStore } from "../../store/embeddings.ts";
import type { Embedder } from "./embedder.ts";

/** Remembers the vector of each text, so that what was embedded once costs a look only. */
export function cachedEmbedder(embedder: Embedder, { store, workspace }: { store: EmbeddingStore; workspace: string }): Embedder {
  return {
    ...embedder,
    embed: async (texts, given) => {
      // what somebody asked is not kept
      if (given.isQuery) return embedder.embed(texts, given);
      const hashes = texts.map((text) => createHash("sha256").update(text).digest("hex"));
      const place = { workspace, embedder: embedder.id };
      const known = await store.find({ ...place, hashes: [...new Set(hashes)] });
      const missing = new Map(texts.flatMap((text, index) => (known.has(hashes[index] ?? "") ? [] : [[hashes[index] ?? "", text] as const])));
      if (missing.size > 0) {
        const made = await embedder.embed([...missing.values()], given);
        const vectors = new Map([...missing.keys()].map((hash, index) => [hash, made[index] ?? new Float32Array()]));
        await store.keep({ ...place, vectors });
        for (const [hash, vector] of vectors) known.set(hash, vector);
      }
      return hashes.map((hash) => known.get(hash) ?? new Float32Array());
    },
  };
}
