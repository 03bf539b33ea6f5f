import type { FileValue } from "#runtime/node/port-value.ts";
import { defineService } from "#runtime/node/service.ts";

export interface KeptFile {
  /** A name for people, without folders; at most 255 characters. */
  name: string;
  /** What it says it is; a picture that is none is refused. */
  mediaType: string;
}

/** The workspace's files, found by the hash of their content. What a run keeps here stays for as long as anything refers to it. */
export interface AssetStore {
  /** The whole content. Throws `NodeError("validation")` where there is no such file here, `NodeError("limit")` beyond that many bytes. */
  read(file: FileValue, limits: { mostBytes: number; signal?: AbortSignal }): Promise<Uint8Array>;
  /** The content in pieces, in order. Throws `NodeError("validation")` where there is no such file here. */
  open(file: FileValue, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
  /** Keeps content once, and gives the value that ports carry. Repeating it changes nothing. Throws `NodeError("validation" | "limit")`. */
  keep(content: Uint8Array | AsyncIterable<Uint8Array>, file: KeptFile): Promise<FileValue>;
}

export const assetStore = defineService<AssetStore>("asset-store");
