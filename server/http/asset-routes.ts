import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ApiError } from "../api-error.ts";
import type { Assets } from "../assets/assets.ts";
import { byteRange } from "../assets/byte-range.ts";
import type { MediaLibrary } from "../assets/media-library.ts";
import type { Thumbnails } from "../assets/thumbnails.ts";
import * as contract from "../contract/assets.ts";
import { type Exchange, type Handling, handle } from "./handle.ts";

/** What is read and dropped of a file that is refused, so that its sender gets to read why. */
const DRAINED_BYTES = 128 * 1024 * 1024;

export interface AssetRoutesGiven {
  assets: Assets;
  thumbnails: Pick<Thumbnails, "read">;
  library: MediaLibrary;
}

export function assetRoutes({ assets, thumbnails, library }: AssetRoutesGiven): Handling[] {
  return [
    handle(contract.storeAsset, async ({ query, workspace, actor, may, exchange }) => {
      const { request } = exchange;
      try {
        requireFitting(request);
        const declared = request.headers["content-type"] ?? "";
        const given = { workspace, actor, declared, name: query.name, isKept: query.keep === "true" };
        return await assets.store({ ...given, content: piecesOf(request), still: () => may("asset.write") });
      } catch (error) {
        drain(request);
        throw error;
      }
    }),
    handle(contract.readAsset, async ({ params: { hash }, query, workspace, exchange }) => {
      const place = { workspace, hash };
      if (query.size !== undefined) {
        await sendPicture({ hash, size: query.size, read: (size) => thumbnails.read(place, size) }, exchange);
        return undefined;
      }
      await sendFile({ ...(await assets.look(place)), hash, name: query.name, open: (range) => assets.open(place, range) }, exchange);
      return undefined;
    }),
    handle(contract.listAssets, ({ query, workspace }) => library.list({ ...query, workspace })),
    handle(contract.listAssetUses, ({ params: { hash }, workspace }) => library.uses({ workspace, hash })),
    handle(contract.changeAsset, ({ params: { hash }, body, workspace }) => library.change({ workspace, hash }, body), {
      audit: ({ params }, { name, isKept }) => ({ action: "asset.changed", resource: { kind: "asset", id: params.hash, name }, detail: { isKept } }),
    }),
    deletion(library),
  ];
}

function deletion(library: MediaLibrary): Handling {
  // the audit log tells the name of what is no longer there
  const names = new WeakMap<object, string>();
  return handle(
    contract.deleteAsset,
    async ({ params: { hash }, workspace, exchange }) => {
      names.set(exchange, await library.remove({ workspace, hash }));
      return undefined;
    },
    { audit: ({ params, exchange }) => ({ action: "asset.deleted", resource: { kind: "asset", id: params.hash, name: names.get(exchange) ?? "" } }) },
  );
}

function requireFitting({ headers }: IncomingMessage): void {
  const encoding = headers["content-encoding"];
  if (encoding !== undefined && encoding !== "identity") throw new ApiError("unsupported-media-type", "Send the file without a Content-Encoding.");
  const length = Number(headers["content-length"] ?? 0);
  if (length <= contract.ASSET_BYTES) return;
  throw new ApiError("too-large", `A file may have at most ${contract.ASSET_BYTES / 1024 / 1024} MiB. Choose a smaller one, or split it.`);
}

/** What comes, piece by piece; the request outlives whoever stops listening, so that it can be answered. */
export async function* piecesOf(request: IncomingMessage): AsyncIterable<Uint8Array> {
  try {
    for await (const piece of request.iterator({ destroyOnReturn: false })) yield piece as Buffer;
  } catch (cause) {
    throw new ApiError("bad-request", "The file ended before it was complete.", { cause });
  }
  if (!request.complete) throw new ApiError("bad-request", "The file ended before it was complete.");
}

export function drain(request: IncomingMessage): void {
  let drained = 0;
  request.on("data", (piece: Buffer) => {
    drained += piece.length;
    if (drained > DRAINED_BYTES) request.destroy();
  });
  request.on("error", () => undefined);
  request.resume();
}

interface StoredFile {
  hash: string;
  bytes: number;
  type: string;
  name: string | undefined;
  open(range: { start: number; end: number }): AsyncIterable<Uint8Array>;
}

/** Always as a download, in a sandbox: no file that somebody brought is ever a page of ours. */
export async function sendFile({ hash, bytes, type, name = hash, open }: StoredFile, { request, response }: Exchange): Promise<void> {
  const { headers, method } = request;
  response.setHeader("etag", `"${hash}"`);
  // asked for again each time, since access may end; the content never changes
  response.setHeader("cache-control", "private, no-cache");
  response.setHeader("accept-ranges", "bytes");
  response.setHeader("content-security-policy", "default-src 'none'; sandbox");
  response.setHeader("content-disposition", `attachment; filename*=UTF-8''${encodeURIComponent(name).replaceAll(/['()*]/g, percent)}`);
  if (headers["if-none-match"]?.includes(`"${hash}"`)) return void response.writeHead(304).end();
  const isCurrent = headers["if-range"] === undefined || headers["if-range"] === `"${hash}"`;
  const range = isCurrent ? byteRange(headers.range, bytes) : undefined;
  if (range === "unsatisfiable") return void response.writeHead(416, { "content-range": `bytes */${bytes}` }).end();
  const { start, end } = range ?? { start: 0, end: bytes - 1 };
  const more = range ? { "content-range": `bytes ${start}-${end}/${bytes}` } : {};
  response.writeHead(range ? 206 : 200, { "content-type": type, "content-length": end - start + 1, ...more });
  if (method === "HEAD" || bytes === 0) return void response.end();
  try {
    await pipeline(Readable.from(open({ start, end })), response);
  } catch (error) {
    // whoever asked went away, which is their right
    if (!response.destroyed) throw error;
  }
}

/** A picture that the server made: it never changes, and is asked for again all the same, since access may end. */
async function sendPicture(
  { hash, size, read }: { hash: string; size: `${contract.ThumbnailSize}`; read(size: contract.ThumbnailSize): Promise<Uint8Array> },
  { request, response }: Exchange,
): Promise<void> {
  const tag = `"${hash}-${size}"`;
  const picture = await read(Number(size) as contract.ThumbnailSize);
  response.setHeader("etag", tag);
  response.setHeader("cache-control", "private, no-cache");
  response.setHeader("content-security-policy", "default-src 'none'; sandbox");
  if (request.headers["if-none-match"]?.includes(tag)) return void response.writeHead(304).end();
  response.writeHead(200, { "content-type": "image/webp", "content-length": picture.byteLength });
  response.end(request.method === "HEAD" ? undefined : picture);
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
