import type { McpSettings } from "../contract/mcp-settings.ts";
import { INHERIT } from "../mcp/connection-settings.ts";
import type { SecretParts } from "./secret-parts.ts";

/** No variable of an environment is called like this. */
const CLIENT_SECRET = "client-secret";

/** Every value of an environment may be a secret, and is kept as one; of a remote server, the secret of a client registered by hand. */
export const mcpSecrets: SecretParts<McpSettings> = {
  values: (settings) => {
    if (settings.transport === "stdio") return Object.fromEntries(Object.entries(settings.environment).filter(([, value]) => value !== INHERIT));
    const { auth } = settings;
    return auth.type === "oauth" && auth.clientSecret !== undefined ? { [CLIENT_SECRET]: auth.clientSecret } : {};
  },
  with: (settings, values) => {
    if (settings.transport === "stdio") {
      const environment = Object.entries(settings.environment).map(([name, value]): [string, string] => [name, values[name] ?? value]);
      return { ...settings, environment: Object.fromEntries(environment) };
    }
    const { auth } = settings;
    const secret = values[CLIENT_SECRET];
    return auth.type === "oauth" && secret !== undefined ? { ...settings, auth: { ...auth, clientSecret: secret } } : settings;
  },
  path: (name) => (name === CLIENT_SECRET ? ["auth", "clientSecret"] : ["environment", name]),
  title: (name) => (name === CLIENT_SECRET ? "The client's secret" : name),
  audience: (settings) => {
    if (settings.transport === "stdio") return JSON.stringify([settings.command, settings.arguments]);
    return JSON.stringify([new URL(settings.url).origin, settings.auth.type === "oauth" ? settings.auth.clientId : null]);
  },
  enterAgain: (name, { transport }) =>
    transport === "stdio" ? `Another program is started now: enter the value of ${name} again.` : "It goes to another server or client now: enter it again.",
  changed: ({ transport }) =>
    transport === "stdio"
      ? "What is started has changed, so stored values are not handed to it. Enter them again."
      : "The server has changed, so stored values are not sent to it. Enter them again.",
};
