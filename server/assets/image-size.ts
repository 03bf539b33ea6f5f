/** Bytes of the beginning of a picture in which its size is looked for: cameras put kilobytes of remarks in front. */
export const IMAGE_HEAD_BYTES = 256 * 1024;

export interface ImageSize {
  width: number;
  height: number;
}

/**
 * The pixels of a PNG, JPEG, GIF, WebP or BMP as its header says them, so that nothing is decoded to know how much decoding it would take.
 * Undefined for other files, and for headers that are broken or say nothing. After the formats' own specifications: PNG 3rd edition 11.2.1,
 * ITU-T T.81 B.2.2, GIF89a 18, RFC 9649, and BITMAPINFOHEADER.
 */
export function imageSize(head: Uint8Array): ImageSize | undefined {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  try {
    const size = read(bytes);
    return size && size.width > 0 && size.height > 0 ? size : undefined;
  } catch (error) {
    // it ends within its header
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function read(bytes: Buffer): ImageSize | undefined {
  const start = bytes.toString("latin1", 0, 16);
  if (start.startsWith("\x89PNG")) return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
  if (start.startsWith("GIF8")) return { width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) };
  if (start.startsWith("\xff\xd8")) return readJpeg(bytes);
  if (start.startsWith("RIFF") && start.slice(8, 12) === "WEBP") return readWebp(bytes);
  // a negative height: its rows are from the top
  if (start.startsWith("BM")) return { width: bytes.readInt32LE(18), height: Math.abs(bytes.readInt32LE(22)) };
  return undefined;
}

/** The first frame header among the segments. */
function readJpeg(bytes: Buffer): ImageSize | undefined {
  for (let at = 2; ; ) {
    if (bytes.readUInt8(at) !== 0xff) return undefined;
    const marker = bytes.readUInt8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) };
    // fill bytes, and markers without a segment
    const isBare = marker === 0xff || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
    at += marker === 0xff ? 1 : isBare ? 2 : 2 + bytes.readUInt16BE(at + 2);
  }
}

function readWebp(bytes: Buffer): ImageSize | undefined {
  switch (bytes.toString("latin1", 12, 16)) {
    case "VP8X":
      return { width: 1 + bytes.readUIntLE(24, 3), height: 1 + bytes.readUIntLE(27, 3) };
    case "VP8L": {
      const packed = bytes.readUInt32LE(21);
      return { width: 1 + (packed & 0x3fff), height: 1 + ((packed >>> 14) & 0x3fff) };
    }
    case "VP8 ":
      return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff };
    default:
      return undefined;
  }
}
