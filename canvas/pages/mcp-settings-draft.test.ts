import { expect, it } from "vitest";
import { connectionIdSchema, credentialIdSchema } from "#runtime/graph/ids.ts";
import { type McpSettings, STORED_SECRET } from "#server/contract/mcp-settings.ts";
import { toDraft, toSettings } from "./mcp-settings-draft.ts";

const credential = credentialIdSchema.parse("cred_a");
const url = "https://mcp.example.org/mcp";

it.each<McpSettings>([
  { transport: "stdio", command: "/bin/server", arguments: ["--root", ""], environment: { TOKEN: STORED_SECRET, PATH: "heddle:inherit" } },
  { transport: "http", url, auth: { type: "none" }, elicitation: "ask", sampling: "ask" },
  { transport: "http", url, auth: { type: "none" }, sampling: { connection: connectionIdSchema.parse("conn_models"), model: "small", maxTokens: 500 } },
  { transport: "sse", url, auth: { type: "credential", credential } },
  { transport: "http", url, auth: { type: "oauth" } },
  { transport: "http", url, auth: { type: "oauth", scope: "tools", clientId: "heddle", clientSecret: STORED_SECRET } },
])("shows $transport settings and gives them back as they were", (settings) => {
  expect(toSettings(toDraft(settings))).toEqual(settings);
});

it("is not ready while something is missing", () => {
  const empty = toDraft(undefined);
  expect(toSettings(empty)).toBeUndefined();
  expect(toSettings({ ...empty, transport: "http" })).toBeUndefined();
  expect(toSettings({ ...empty, transport: "http", url, auth: "credential" })).toBeUndefined();
  expect(toSettings({ ...empty, transport: "http", url })).toBeDefined();
});

it("keeps a secret of a client only with the client", () => {
  const draft = toDraft({ transport: "http", url, auth: { type: "oauth", clientId: "heddle", clientSecret: STORED_SECRET } });
  expect(toSettings({ ...draft, clientId: "" })).toMatchObject({ auth: { type: "oauth" } });
  expect(toSettings({ ...draft, clientId: "" })).not.toHaveProperty("auth.clientSecret");
  expect(toSettings({ ...draft, clientSecret: "new one" })).toMatchObject({ auth: { clientSecret: "new one" } });
});
