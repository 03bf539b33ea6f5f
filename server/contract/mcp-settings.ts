import { z } from "zod";
import { connectionIdSchema, credentialIdSchema } from "#runtime/graph/ids.ts";

/**
 * Stands for a secret in answers: the value of an environment variable, a client's secret. They are kept in the vault and never shown again.
 * Sent back, it keeps the one that is there.
 */
export const STORED_SECRET = "heddle:secret";

/** The model that answers in place of a person what a server asks a model. */
const samplingModelSchema = z.strictObject({
  /** A model provider of the same workspace. */
  connection: connectionIdSchema,
  /** Absent: the one that the provider's connection usually uses. */
  model: z.string().min(1).max(200).optional(),
  /** Tokens it may write in all, for one call of a tool; what it costs is charged to the run. */
  maxTokens: z.int().min(1).max(100_000),
});

/** What a server may ask for in the middle of a call. Where somebody is asked, the calls of the connection run one after another. */
const questionPolicies = {
  /** Input for a form, or a visit to a page. Absent: declined. */
  elicitation: z.enum(["ask", "decline"]).optional(),
  /** An answer of a model: by a person (`ask`), by a model, or refused. Absent: refused. */
  sampling: z.union([z.enum(["ask", "off"]), samplingModelSchema]).optional(),
};

/** How an MCP server is started. Run by argv, without a shell, with an empty environment plus this list. */
const stdioSettingsSchema = z.strictObject({
  transport: z.literal("stdio"),
  /** A program's path or name, or `heddle:node` for the Node that runs Heddle. */
  command: z.string().min(1).max(1_000),
  /** `package:<name>` stands for an installed package's program, `asset:<path>` for a folder that ships with Heddle. */
  arguments: z.array(z.string().max(4_000)).max(100).default([]),
  /** Values: `heddle:inherit` for Heddle's own, `STORED_SECRET` for the one that is stored, or the value itself. */
  environment: z
    .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: "An environment variable's name is letters, digits and _." }), z.string().max(8_000))
    .default({}),
  ...questionPolicies,
});

/** How Heddle proves to a remote server who it is. */
const mcpAuthSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("none") }),
  /** A credential of the workspace: a bearer token, a header, a user name with password, or an OAuth 2 client. */
  z.strictObject({ type: z.literal("credential"), credential: credentialIdSchema }),
  /** OAuth 2.1: a person authorizes Heddle in their browser. */
  z.strictObject({
    type: z.literal("oauth"),
    /** Asked for where the server names none. */
    scope: z.string().max(2_000).optional(),
    /** A client registered by hand. Absent: Heddle registers itself. */
    clientId: z.string().min(1).max(500).optional(),
    /** Of that client: `STORED_SECRET` for the one that is stored, or the secret itself. */
    clientSecret: z.string().min(1).max(4_000).optional(),
  }),
]);
export type McpAuth = z.infer<typeof mcpAuthSchema>;

const remote = {
  url: z.url({ protocol: /^https?$/, error: "This is no address like https://mcp.example.org/mcp." }).max(2_000),
  auth: mcpAuthSchema.default({ type: "none" }),
  ...questionPolicies,
};

/** How an MCP server is reached: a process that is started, streamable HTTP, or the older HTTP with server-sent events. */
export const mcpSettingsSchema = z.discriminatedUnion("transport", [
  stdioSettingsSchema,
  z.strictObject({ transport: z.literal("http"), ...remote }),
  z.strictObject({ transport: z.literal("sse"), ...remote }),
]);
export type McpSettings = z.infer<typeof mcpSettingsSchema>;
export type StdioMcpSettings = Extract<McpSettings, { transport: "stdio" }>;
export type RemoteMcpSettings = Exclude<McpSettings, StdioMcpSettings>;
