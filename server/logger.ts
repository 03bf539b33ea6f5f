import { pino } from "pino";

/** What parts of the server log with; pino's shape. */
export interface Logger {
  debug(details: object, message: string): void;
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
  fatal(details: object, message: string): void;
}

/** JSON lines on standard output, or lines for people when it is a terminal. Never given secrets; tokens in addresses are redacted before. */
export function createLogger(given: { level: string; pretty: boolean }): Logger & { flush(): void } {
  const base = { level: given.level, base: null, redact: ["req.headers.cookie", "req.headers.authorization"], serializers: { error: pino.stdSerializers.err } };
  return given.pretty
    ? pino({ ...base, transport: { target: "pino-pretty", options: { colorize: true, ignore: "pid,hostname", translateTime: "HH:MM:ss" } } })
    : pino(base);
}

/** For tests: says nothing. */
export const silentLogger: Logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined, fatal: () => undefined };
