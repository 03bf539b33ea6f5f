import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate, inflateRaw, zstdDecompress } from "node:zlib";
import { NodeError } from "#runtime/node/node-error.ts";

type Decompress = (data: Uint8Array, options: { maxOutputLength: number }) => Promise<Uint8Array>;

const inflateZlib = promisify<Uint8Array, { maxOutputLength: number }, Uint8Array>(inflate);
const inflateBare = promisify<Uint8Array, { maxOutputLength: number }, Uint8Array>(inflateRaw);

const gzip: Decompress = promisify(gunzip);
const decoders = new Map<string, Decompress>([
  ["gzip", gzip],
  ["x-gzip", gzip],
  ["br", promisify(brotliDecompress)],
  ["zstd", promisify(zstdDecompress)],
  // Half of the servers mean the zlib format, half the bare one; its first byte tells.
  ["deflate", (data, options) => ((data[0] ?? 0) % 16 === 8 ? inflateZlib : inflateBare)(data, options)],
]);

export const acceptEncoding = "gzip, deflate, br, zstd";

// More layers than this are nobody's honest answer.
const maxLayers = 2;

/** The body without its content encodings, or `undefined` when one of them is unknown. Never holds more than `maxBytes` of a layer. Throws `limit` or `network`. */
export async function decodeBody(body: Uint8Array, encodings: string, maxBytes: number): Promise<Uint8Array | undefined> {
  const layers = encodings
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "" && name !== "identity")
    .reverse();
  if (layers.length > maxLayers || layers.some((name) => !decoders.has(name))) return undefined;
  let decoded = body;
  for (const name of layers) {
    const decode = decoders.get(name);
    if (decode !== undefined && decoded.length > 0)
      decoded = await decode(decoded, { maxOutputLength: maxBytes }).catch((error: unknown) => refuse(error, maxBytes));
  }
  return decoded;
}

function refuse(error: unknown, maxBytes: number): never {
  if (error instanceof RangeError) throw tooLarge(maxBytes);
  throw new NodeError("network", "The answer's compression is damaged.", { cause: error });
}

export const tooLarge = (maxBytes: number) => new NodeError("limit", `The answer is larger than the limit of ${maxBytes} bytes.`, { details: { maxBytes } });
