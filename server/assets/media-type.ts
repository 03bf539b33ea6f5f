import type { AssetKind } from "../contract/assets.ts";

/** Bytes of the beginning of a file that tell what it is. */
export const HEAD_BYTES = 512;

const UNKNOWN = "application/octet-stream";

/** What files of a kind begin with, from an offset on, as Latin-1 text. */
const SIGNATURES: readonly { type: string; starts: readonly (readonly [offset: number, text: string])[] }[] = [
  { type: "image/png", starts: [[0, "\x89PNG\r\n\x1a\n"]] },
  { type: "image/jpeg", starts: [[0, "\xff\xd8\xff"]] },
  { type: "image/gif", starts: [[0, "GIF8"]] },
  {
    type: "image/webp",
    starts: [
      [0, "RIFF"],
      [8, "WEBP"],
    ],
  },
  // pictures of phones: a film's container around a still
  ...["heic", "heix", "hevc", "heim", "heis"].map((brand) => ({ type: "image/heic", starts: [[4, `ftyp${brand}`] as const] })),
  { type: "image/tiff", starts: [[0, "II*\0"]] },
  { type: "image/tiff", starts: [[0, "MM\0*"]] },
  { type: "image/x-icon", starts: [[0, "\0\0\x01\0"]] },
  {
    type: "image/bmp",
    starts: [
      [0, "BM"],
      [6, "\0\0\0\0"],
    ],
  },
  { type: "application/pdf", starts: [[0, "%PDF-"]] },
  {
    type: "audio/wav",
    starts: [
      [0, "RIFF"],
      [8, "WAVE"],
    ],
  },
  { type: "audio/mpeg", starts: [[0, "ID3"]] },
  { type: "audio/flac", starts: [[0, "fLaC"]] },
  { type: "audio/ogg", starts: [[0, "OggS"]] },
  { type: "video/webm", starts: [[0, "\x1aE\xdf\xa3"]] },
  { type: "audio/mp4", starts: [[4, "ftypM4A"]] },
  { type: "video/quicktime", starts: [[4, "ftypqt"]] },
  { type: "video/mp4", starts: [[4, "ftyp"]] },
  { type: "application/zip", starts: [[0, "PK\x03\x04"]] },
  { type: "application/gzip", starts: [[0, "\x1f\x8b"]] },
];

/** Texts whose type only their name tells. */
const BY_ENDING: Readonly<Record<string, string>> = {
  txt: "text/plain",
  log: "text/plain",
  md: "text/markdown",
  csv: "text/csv",
  tsv: "text/tab-separated-values",
  json: "application/json",
  xml: "application/xml",
  html: "text/html",
  htm: "text/html",
  svg: "image/svg+xml",
};

/** The media type that a file's first bytes show; undefined when they show none. */
export function sniffedType(head: Uint8Array): string | undefined {
  const text = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString("latin1");
  return stillType(text) ?? SIGNATURES.find(({ starts }) => starts.every(([offset, start]) => text.startsWith(start, offset)))?.type;
}

/** Of a file whose first brand tells of a still only: AVIF and HEIC both begin so, and name what they are among the brands that follow. */
function stillType(text: string): string | undefined {
  const [, first = ""] = /^.{4}ftyp(.{4})/s.exec(text) ?? [];
  if (!["avif", "avis", "mif1", "msf1"].includes(first)) return undefined;
  // brand, version, and brands of four letters each up to the end of the box
  const brands = text.slice(16, Buffer.from(text.slice(0, 4), "latin1").readUInt32BE()).match(/.{4}/gs) ?? [];
  return [first, ...brands].some((brand) => brand === "avif" || brand === "avis") ? "image/avif" : "image/heic";
}

export type JudgedType = { type: string } | { problem: string };

/**
 * The media type a file is kept under. Its bytes have the last word where they show something; what calls itself a picture and shows none
 * is refused, since whoever takes pictures would choke on it.
 */
export function judgeType(given: { declared: string; name: string; head: Uint8Array }): JudgedType {
  const ending = /\.([a-z0-9]+)$/i.exec(given.name)?.[1]?.toLowerCase() ?? "";
  const isGeneric = given.declared === "" || given.declared === UNKNOWN;
  const declared = isGeneric ? (BY_ENDING[ending] ?? UNKNOWN) : given.declared;
  const shown = sniffedType(given.head);
  if (shown === undefined) {
    if (!declared.startsWith("image/")) return { type: declared };
    return isDrawing(declared, given.head)
      ? { type: declared }
      : { problem: `“${given.name}” is called ${declared}, and its content is no picture. Choose another file.` };
  }
  // one container for sound and pictures that move; and documents that are archives inside
  const isInside = family(shown) === "media" ? family(declared) === "media" : family(shown) === "archive" && !isGeneric && !declared.startsWith("image/");
  return { type: isInside ? declared : shown };
}

/** SVG is text, so that it has no first bytes of its own. */
function isDrawing(declared: string, head: Uint8Array): boolean {
  return declared === "image/svg+xml" && /<(\?xml|svg|!--|!doctype svg)/i.test(Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString("utf8"));
}

function family(type: string): "media" | "archive" | "other" {
  if (/^(audio|video)\//.test(type)) return "media";
  return type === "application/zip" || type === "application/gzip" ? "archive" : "other";
}

/** The type a stored file is served under: what a browser would run or lay out is only bytes. */
export function servedType(head: Uint8Array): string {
  const shown = sniffedType(head);
  return shown !== undefined && /^(image|audio|video)\//.test(shown) ? shown : UNKNOWN;
}

const DOCUMENTS = /^application\/(pdf|rtf|msword|epub\+zip|vnd\.(openxmlformats-officedocument|oasis\.opendocument|ms-(excel|powerpoint|word))\b.*)/;
const TEXTS = /^(text\/.*|application\/(json|xml|yaml|toml|x-ndjson|javascript|.*\+(json|xml)))$/;

/** What people look for a file of this type by. */
export function assetKindOf(mediaType: string): AssetKind {
  const [family = ""] = mediaType.split("/");
  if (family === "image" || family === "audio" || family === "video") return family;
  if (DOCUMENTS.test(mediaType)) return "document";
  return TEXTS.test(mediaType) ? "text" : "other";
}
