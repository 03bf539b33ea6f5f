import { catalog } from "#nodes/catalog.data.ts";
import { fieldHint } from "#runtime/node/catalog.ts";
import type { CredentialKind, CredentialSettings } from "#server/contract/credentials.ts";

export const KIND_WORDS: Readonly<Record<CredentialKind, { label: string; text: string; secret: string }>> = {
  "api-key": { label: "API key", text: "A key in a header or in the query.", secret: "API key" },
  bearer: { label: "Bearer token", text: "Sent as Authorization: Bearer.", secret: "Token" },
  basic: { label: "User and password", text: "HTTP basic authentication.", secret: "Password" },
  header: { label: "Header", text: "Any header, sent as it is.", secret: "Value of the header" },
  "oauth2-client": {
    label: "OAuth 2 client",
    text: "Fetches an access token with client credentials, and another before it runs out.",
    secret: "Client secret",
  },
};

export const KINDS = ["api-key", "bearer", "basic", "header", "oauth2-client"] as const satisfies readonly CredentialKind[];

/** How it is sent, in a line; never the secret. */
export function settingsText(settings: CredentialSettings): string {
  switch (settings.kind) {
    case "api-key":
      return settings.in === "header" ? `In the header ${settings.name}` : `In the query as ${settings.name}`;
    case "bearer":
      return "Authorization: Bearer …";
    case "basic":
      return `Authorization: Basic, user ${settings.username === "" ? "(none)" : settings.username}`;
    case "header":
      return `${settings.name}: …`;
    case "oauth2-client":
      return `Client ${settings.clientId}, tokens from ${settings.tokenUrl}${settings.scope === "" ? "" : `, scope ${settings.scope}`}`;
  }
}

/** The settings a new credential of a kind starts with. */
export function emptySettings(kind: CredentialKind): CredentialSettings {
  switch (kind) {
    case "api-key":
      return { kind, in: "header", name: "X-API-Key" };
    case "bearer":
      return { kind };
    case "basic":
      return { kind, username: "" };
    case "header":
      return { kind, name: "" };
    case "oauth2-client":
      return { kind, tokenUrl: "", clientId: "", scope: "" };
  }
}

/** The hosts in a text: one a line, or between commas. */
export function readHosts(text: string): string[] {
  return [...new Set(text.split(/[\s,]+/).filter((host) => host !== ""))];
}

/** The node types that take a credential, by what their config asks for. */
export function typesWithCredentials(): readonly { value: string; label: string }[] {
  return catalog
    .all()
    .filter((definition) => Object.keys(definition.config.shape).some((field) => fieldHint(definition, field).credential))
    .map(({ type, title }) => ({ value: type, label: title }));
}
