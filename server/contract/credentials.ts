import { z } from "zod";
import { credentialIdSchema } from "#runtime/graph/ids.ts";
import { emptySchema, listQuerySchema, nameSchema, pageOf, timeSchema } from "./common.ts";
import { graphUsesSchema } from "./graph-uses.ts";
import { defineRoute } from "./route.ts";

const params = z.strictObject({ id: credentialIdSchema });
const secretText = z.string().min(1, { error: "This is empty." }).max(16_384);
const NO_ADDRESS = "This is no address like https://api.example.org/items.";
const headerName = z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, { error: "This is no name of a header." });

/** What of a credential everybody in the workspace may see, by kind. */
export const credentialSettingsSchema = z.discriminatedUnion("kind", [
  /** Sent in a header or in the query. */
  z.strictObject({ kind: z.literal("api-key"), in: z.enum(["header", "query"]), name: headerName }),
  z.strictObject({ kind: z.literal("bearer") }),
  z.strictObject({ kind: z.literal("basic"), username: z.string().max(500) }),
  /** Any header, sent as it is. */
  z.strictObject({ kind: z.literal("header"), name: headerName }),
  /** OAuth 2 client credentials (RFC 6749, section 4.4): a token is fetched, and fetched again before it runs out. */
  z.strictObject({
    kind: z.literal("oauth2-client"),
    tokenUrl: z.url({ protocol: /^https?$/, error: NO_ADDRESS }).max(2_000),
    clientId: z.string().min(1, { error: "Name the client." }).max(500),
    scope: z.string().max(2_000).default(""),
  }),
]);
export type CredentialSettings = z.infer<typeof credentialSettingsSchema>;
export type CredentialKind = CredentialSettings["kind"];

/** Headers that say how a request is sent and to whom: with one of these a credential would change the request, not prove anything. */
const FRAMING = /^(host|expect|te|trailer|upgrade|keep-alive|(proxy-)?connection|content-(length|type|encoding)|(transfer|accept)-encoding)$/i;

/** As they are sent to be stored. */
const givenSettingsSchema = credentialSettingsSchema.superRefine((settings, context) => {
  const isHeader = settings.kind === "header" || (settings.kind === "api-key" && settings.in === "header");
  if (!isHeader || !FRAMING.test(settings.name)) return;
  context.addIssue({ code: "custom", path: ["name"], message: `The header ${settings.name} says how a request is sent: it cannot hold a secret.` });
});

/** `example.org`, `*.example.org` (what is below it), with `:port` where it is not the protocol's own. */
export const boundHostSchema = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^(\*\.)?[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?(:\d{1,5})?$|^\[[0-9a-f:.]+\](:\d{1,5})?$/, { error: "This is no host like api.example.org." });

/** Where a credential may go: nowhere unless it is named. */
const boundsSchema = z.strictObject({
  hosts: z.array(boundHostSchema).min(1, { error: "Name at least one host it may be sent to." }).max(50),
  /** Empty: every node type that takes credentials. */
  nodeTypes: z.array(z.string().max(100)).max(50).default([]),
});

export const credentialSchema = z.strictObject({
  id: credentialIdSchema,
  name: z.string(),
  description: z.string(),
  settings: credentialSettingsSchema,
  ...boundsSchema.shape,
  /** Counts the secrets it has had, from 1. Part of cache keys and of what an approval covers. */
  version: z.int(),
  /** The last test: whether the host answered without refusing it. */
  health: z.strictObject({ state: z.enum(["green", "red", "unknown"]), detail: z.string(), checkedAt: timeSchema.nullable() }),
  lastUsedAt: timeSchema.nullable(),
  createdAt: timeSchema,
  createdBy: z.string(),
  rotatedAt: timeSchema,
});
export type Credential = z.infer<typeof credentialSchema>;

export const listCredentials = defineRoute({
  id: "listCredentials",
  method: "GET",
  path: "/api/credentials",
  summary: "Credentials, by name; never their secrets",
  action: "credential.read",
  params: emptySchema,
  query: listQuerySchema,
  status: 200,
  answer: pageOf(credentialSchema),
});
export const createCredential = defineRoute({
  id: "createCredential",
  method: "POST",
  path: "/api/credentials",
  summary: "Put a secret into the vault; it cannot be read again",
  action: "credential.manage",
  params: emptySchema,
  query: emptySchema,
  body: z.strictObject({
    name: nameSchema,
    description: z.string().max(1_000).default(""),
    settings: givenSettingsSchema,
    ...boundsSchema.shape,
    secret: secretText,
  }),
  status: 201,
  answer: credentialSchema,
});
export const readCredential = defineRoute({
  id: "readCredential",
  method: "GET",
  path: "/api/credentials/:id",
  summary: "One credential, without its secret",
  action: "credential.read",
  params,
  query: emptySchema,
  status: 200,
  answer: credentialSchema,
});
export const changeCredential = defineRoute({
  id: "changeCredential",
  method: "PATCH",
  path: "/api/credentials/:id",
  summary: "Change what is not secret; a further host or another token address needs the secret again (422)",
  action: "credential.manage",
  params,
  query: emptySchema,
  body: z.strictObject({
    name: nameSchema.optional(),
    description: z.string().max(1_000).optional(),
    settings: givenSettingsSchema.optional(),
    hosts: boundsSchema.shape.hosts.optional(),
    nodeTypes: boundsSchema.shape.nodeTypes.unwrap().optional(),
    secret: secretText.optional(),
  }),
  status: 200,
  answer: credentialSchema,
});
export const rotateCredential = defineRoute({
  id: "rotateCredential",
  method: "POST",
  path: "/api/credentials/:id/rotate",
  summary: "Replace the secret by a new one: a new version, used from the next call on",
  action: "credential.manage",
  params,
  query: emptySchema,
  body: z.strictObject({ secret: secretText }),
  status: 200,
  answer: credentialSchema,
});
export const deleteCredential = defineRoute({
  id: "deleteCredential",
  method: "DELETE",
  path: "/api/credentials/:id",
  summary: "Destroy a credential with all its versions; 409 while graphs use it, unless `anyway=1`",
  action: "credential.manage",
  params,
  query: z.strictObject({ anyway: z.enum(["0", "1"]).default("0") }),
  status: 204,
  answer: z.undefined(),
});
export const testCredential = defineRoute({
  id: "testCredential",
  method: "POST",
  path: "/api/credentials/:id/test",
  summary: "Send it to an address on one of its hosts (GET) and say how it was answered",
  action: "credential.manage",
  params,
  query: emptySchema,
  body: z.strictObject({
    url: z
      .url({ protocol: /^https?$/, error: NO_ADDRESS })
      .max(2_000)
      .optional(),
  }),
  status: 200,
  answer: z.strictObject({ ok: z.boolean(), status: z.int().nullable(), message: z.string(), durationMs: z.number() }),
});
export const listCredentialUses = defineRoute({
  id: "listCredentialUses",
  method: "GET",
  path: "/api/credentials/:id/uses",
  summary: "Which nodes of which graphs name it",
  action: "credential.read",
  params,
  query: emptySchema,
  status: 200,
  answer: graphUsesSchema,
});
