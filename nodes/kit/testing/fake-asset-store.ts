import { sha256Hex } from "#runtime/graph/hash.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import type { FileValue } from "#runtime/node/port-value.ts";
import type { AssetStore } from "../assets/service.ts";

export interface FakeAssetStore extends AssetStore {
  /** Puts a file there, as somebody who brings it would. */
  put(name: string, mediaType: string, content: Uint8Array | string): FileValue;
  /** What is kept, by hash. */
  kept: ReadonlyMap<string, Uint8Array>;
}

/** Files that last as long as the test. */
export function createFakeAssetStore(): FakeAssetStore {
  const kept = new Map<string, Uint8Array>();
  const find = ({ $asset, name }: FileValue) => {
    const content = kept.get($asset);
    if (!content) throw new NodeError("validation", `The file “${name}” is not in the workspace.`, { happened: "no" });
    return content;
  };
  const put: FakeAssetStore["put"] = (name, mediaType, content) => {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    const hash = sha256Hex(bytes);
    kept.set(hash, bytes);
    return { $asset: hash, name, mediaType, bytes: bytes.length };
  };
  return {
    kept,
    put,
    read: async (file, { mostBytes }) => {
      const content = find(file);
      if (content.length > mostBytes) throw new NodeError("limit", `The file “${file.name}” is too large.`, { happened: "no" });
      return content;
    },
    open: async (file) => {
      const content = find(file);
      return (async function* () {
        yield content;
      })();
    },
    keep: async (content, { name, mediaType }) => put(name, mediaType, content instanceof Uint8Array ? content : await gather(content)),
  };
}

async function gather(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  const whole = new Uint8Array(all.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of all) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
