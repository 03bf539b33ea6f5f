import { crc32, deflateSync } from "node:zlib";

const SIGNATURE = Buffer.from("89504e470d0a1a0a", "hex");

/** A PNG of one colour (`rrggbb`), 64 by 48 points, with texts as `tEXt` chunks (RFC 2083), as ComfyUI writes its workflows into pictures. */
export function fakePicture(colour: string, texts: Readonly<Record<string, string>> = {}): Buffer {
  const [width, height] = [64, 48];
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const row = Buffer.concat([Buffer.from([0]), Buffer.from(colour.repeat(width), "hex")]);
  const pixels = deflateSync(Buffer.concat(Array.from({ length: height }, () => row)));
  const written = Object.entries(texts).map(([name, text]) => chunk("tEXt", Buffer.from(`${name}\0${text}`, "latin1")));
  return Buffer.concat([SIGNATURE, chunk("IHDR", header), ...written, chunk("IDAT", pixels), chunk("IEND", Buffer.alloc(0))]);
}

export function isPicture(content: Buffer): boolean {
  return content.subarray(0, 8).equals(SIGNATURE);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
