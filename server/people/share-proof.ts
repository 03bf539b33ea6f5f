import { type ShareId, shareIdSchema } from "#runtime/graph/ids.ts";
import { createProvenTexts } from "../auth/proven-text.ts";

/** Somebody without an account, by the link they opened. */
export interface Guest {
  share: ShareId;
  id: string;
}

/** Texts that carry their own proof: whoever has one got it from this installation, and nothing about it is stored. */
export interface ShareProof {
  /** What the address of a link ends with: `<share>.<proof>`. */
  token(share: string): string;
  shareOf(token: string): ShareId | undefined;
  /** The value of a guest's cookie: `<share>.<guest>.<proof>`. */
  cookie(guest: Guest): string;
  guestOf(cookie: string): Guest | undefined;
}

const GUEST = /^guest_[A-Za-z0-9_-]{10,64}$/;

export function createShareProof(signingKey: Uint8Array): ShareProof {
  const { write, read } = createProvenTexts<"share" | "guest">(signingKey);
  return {
    token: (share) => write("share", [share]),
    shareOf: (token) => {
      const [share, ...rest] = read("share", token) ?? [];
      return rest.length === 0 ? shareIdSchema.safeParse(share).data : undefined;
    },
    cookie: ({ share, id }) => write("guest", [share, id]),
    guestOf: (cookie) => {
      const [share, id = "", ...rest] = read("guest", cookie) ?? [];
      const parsed = shareIdSchema.safeParse(share);
      return parsed.success && rest.length === 0 && GUEST.test(id) ? { share: parsed.data, id } : undefined;
    },
  };
}
