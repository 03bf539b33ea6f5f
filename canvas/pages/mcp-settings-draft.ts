import { connectionIdSchema, credentialIdSchema } from "#runtime/graph/ids.ts";
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
  /** Who answers what the server asks a model. */
  sampling: "off" | "ask" | "model";
  /** The model that does, and the tokens it may write for one call of a tool, as they are typed. */
  samplingConnection: string;
  samplingModel: string;
  samplingTokens: string;
}

export interface SettingsFieldsProps {
  draft: SettingsDraft;
  onChange(draft: SettingsDraft): void;
  errorsAt(path: string): readonly string[];
}

/** As the contract says. */
const MAX_SAMPLING_TOKENS = 100_000;

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
  sampling: "off",
  samplingConnection: "",
  samplingModel: "",
  samplingTokens: "4000",
};

export function toDraft(settings: McpSettings | undefined): SettingsDraft {
  if (!settings) return EMPTY;
  const common = { ...EMPTY, transport: settings.transport, asksPeople: settings.elicitation === "ask", ...samplingDraft(settings.sampling) };
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
  const sampling = samplingOf(draft);
  if (draft.sampling === "model" && !sampling) return undefined;
  const policies = { ...(draft.asksPeople && { elicitation: "ask" as const }), ...(sampling && { sampling }) };
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

function samplingDraft(sampling: McpSettings["sampling"]): Partial<SettingsDraft> {
  if (typeof sampling !== "object") return { sampling: sampling ?? "off" };
  const { connection, model = "", maxTokens } = sampling;
  return { sampling: "model", samplingConnection: connection, samplingModel: model, samplingTokens: String(maxTokens) };
}

/** Undefined when it is off, or something is missing. */
function samplingOf({ sampling, samplingConnection, samplingModel, samplingTokens }: SettingsDraft): McpSettings["sampling"] {
  if (sampling !== "model") return sampling === "ask" ? "ask" : undefined;
  const connection = connectionIdSchema.safeParse(samplingConnection);
  const maxTokens = samplingTokensOf(samplingTokens);
  if (!connection.success || maxTokens === undefined) return undefined;
  const model = samplingModel.trim();
  return { connection: connection.data, maxTokens, ...(model !== "" && { model }) };
}

/** Undefined for what is no number of tokens that may be allowed. */
export function samplingTokensOf(typed: string): number | undefined {
  const tokens = Number(typed);
  return typed.trim() !== "" && Number.isInteger(tokens) && tokens >= 1 && tokens <= MAX_SAMPLING_TOKENS ? tokens : undefined;
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
