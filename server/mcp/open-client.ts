import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { LoggingMessageNotificationSchema, ToolListChangedNotificationSchema } from "@modelcontextprotocol/sdk/types.js";
import { CfWorkerJsonSchemaValidator } from "@modelcontextprotocol/sdk/validation/cfworker";
import { NodeError } from "#runtime/node/node-error.ts";
import packageFile from "../../package.json" with { type: "json" };
import type { McpConnection, McpConnectionSettings } from "./connection-settings.ts";
import { couldNotStart } from "./failures.ts";
import { answerQuestions, capabilitiesOf, type Questions } from "./questions.ts";
import { RemoteTransport } from "./remote-transport.ts";
import { resolveCommand } from "./resolve-command.ts";
import type { ServerLog } from "./server-log.ts";
import type { ServerTransport } from "./server-transport.ts";
import { StdioTransport } from "./stdio-transport.ts";

/** How a server is reached. */
export type Reached = Pick<McpConnection, "settings" | "fetch">;

export interface OpenClientOptions {
  connection: Reached;
  /** Milliseconds from starting the server to its answer to `initialize`. */
  connectTimeoutMs: number;
  /** Milliseconds a server gets to end after its input is closed, and again after SIGTERM. */
  graceMs: number;
  /** Ends the attempt, and the process with it. */
  signal: AbortSignal;
  /** Removes secrets from what the server wrote. */
  redact: (text: string, settings: McpConnectionSettings) => string;
  onToolListChanged: () => void;
  log: Pick<ServerLog, "add">;
  /** Once, when the connection has ended, whoever ended it. */
  onClose: () => void;
}

/** An initialized connection with a server. */
export interface OpenClient {
  client: Client;
  server: { name: string; version: string };
  pid: number | undefined;
  questions: Questions;
  /** The session has run out: nothing is wrong with the server. */
  isExpired(): boolean;
  /** How the process ended, as a phrase; undefined while the connection stands. */
  ending(): string | undefined;
  /** The last error output, secrets removed. */
  output(): string;
  /** Resolves when the server and all it started are gone. */
  close(): Promise<void>;
}

/** Starts a server and shakes hands. Throws the failure `network` (nothing happened) with advice; no process is left then. */
export async function openClient(options: OpenClientOptions): Promise<OpenClient> {
  const { settings } = options.connection;
  const transport = createTransport(options);
  const client = new Client(
    { name: "heddle", version: packageFile.version },
    // The SDK's default validator compiles schemas with `new Function`.
    { capabilities: capabilitiesOf(settings), jsonSchemaValidator: new CfWorkerJsonSchemaValidator() },
  );
  client.setNotificationHandler(ToolListChangedNotificationSchema, options.onToolListChanged);
  client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => options.log.add(params));
  const questions = answerQuestions(client, settings);
  client.onclose = options.onClose;
  // Out-of-band trouble (a late answer, a broken pipe) shows itself in the calls it concerns.
  client.onerror = () => undefined;
  const output = () => options.redact(transport.output, settings);
  const attempt = limitAttempt(options);
  try {
    attempt.signal.throwIfAborted();
    await client.connect(transport, { signal: attempt.signal, timeout: options.connectTimeoutMs * 2 });
  } catch (error) {
    const timedOutMs = attempt.timedOut() && transport.ending === undefined ? options.connectTimeoutMs : undefined;
    await transport.close();
    throw startFailure(error, { output: output(), ending: transport.ending, timedOutMs, isRemote: settings.transport !== "stdio" });
  } finally {
    attempt.finish();
  }
  const { name = "unnamed", version = "" } = client.getServerVersion() ?? {};
  return {
    client,
    server: { name, version },
    pid: transport.pid,
    questions,
    isExpired: () => transport.isExpired,
    ending: () => transport.ending,
    output,
    close: () => transport.close(),
  };
}

function createTransport({ connection: { settings, fetch }, graceMs }: OpenClientOptions): ServerTransport {
  if (settings.transport === "stdio") return new StdioTransport(resolveCommand(settings), graceMs);
  if (!fetch) throw couldNotStart({ message: "Remote servers are reached through a stored connection only.", advice: "Save the connection, then test it." });
  return new RemoteTransport({ settings, fetch, graceMs });
}

/** The SDK listens to a request's signal for ever: one that fires after the handshake would send a stray cancellation. */
function limitAttempt({ signal, connectTimeoutMs }: OpenClientOptions) {
  const controller = new AbortController();
  let timedOut = false;
  const stop = () => controller.abort(signal.reason);
  const timer = setTimeout(() => {
    timedOut = true;
    controller.abort("no answer");
  }, connectTimeoutMs);
  if (signal.aborted) stop();
  else signal.addEventListener("abort", stop);
  const finish = () => {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  };
  return { signal: controller.signal, timedOut: () => timedOut, finish };
}

interface StartFacts {
  output: string;
  ending: string | undefined;
  timedOutMs: number | undefined;
  isRemote: boolean;
}

function startFailure(error: unknown, { output, ending, timedOutMs, isRemote }: StartFacts): NodeError {
  if (error instanceof NodeError) return error;
  const common = { stderr: output, cause: error };
  if (timedOutMs !== undefined) {
    const message = `The server did not answer within ${timedOutMs / 1000} s.`;
    const advice = isRemote
      ? "Check the address, and that it is an MCP server of this transport that listens there."
      : "Check that the command starts an MCP server that speaks over its standard input and output.";
    return couldNotStart({ ...common, message, advice });
  }
  const reason = error instanceof Error ? error.message : String(error);
  const system = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
  if (system) {
    const advice = "Check the command, its rights and its working directory on the machine Heddle runs on.";
    return couldNotStart({ ...common, message: `The server could not be started (${reason}).`, advice });
  }
  if (ending) {
    const message = `The server ${ending} before it answered.`;
    return couldNotStart({ ...common, message, advice: adviceFor(output) });
  }
  return couldNotStart({ ...common, message: `The server could not be greeted: ${reason}`, advice: "Check that it speaks MCP in a version Heddle knows." });
}

function adviceFor(output: string): string {
  if (/env: .*No such file|command not found/.test(output)) {
    return 'The server looks for programs in PATH, and its environment is empty: add PATH with the value "heddle:inherit".';
  }
  return "Read its output below; often an argument or an environment variable is missing (the environment is empty except for what you list).";
}
