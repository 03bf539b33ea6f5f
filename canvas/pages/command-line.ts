import type { McpSettings } from "#server/contract/connections.ts";

/** The whole command as one would type it: environment, program, arguments; what has spaces or signs in it is quoted. Only to be read: it is run without a shell. */
export function commandLine({ command, arguments: list, environment }: Pick<McpSettings, "command" | "arguments" | "environment">): string {
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${quoted(value)}`);
  return [...variables, quoted(command), ...list.map(quoted)].join(" ");
}

function quoted(text: string): string {
  return /^[A-Za-z0-9_./:@=,+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
