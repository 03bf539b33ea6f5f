/** Bytes of text read from one picture, and of one text when it is unpacked. */
const MOST_BYTES = 8 * 1024 * 1024;
const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

export function isPng(bytes: Uint8Array): boolean {
  return SIGNATURE.every((byte, index) => bytes[index] === byte);
}

/**
 * The texts in a PNG by their keywords (PNG specification, third edition, section 11.3.3: tEXt, zTXt and iTXt). Of two with one keyword the
 * first counts; texts that are broken or larger than 8 MiB are left out.
 */
export async function readPngTexts(bytes: Uint8Array): Promise<Record<string, string>> {
  const texts = new Map<string, string>();
  if (!isPng(bytes)) return {};
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let rest = MOST_BYTES;
  for (let at = SIGNATURE.length; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    const type = latin1(bytes.subarray(at + 4, at + 8));
    if (type === "IEND" || at + 12 + length > bytes.length) break;
    const text = await textOf(type, bytes.subarray(at + 8, at + 8 + length), rest);
    if (text && !texts.has(text.keyword)) {
      texts.set(text.keyword, text.value);
      rest -= text.value.length;
    }
    at += 12 + length;
  }
  return Object.fromEntries(texts);
}

async function textOf(type: string, data: Uint8Array, most: number): Promise<{ keyword: string; value: string } | undefined> {
  if (type !== "tEXt" && type !== "zTXt" && type !== "iTXt") return undefined;
  const end = data.indexOf(0);
  if (end < 1 || end > 79) return undefined;
  const keyword = latin1(data.subarray(0, end));
  const rest = data.subarray(end + 1);
  if (type === "tEXt") return rest.length > most ? undefined : { keyword, value: latin1(rest) };
  if (type === "zTXt") {
    const unpacked = await unpack(rest.subarray(1), most);
    return unpacked && { keyword, value: latin1(unpacked) };
  }
  const isPacked = rest[0] === 1;
  const language = rest.indexOf(0, 2);
  const translated = language < 0 ? -1 : rest.indexOf(0, language + 1);
  if (translated < 0) return undefined;
  const content = rest.subarray(translated + 1);
  const plain = isPacked ? await unpack(content, most) : content.length > most ? undefined : content;
  return plain && { keyword, value: new TextDecoder().decode(plain) };
}

/** Undefined where it is broken, or becomes larger than that. */
async function unpack(packed: Uint8Array, most: number): Promise<Uint8Array | undefined> {
  const stream = new Blob([packed.slice()]).stream().pipeThrough(new DecompressionStream("deflate"));
  const reader = stream.getReader();
  const pieces: Uint8Array[] = [];
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      size += value.length;
      if (size > most) {
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
