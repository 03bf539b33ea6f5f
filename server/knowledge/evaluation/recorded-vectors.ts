import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { z } from "zod";
import { toUnit } from "../embedding/embedder.ts";
import { readLines } from "./evaluation-set.ts";

const FILE = "vectors.jsonl";
const lineSchema = z.strictObject({ hash: z.string(), vector: z.base64() });

/** Of a text: the first half of its SHA-256's first quarter is enough to tell a few hundred apart. */
export function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** Vectors that the built-in embedder made before, by the hashes of their texts: a byte a number, which costs a cosine less than 0.01. */
export function readRecordedVectors(): Map<string, Float32Array> {
  return new Map(readLines(FILE, lineSchema).map(({ hash, vector }) => [hash, toUnit(Float32Array.from(new Int8Array(Buffer.from(vector, "base64"))))]));
}

export function writeRecordedVectors(vectors: ReadonlyMap<string, Float32Array>): void {
  const lines = [...vectors].map(([hash, vector]) => {
    const largest = vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const bytes = Int8Array.from(vector, (value) => Math.round((value / largest) * 127));
    return `${JSON.stringify({ hash, vector: Buffer.from(bytes.buffer).toString("base64") })}\n`;
  });
  writeFileSync(new URL(FILE, import.meta.url), lines.join(""));
}
