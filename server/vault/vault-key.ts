import { createHmac, randomBytes } from "node:crypto";

/** A key that wraps data keys. */
export interface VaultKey {
  /** Follows from the key and says nothing about it. */
  id: string;
  bytes: Buffer;
}

const BYTES = 32;

export function keyOf(bytes: Buffer): VaultKey {
  return { id: `key_${createHmac("sha256", bytes).update("heddle vault key id").digest("hex").slice(0, 16)}`, bytes };
}

export function createKey(): VaultKey {
  return keyOf(randomBytes(BYTES));
}

/** Reads 32 bytes written as base64 (of either alphabet) or hexadecimal digits; undefined for anything else. */
export function parseKey(text: string): VaultKey | undefined {
  const trimmed = text.trim();
  if (/^[0-9a-fA-F]{64}$/.test(trimmed)) return keyOf(Buffer.from(trimmed, "hex"));
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(trimmed)) return undefined;
  const bytes = Buffer.from(trimmed, "base64");
  return bytes.length === BYTES ? keyOf(bytes) : undefined;
}
