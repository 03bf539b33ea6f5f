import type { McpSettings, StdioMcpSettings } from "#server/contract/mcp-settings.ts";

/** The whole command as one would type it: environment, program, arguments; what has spaces or signs in it is quoted. Only to be read: it is run without a shell. */
export function commandLine({ command, arguments: list, environment }: Pick<StdioMcpSettings, "command" | "arguments" | "environment">): string {
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${quoted(value)}`);
  return [...variables, quoted(command), ...list.map(quoted)].join(" ");
}

/** How a server is reached, in one line: its command, or its address. */
export function reachedBy(settings: McpSettings): string {
  return settings.transport === "stdio" ? commandLine(settings) : settings.url;
}

function quoted(text: string): string {
  return /^[A-Za-z0-9_./:@=,+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
