import type { AssetStore, KeptFile } from "#nodes/kit/assets/service.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import type { FileValue } from "#runtime/node/port-value.ts";
import type { ServiceScope } from "#runtime/node/service.ts";
import { ASSET_BYTES } from "../contract/assets.ts";
import type { AssetRecords } from "../store/assets.ts";
import type { Files } from "./blob-store.ts";
import { keepFile, RefusedFileError } from "./keep-file.ts";

const MAX_NAME = 255;

export interface RunAssetsGiven {
  files: Files;
  records: Pick<AssetRecords, "note" | "settle" | "see">;
}

/** The files of a workspace, for a node of one of its runs. */
export function createRunAssets({ files, records }: RunAssetsGiven, scope: Pick<ServiceScope, "workspace" | "run" | "graph" | "nodeType">): AssetStore {
  const { workspace, run, graph, nodeType } = scope;
  const store = files(workspace);
  const find = async ({ $asset, name }: FileValue): Promise<number> => {
    const bytes = await store.size($asset);
    if (bytes === undefined)
      throw new NodeError("validation", `The file “${name}” is not in the workspace. It may have been deleted: choose it anew.`, { happened: "no" });
    await records.see(workspace, [$asset]);
    return bytes;
  };
  // opened when the first piece is asked for: who never asks leaves nothing open
  async function* contentOf(hash: string, bytes: number, signal: AbortSignal | undefined): AsyncIterable<Uint8Array> {
    if (bytes === 0) return;
    for await (const piece of store.open(hash, { start: 0, end: bytes - 1 })) {
      if (signal?.aborted) throw new NodeError("cancelled", "The node was stopped.", { happened: "no" });
      yield piece;
    }
  }
  return {
    read: async (file, { mostBytes, signal }) => {
      const bytes = await find(file);
      if (bytes > mostBytes)
        throw new NodeError("limit", `The file “${file.name}” has ${megabytes(bytes)}; at most ${megabytes(mostBytes)} are read here. Use a smaller one.`, {
          happened: "no",
        });
      const pieces: Uint8Array[] = [];
      for await (const piece of contentOf(file.$asset, bytes, signal)) pieces.push(piece);
      return Buffer.concat(pieces);
    },
    open: async (file, signal) => contentOf(file.$asset, await find(file), signal),
    keep: async (content, file) => {
      const origin = { type: "run" as const, origin: run, graphId: graph, nodeType };
      const given = { workspace, ...fitting(file), content: content instanceof Uint8Array ? only(content) : content, origin, isKept: false };
      try {
        return await keepFile({ store, records, mostBytes: ASSET_BYTES }, { ...given, still: async () => true });
      } catch (error) {
        if (!(error instanceof RefusedFileError)) throw error;
        const code = { "too-large": "limit", unfit: "validation", "no-access": "validation", removed: "unexpected" } as const;
        throw new NodeError(code[error.reason], error.message, { cause: error });
      }
    },
  };
}

/** A name without folders and without characters that are not shown, and the media type without parameters. */
function fitting({ name, mediaType }: KeptFile): { name: string; type: string } {
  const clean = name.replaceAll(/[/\\\p{Cc}\p{Bidi_Control}]/gu, "_").trim();
  return { name: clean.slice(0, MAX_NAME) || "file", type: (mediaType.split(";")[0] ?? "").trim().toLowerCase().slice(0, 200) };
}

async function* only(content: Uint8Array): AsyncIterable<Uint8Array> {
  yield content;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}
