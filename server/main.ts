import { type Config, readConfig } from "./config.ts";
import { createLogger } from "./logger.ts";
import { type HeddleServer, serve } from "./serve.ts";
import { explainStart } from "./start/start-error.ts";

/** Milliseconds for everything to be closed; then the process ends as it is, and recovers at the next start. */
const CLOSE_MS = 20_000;

function fail(error: unknown): never {
  const explained = explainStart(error);
  process.stderr.write(`\n  Heddle cannot start.\n${indent(explained ?? String(error instanceof Error ? (error.stack ?? error) : error))}\n\n`);
  process.exit(1);
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, "  ");
}

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const logger = createLogger({ level: config.logLevel, pretty: process.stdout.isTTY });
  const die = (error: unknown) => {
    // what is half-done in memory is not trusted any more; the next start goes on from what is recorded
    logger.fatal({ error }, "An unexpected error ends this process.");
    logger.flush();
    process.exit(1);
  };
  process.on("uncaughtException", die);
  process.on("unhandledRejection", die);

  const stopping = stopOnSignal();
  const starting = serve(config, { logger });
  stopping.when(async () => {
    const server = await starting;
    await server.close();
    logger.info({}, "Stopped.");
    logger.flush();
  });
  announce(await starting, config.role);
}

/** The first signal closes everything, the second ends at once. */
function stopOnSignal(): { when(close: () => Promise<void>): void } {
  let close: () => Promise<void> = async () => undefined;
  let isStopping = false;
  const stop = () => {
    if (isStopping) process.exit(1);
    isStopping = true;
    setTimeout(() => process.exit(1), CLOSE_MS).unref();
    close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, stop);
  return {
    when: (given) => {
      close = given;
    },
  };
}

function announce({ url, oneTimeUrl, ownerUrl }: HeddleServer, role: Config["role"]): void {
  const lines = role === "worker" ? [`A Heddle worker is running; its health is at ${url}/api/health/ready`] : [`Heddle is running: ${url}`];
  if (oneTimeUrl) lines.push(`Open it as a person, once, within 15 minutes: ${oneTimeUrl}`);
  if (ownerUrl) lines.push(`Make the first owner, once, within 15 minutes: ${ownerUrl}`);
  process.stdout.write(`\n${lines.map(indent).join("\n")}\n\n`);
}

main().catch(fail);
