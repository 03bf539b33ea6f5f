import type { ShareId, TokenId, UserId } from "#runtime/graph/ids.ts";
import type { Scope } from "../contract/access.ts";

/** Who calls. `id` is what is written down about them (`createdBy`, `decidedBy`, events); `person`: whether they proved to be one. */
export type Actor =
  /**
   * The owner of the installation: in single-user mode whoever reaches it from its own machine, a person when they opened the one-time URL;
   * in either mode whoever sends the token file.
   */
  | { kind: "local"; id: "local"; name: string; person: boolean }
  | { kind: "user"; id: UserId; name: string; email: string; session: string; person: true }
  /** A script with somebody's API token; `id` is whose, "local" for the owner of the installation. */
  | { kind: "token"; id: string; name: string; token: TokenId; workspace: string; scopes: readonly Scope[]; person: false }
  /** Somebody without an account who opened the link of a share. */
  | { kind: "guest"; id: string; name: string; share: ShareId; person: false }
  /** Came from elsewhere and proved nothing. */
  | { kind: "anonymous"; id: "anonymous"; name: string; person: false };

export const LOCAL: Actor = { kind: "local", id: "local", name: "You", person: false };
export const LOCAL_PERSON: Actor = { kind: "local", id: "local", name: "You", person: true };
export const ANONYMOUS: Actor = { kind: "anonymous", id: "anonymous", name: "Nobody", person: false };
