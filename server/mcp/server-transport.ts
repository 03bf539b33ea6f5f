import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";

/** A way to speak to a server, with what is known of its end. */
export interface ServerTransport extends Transport {
  /** Of the process, where Heddle started one. */
  readonly pid: number | undefined;
  /** How it ended by itself, as a phrase; undefined while it goes on. */
  readonly ending: string | undefined;
  /** Its end is nobody's fault: the server has forgotten the session, and another one is begun when needed. */
  readonly isExpired: boolean;
  /** The last of what it wrote beside MCP. */
  readonly output: string;
}
