import { PROVIDER_REFUSALS, type ProviderRefusal } from "#server/contract/session.ts";

/** Why the provider's word let nobody in, and what to do. */
const WORDS: Readonly<Record<ProviderRefusal, (provider: string) => string>> = {
  unverified: (provider) => `${provider} has not verified your e-mail address, so Heddle cannot tell whose it is. Verify it there, then try again.`,
  "not-invited": (provider) =>
    `Nobody has invited the e-mail address that you have at ${provider}. Ask somebody who is here to invite that address, then open their link.`,
  "no-owner": () => "Nobody is here yet, and the first account is made with the link that Heddle printed to its log. Open that link first.",
  "not-linked": (provider) =>
    `Your e-mail address has an account here that signs in with a password. Sign in with that; or choose “Forgotten your password?” to show that the address is yours, and ${provider} lets you in from then on.`,
  cancelled: (provider) => `You left ${provider} without signing in. Nothing has happened.`,
  expired: () => "Signing in took too long, or was begun in another browser. Try again.",
  failed: (provider) => `Heddle and ${provider} did not understand each other. Try again; if that does not help, the log of Heddle says why.`,
};

/** Undefined for what is no refusal. */
export function refusalText(refused: string | null, provider: string): string | undefined {
  const known = PROVIDER_REFUSALS.find((each) => each === refused);
  const text = known && WORDS[known](provider);
  return text && text.charAt(0).toUpperCase() + text.slice(1);
}
