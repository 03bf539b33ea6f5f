import type { CredentialSettings } from "../contract/credentials.ts";
import type { Hop } from "../egress/redirect.ts";

/** What of a credential is put into a request. */
type Attachment = { in: "header" | "query"; name: string; value: string };

/** `secret`: the secret itself, or the access token that stands for it. */
function attachmentOf(settings: CredentialSettings, secret: string): Attachment {
  switch (settings.kind) {
    case "api-key":
      return { in: settings.in, name: settings.name, value: secret };
    case "bearer":
    case "oauth2-client":
      return { in: "header", name: "authorization", value: `Bearer ${secret}` };
    case "basic":
      return { in: "header", name: "authorization", value: `Basic ${Buffer.from(`${settings.username}:${secret}`, "utf8").toString("base64")}` };
    case "header":
      return { in: "header", name: settings.name, value: secret };
  }
}

/** Puts a credential into requests to the origin it was asked for, and into no other: a redirect elsewhere goes without it. */
export function dresser(settings: CredentialSettings, { secret, url }: { secret: string; url: string }): (hop: Hop) => Hop {
  const { origin } = new URL(url);
  const { in: place, name, value } = attachmentOf(settings, secret);
  return (hop) => {
    if (new URL(hop.url).origin !== origin) return hop;
    if (place === "header") return { ...hop, headers: { ...hop.headers, [name.toLowerCase()]: value } };
    const to = new URL(hop.url);
    // the rest of the query stays as it was written
    const query = to.search.length > 1 ? `${to.search.slice(1)}&` : "";
    to.search = `${query}${encodeURIComponent(name)}=${encodeURIComponent(value)}`;
    return { ...hop, url: to.href };
  };
}

/** Why a secret cannot be one of this kind; undefined when it can. */
export function problemOf({ kind }: CredentialSettings, secret: string): string | undefined {
  if (secret.length < 4) return "It has fewer than 4 characters: nothing so short can be kept out of logs and results.";
  if (!secret.isWellFormed()) return "It holds half of a character.";
  if (kind === "basic" || kind === "oauth2-client") return undefined;
  if (secret.trim() !== secret) return "It begins or ends with a blank. Was more copied than the secret?";
  // latin1 is what a header can hold
  if (!/^[\x20-\x7e\x80-\xff]*$/.test(secret)) return "It holds a line break or a character that cannot be sent in a header.";
  return undefined;
}
