import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import type { VaultKey } from "./vault-key.ts";

/** Where a secret belongs. All of it is authenticated: content that is moved elsewhere cannot be opened there. */
export interface SecretPlace {
  workspace: string;
  /** A credential, a connection, a hook, or `installation`. */
  owner: string;
  /** Which of its owner's secrets. */
  name: string;
  version: number;
}

/** A secret as it is stored. */
export interface Sealed {
  /** Of the key that wraps the data key. */
  keyId: string;
  /** Nonce, data key encrypted with that key, tag. */
  wrappedKey: Uint8Array;
  /** Nonce, secret encrypted with the data key, tag. */
  content: Uint8Array;
}

/** What is stored was changed, is damaged, or belongs to another place. */
export class SecretRefusedError extends Error {
  override readonly name = "SecretRefusedError";

  constructor({ owner, name, version }: SecretPlace, options?: ErrorOptions) {
    super(
      `The stored secret "${name}" (version ${version}) of ${owner} was changed, or belongs elsewhere: it is not used. Give it again where it was set.`,
      options,
    );
  }
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/** Encrypts a secret with a data key of its own, and that with `key`. */
export function seal(value: string, place: SecretPlace, key: VaultKey): Sealed {
  const dataKey = randomBytes(KEY_BYTES);
  const content = encrypt(Buffer.from(value, "utf8"), dataKey, contextOf("content", place));
  const wrappedKey = encrypt(dataKey, key.bytes, contextOf("key", place));
  dataKey.fill(0);
  return { keyId: key.id, wrappedKey, content };
}

/** Throws SecretRefusedError. */
export function unseal(sealed: Pick<Sealed, "wrappedKey" | "content">, place: SecretPlace, key: VaultKey): string {
  return refusing(place, () => {
    const dataKey = decrypt(sealed.wrappedKey, key.bytes, contextOf("key", place));
    return decrypt(sealed.content, dataKey, contextOf("content", place)).toString("utf8");
  });
}

/** Wraps the data key with another key; the content stays as it is. Throws SecretRefusedError. */
export function rewrap(wrappedKey: Uint8Array, place: SecretPlace, { from, to }: { from: VaultKey; to: VaultKey }): Uint8Array {
  const context = contextOf("key", place);
  return refusing(place, () => encrypt(decrypt(wrappedKey, from.bytes, context), to.bytes, context));
}

function refusing<T>(place: SecretPlace, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new SecretRefusedError(place, { cause });
  }
}

/** Associated data. Each part comes after its length, so that no two places give the same bytes. */
function contextOf(layer: "key" | "content", { workspace, owner, name, version }: SecretPlace): Buffer {
  const parts = ["heddle secret", layer, workspace, owner, name, String(version)].map((part) => Buffer.from(part, "utf8"));
  return Buffer.concat(
    parts.flatMap((part) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(part.length);
      return [length, part];
    }),
  );
}

function encrypt(plain: Uint8Array, key: Uint8Array, context: Buffer): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(context);
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(stored: Uint8Array, key: Uint8Array, context: Buffer): Buffer {
  if (stored.length < NONCE_BYTES + TAG_BYTES) throw new Error("too short");
  const decipher = createDecipheriv("aes-256-gcm", key, stored.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(context);
  decipher.setAuthTag(stored.subarray(stored.length - TAG_BYTES));
  return Buffer.concat([decipher.update(stored.subarray(NONCE_BYTES, stored.length - TAG_BYTES)), decipher.final()]);
}
