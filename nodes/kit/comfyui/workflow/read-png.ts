/** Bytes of one text, when it is unpacked. */
const MOST_BYTES = 8 * 1024 * 1024;
const TEXTS: ReadonlySet<string> = new Set(["tEXt", "zTXt", "iTXt"]);
const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

export function isPng(bytes: Uint8Array): boolean {
  return SIGNATURE.every((byte, index) => bytes[index] === byte);
}

/**
 * The texts in a PNG under these keywords (PNG specification, third edition, section 11.3.3: tEXt, zTXt and iTXt). Of two with one keyword the
 * first counts, even where it is broken, so that no picture has more than these unpacked; what is larger than 8 MiB is left out.
 */
export async function readPngTexts<Keyword extends string>(bytes: Uint8Array, keywords: readonly Keyword[]): Promise<Partial<Record<Keyword, string>>> {
  const texts: Partial<Record<Keyword, string>> = {};
  const wanted = new Set<string>(keywords);
  if (!isPng(bytes)) return {};
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = SIGNATURE.length; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    const type = latin1(bytes.subarray(at + 4, at + 8));
    if (type === "IEND" || at + 12 + length > bytes.length) break;
    const data = bytes.subarray(at + 8, at + 8 + length);
    const keyword = TEXTS.has(type) ? keywordOf(data) : undefined;
    if (keyword !== undefined && wanted.delete(keyword)) {
      const text = await textOf(type, data.subarray(keyword.length + 1));
      if (text !== undefined) texts[keyword as Keyword] = text;
    }
    at += 12 + length;
  }
  return texts;
}

/** Up to 79 bytes before a zero. */
function keywordOf(data: Uint8Array): string | undefined {
  const end = data.subarray(0, 80).indexOf(0);
  return end < 1 ? undefined : latin1(data.subarray(0, end));
}

/** Of what comes after the keyword. */
async function textOf(type: string, rest: Uint8Array): Promise<string | undefined> {
  if (type === "tEXt") return rest.length > MOST_BYTES ? undefined : latin1(rest);
  if (type === "zTXt") {
    const unpacked = await unpack(rest.subarray(1));
    return unpacked && latin1(unpacked);
  }
  const isPacked = rest[0] === 1;
  const language = rest.indexOf(0, 2);
  const translated = language < 0 ? -1 : rest.indexOf(0, language + 1);
  if (translated < 0) return undefined;
  const content = rest.subarray(translated + 1);
  const plain = isPacked ? await unpack(content) : content.length > MOST_BYTES ? undefined : content;
  return plain && new TextDecoder().decode(plain);
}

/** Undefined where it is broken, or becomes larger than 8 MiB. */
async function unpack(packed: Uint8Array): Promise<Uint8Array | undefined> {
  const stream = new Blob([packed.slice()]).stream().pipeThrough(new DecompressionStream("deflate"));
  const reader = stream.getReader();
  const pieces: Uint8Array[] = [];
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      size += value.length;
      if (size > MOST_BYTES) {
        await reader.cancel();
        return undefined;
      }
      pieces.push(value);
    }
  } catch {
    return undefined;
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

function latin1(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8_192) text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  return text;
}
