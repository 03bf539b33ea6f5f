import { createHmac, timingSafeEqual } from "node:crypto";

/** Texts that carry their own proof, `<part>.….<proof>`: whoever has one got it from this installation, and nothing about it is stored. */
export interface ProvenTexts<Kind extends string> {
  /** Parts without dots. A text of one kind is none of another. */
  write(kind: Kind, parts: readonly string[]): string;
  /** Its parts without the proof; undefined unless that fits. */
  read(kind: Kind, text: string): string[] | undefined;
}

const PROOF = /^[A-Za-z0-9_-]{43}$/;

/** The proof is the HMAC-SHA256 of kind and parts. */
export function createProvenTexts<Kind extends string>(signingKey: Uint8Array): ProvenTexts<Kind> {
  const sign = (kind: Kind, parts: readonly string[]) =>
    createHmac("sha256", signingKey)
      .update(`${kind}\n${JSON.stringify(parts)}`)
      .digest();
  return {
    write: (kind, parts) => [...parts, sign(kind, parts).toString("base64url")].join("."),
    read: (kind, text) => {
      const parts = text.split(".");
      const proof = parts.pop() ?? "";
      return PROOF.test(proof) && timingSafeEqual(Buffer.from(proof, "base64url"), sign(kind, parts)) ? parts : undefined;
    },
  };
}
