import { z } from "zod";
import { PROVIDER_REFUSALS, type ProviderRefusal } from "../../contract/session.ts";
import type { AccountStore } from "../../store/accounts.ts";

const stateSchema = z.object({ invitation: z.string().optional() });

/**
 * Asked before somebody gets an account by the provider, and before the provider's is joined to an account that exists. An invitation for whoever
 * has its link is theirs alone from then on.
 */
export async function whyNotLetIn(given: {
  user: { email?: string | null | undefined; emailVerified?: boolean | undefined };
  source: { action: string; method: string };
  store: Pick<AccountStore, "hasUsers" | "takeInvitation">;
  signUp: "invited" | "anyone" | undefined;
  /** What the sign-in was begun with; `invitation` is the hash of an invitation's token. */
  state: unknown;
}): Promise<{ error: ProviderRefusal } | undefined> {
  const { user, source, store, signUp, state } = given;
  if (source.method !== "oauth") return { error: "failed" };
  // the provider knows them by their subject already
  if (source.action === "sign-in") return undefined;
  if (!user.email || user.emailVerified !== true) return { error: "unverified" };
  if (source.action === "link-account") return undefined;
  // the first account owns everything: it is made with the printed link
  if (!(await store.hasUsers())) return { error: "no-owner" };
  if (signUp === "anyone") return undefined;
  const tokenHash = stateSchema.safeParse(state).data?.invitation;
  return (await store.takeInvitation({ email: user.email.toLowerCase(), tokenHash })) ? undefined : { error: "not-invited" };
}

/** better-auth's codes, and the provider's, as one of ours: nothing that came from elsewhere gets onto our page. */
export function refusalOf(code: string): ProviderRefusal {
  const own = PROVIDER_REFUSALS.find((refusal) => refusal === code);
  if (own) return own;
  if (code === "access_denied") return "cancelled";
  if (code === "account_not_linked") return "not-linked";
  if (code === "email_not_found") return "unverified";
  return code.startsWith("state_") ? "expired" : "failed";
}
