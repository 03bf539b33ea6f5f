import type { FetchLike } from "@modelcontextprotocol/sdk/shared/transport.js";
import { z } from "zod";
import { mcpSettingsSchema, type RemoteMcpSettings } from "../contract/mcp-settings.ts";

/** Value of an environment variable that is copied from Heddle's own environment; only for the names in `INHERITABLE`. */
export const INHERIT = "heddle:inherit";

/** Variables that locate things and hold no secrets: the only ones a server may be given from Heddle's own environment. */
export const INHERITABLE: ReadonlySet<string> = new Set(["PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL", "TZ", "TMPDIR"]);

const text = (max: number) =>
  z
    .string()
    .max(max)
    .refine((value) => !value.includes("\0"), "May not hold a NUL character.");

const environment = z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, "Names hold letters, digits and _ only."), text(32_768)).check((context) => {
  for (const [name, value] of Object.entries(context.value)) {
    if (value !== INHERIT || INHERITABLE.has(name)) continue;
    context.issues.push({
      code: "custom",
      input: value,
      path: [name],
      message: `${name} may not be taken from Heddle's environment, only: ${[...INHERITABLE].join(", ")}.`,
    });
  }
});

const [stdio, http, sse] = mcpSettingsSchema.options;

export const stdioSettings = stdio.extend({
  /** A program name looked up in PATH, an absolute path, or `heddle:node`. Never read by a shell. */
  command: text(4096)
    .min(1)
    .refine((value) => !/[/\\]/.test(value) || /^(\/|[A-Za-z]:[/\\])/.test(value), "Give a program name or an absolute path."),
  /** Each one argument as it is, except `package:<npm name>` and `asset:<path>` (see `resolve-command.ts`). */
  arguments: z.array(text(32_768)).max(256).default([]),
  /** All the server gets to see: nothing of Heddle's own environment is passed on unless a value says `heddle:inherit`. */
  environment: environment.default({}),
  /** An absolute path or `asset:<path>`; the system's temporary folder when left out. */
  workingDirectory: text(4096)
    .refine((value) => /^(\/|[A-Za-z]:[/\\]|asset:)/.test(value), "Give an absolute path.")
    .optional(),
});

const url = http.shape.url.refine((value) => new URL(value).username === "" && new URL(value).password === "", {
  error: "The address holds a user name or a password. Use a credential instead.",
});

/** How an MCP connection is reached, checked as far as it can be without trying. */
export const mcpConnectionSettings = z.discriminatedUnion("transport", [stdioSettings, http.extend({ url }), sse.extend({ url })]);

export type McpConnectionSettings = z.infer<typeof mcpConnectionSettings>;
export type StdioSettings = z.infer<typeof stdioSettings>;
export type RemoteSettings = RemoteMcpSettings;

/** A stored MCP connection, ready to be opened. */
export interface McpConnection {
  id: string;
  /** Changes whenever the settings or the credential in them do: a client serves one revision only. */
  revision: number | string;
  /** What people call it; used in messages. */
  name: string;
  settings: McpConnectionSettings;
  /** Sends requests to a remote server, past the guard and with what proves who asks. */
  fetch?: FetchLike;
}
