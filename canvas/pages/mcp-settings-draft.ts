import { credentialIdSchema } from "#runtime/graph/ids.ts";
import { type McpAuth, type McpSettings, STORED_SECRET } from "#server/contract/mcp-settings.ts";

/** Settings while they are typed, of every transport at once: what was typed stays while somebody looks at another one. */
export interface SettingsDraft {
  transport: McpSettings["transport"];
  command: string;
  arguments: readonly { key: number; value: string }[];
  /** `stored`: it has a value that nobody gets to see, which stays until another one is typed. */
  environment: readonly { key: number; name: string; value: string; stored: boolean }[];
  url: string;
  auth: McpAuth["type"];
  credential: string | undefined;
  scope: string;
  clientId: string;
  clientSecret: string;
  /** As `stored` of a variable. */
  hasClientSecret: boolean;
  asksPeople: boolean;
  asksForModel: boolean;
}

export interface SettingsFieldsProps {
  draft: SettingsDraft;
  onChange(draft: SettingsDraft): void;
  errorsAt(path: string): readonly string[];
}

let nextKey = 0;

/** With a key that stays while rows come and go. */
export function newRow<Row extends object>(row: Row): Row & { key: number } {
  return { key: nextKey++, ...row };
}

const EMPTY: SettingsDraft = {
  transport: "stdio",
  command: "",
  arguments: [],
  environment: [],
  url: "",
  auth: "none",
  credential: undefined,
  scope: "",
  clientId: "",
  clientSecret: "",
  hasClientSecret: false,
  asksPeople: false,
  asksForModel: false,
};

export function toDraft(settings: McpSettings | undefined): SettingsDraft {
  if (!settings) return EMPTY;
  const common = { ...EMPTY, transport: settings.transport, asksPeople: settings.elicitation === "ask", asksForModel: settings.sampling === "ask" };
  if (settings.transport === "stdio") {
    return {
      ...common,
      command: settings.command,
      arguments: settings.arguments.map((value) => newRow({ value })),
      environment: Object.entries(settings.environment).map(([name, value]) => {
        const stored = value === STORED_SECRET;
        return newRow({ name, value: stored ? "" : value, stored });
      }),
    };
  }
  const { url, auth } = settings;
  switch (auth.type) {
    case "none":
      return { ...common, url };
    case "credential":
      return { ...common, url, auth: "credential", credential: auth.credential };
    case "oauth":
      return { ...common, url, auth: "oauth", scope: auth.scope ?? "", clientId: auth.clientId ?? "", hasClientSecret: auth.clientSecret !== undefined };
  }
}

/** What was typed; variables without a name are left out. Undefined while something is missing. */
export function toSettings(draft: SettingsDraft): McpSettings | undefined {
  const policies = { ...(draft.asksPeople && { elicitation: "ask" as const }), ...(draft.asksForModel && { sampling: "ask" as const }) };
  if (draft.transport === "stdio") {
    const command = draft.command.trim();
    const named = draft.environment.filter(({ name }) => name.trim() !== "");
    const variables = named.map(({ name, value, stored }) => [name.trim(), stored && value === "" ? STORED_SECRET : value] as const);
    const list = draft.arguments.map(({ value }) => value);
    return command === "" ? undefined : { transport: "stdio", command, arguments: list, environment: Object.fromEntries(variables), ...policies };
  }
  const url = draft.url.trim();
  const auth = authOf(draft);
  return url === "" || !auth ? undefined : { transport: draft.transport, url, auth, ...policies };
}

function authOf({ auth, credential, scope, clientId, clientSecret, hasClientSecret }: SettingsDraft): McpAuth | undefined {
  switch (auth) {
    case "none":
      return { type: "none" };
    case "credential": {
      const chosen = credentialIdSchema.safeParse(credential);
      return chosen.success ? { type: "credential", credential: chosen.data } : undefined;
    }
    case "oauth": {
      const secret = clientSecret === "" && hasClientSecret ? STORED_SECRET : clientSecret;
      return {
        type: "oauth",
        ...(scope.trim() !== "" && { scope: scope.trim() }),
        ...(clientId.trim() !== "" && { clientId: clientId.trim(), ...(secret !== "" && { clientSecret: secret }) }),
      };
    }
  }
}
