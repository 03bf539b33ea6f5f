import { createHmac, timingSafeEqual } from "node:crypto";

/** Generation counts how often the hook's token was replaced: each has a secret of its own. */
export interface SignedHook {
  id: string;
  generation: number;
}

/** The secret with which a hook's callers sign, as they are shown it: derived, so that it is stored nowhere. */
export function signingSecretOf(installationKey: Uint8Array, { id, generation }: SignedHook): string {
  return createHmac("sha256", installationKey).update(`signing-secret\n${id}\n${generation}`).digest("base64url");
}

export interface Signed {
  secret: string;
  body: Uint8Array;
  /** As it was sent; a header that was sent twice signs nothing. */
  header: string | readonly string[] | undefined;
  /** What stands before the hexadecimal digits. */
  prefix: string;
}

/** Whether a header holds the HMAC-SHA256 of the body under the secret. Takes as long whichever digits differ. */
export function isSigned({ secret, body, header, prefix }: Signed): boolean {
  if (typeof header !== "string" || !header.startsWith(prefix)) return false;
  const digits = header.slice(prefix.length);
  if (!/^[0-9a-fA-F]{64}$/.test(digits)) return false;
  return timingSafeEqual(Buffer.from(digits, "hex"), createHmac("sha256", secret).update(body).digest());
}
