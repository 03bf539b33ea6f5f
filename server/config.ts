import { resolve } from "node:path";
import { z } from "zod";
import { workerLabelSchema } from "#runtime/graph/schema.ts";
import { type FailpointRule, parseFailpoints } from "./engine/failpoints.ts";

/** A variable of the environment cannot be used as it is. The message names every such variable and says what to write. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

const url = (protocols: readonly string[], example: string) =>
  z
    .string()
    .refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), { error: `must be an address like ${example}.` })
    .transform((text) => new URL(text));

const milliseconds = (least: number, most: number) => z.coerce.number({ error: "must be a number of milliseconds." }).int().min(least).max(most);

const hostAndPort = z.string().transform((text, context) => {
  const parsed = URL.canParse(`tcp://${text}`) ? new URL(`tcp://${text}`) : undefined;
  const port = Number(parsed?.port || 0);
  if (parsed && port > 0) return { host: parsed.hostname.replace(/^\[|\]$/g, ""), port };
  context.addIssue({ code: "custom", message: `lists host:port pairs with commas between them; "${text}" is none.` });
  return z.NEVER;
});

const failpointRules = z.string().transform((text, context) => {
  try {
    return parseFailpoints(text);
  } catch (error) {
    context.addIssue({ code: "custom", message: error instanceof Error ? error.message : String(error) });
    return z.NEVER;
  }
});

const environmentSchema = z.object({
  PORT: z.coerce.number({ error: "must be a port number." }).int().min(0).max(65_535).optional(),
  HOST: z.string().max(255).default("127.0.0.1"),
  HEDDLE_DATA: z
    .string()
    .default("./.heddle")
    .transform((path) => resolve(path)),
  DATABASE_URL: url(["postgres:", "postgresql:"], "postgres://user:password@host:5432/heddle").optional(),
  REDIS_URL: url(["redis:", "rediss:"], "redis://host:6379/0").optional(),
  PUBLIC_URL: url(["http:", "https:"], "https://heddle.example.org").optional(),
  HEDDLE_ROLE: z.enum(["all", "web", "worker"], { error: "must be all, web or worker." }).default("all"),
  LOG_LEVEL: z.enum(["debug", "info", "warn", "error", "fatal", "silent"], { error: "must be debug, info, warn, error, fatal or silent." }).default("info"),
  HEDDLE_DEV_ORIGIN: url(["http:"], "http://127.0.0.1:5173").optional(),
  HEDDLE_LEASE_MS: milliseconds(500, 600_000).default(30_000),
  HEDDLE_RUN_CAPACITY: z.coerce.number({ error: "must be a number of runs." }).int().min(1).max(10_000).default(200),
  HEDDLE_NODE_CONCURRENCY: z.coerce.number({ error: "must be a number of nodes." }).int().min(1).max(100_000).default(256),
  HEDDLE_WORKER_LABELS: z
    .string()
    .transform((text) => text.split(",").flatMap((part) => part.trim() || []))
    .pipe(z.array(workerLabelSchema))
    .default([]),
  HEDDLE_EGRESS_ALLOW: z
    .string()
    .transform((text) => text.split(",").flatMap((part) => part.trim() || []))
    .pipe(z.array(hostAndPort))
    .default([]),
  HEDDLE_CHECK_ANSWERS: z.enum(["0", "1"], { error: "must be 0 or 1." }).default("0"),
  HEDDLE_METRICS: z.enum(["0", "1"], { error: "must be 0 or 1." }).default("0"),
  HEDDLE_FAILPOINTS: failpointRules.default([]),
  HEDDLE_ALLOW_FAILPOINTS: z.enum(["0", "1"], { error: "must be 0 or 1." }).default("0"),
  NODE_ENV: z.string().optional(),
});

/** The environment, parsed once. */
export interface Config {
  /** 0 takes a free one. */
  port: number;
  host: string;
  /** Absolute. */
  dataDirectory: string;
  databaseUrl: string | undefined;
  redisUrl: string | undefined;
  /** Where browsers reach it, when that is not `host` and `port`. */
  publicUrl: URL | undefined;
  /** `web` answers requests, `worker` drives runs, `all` does both. */
  role: "all" | "web" | "worker";
  logLevel: string;
  /** Origin of the canvas's development server. */
  devOrigin: string | undefined;
  leaseMs: number;
  /** Runs this process drives at once. */
  capacity: number;
  /** Nodes this process runs at once, of all its runs. */
  concurrency: number;
  /** What this process has that others do not (`gpu`, say): it also drives what asks for that. */
  labels: readonly string[];
  /** Addresses that are not public and may be called from workflows all the same. */
  egressAllow: readonly { host: string; port: number }[];
  /** Answers are held against the contract before they are sent (in tests). */
  checkAnswers: boolean;
  /** `GET /metrics` is served. */
  metrics: boolean;
  /** Where crash tests end this process (`server/engine/failpoints.ts`); empty outside them. */
  failpoints: readonly FailpointRule[];
}

/** Whether a host, as it stands in a URL or in `HOST`, is this machine and only this machine. */
export function isLoopbackHost(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, "").toLowerCase();
  return bare === "localhost" || bare === "::1" || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(bare);
}

/** Throws ConfigError. An empty variable counts as absent. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value.trim() !== ""));
  const parsed = environmentSchema.safeParse(given);
  if (!parsed.success) throw new ConfigError(parsed.error.issues.map((issue) => `${String(issue.path[0])} ${issue.message}`).join("\n"));
  const values = parsed.data;
  checkTogether(values);
  return {
    // a worker is not called by its address: any free port will do for its health
    port: values.PORT ?? (values.HEDDLE_ROLE === "worker" ? 0 : 4400),
    host: values.HOST,
    dataDirectory: values.HEDDLE_DATA,
    databaseUrl: values.DATABASE_URL?.href,
    redisUrl: values.REDIS_URL?.href,
    publicUrl: values.PUBLIC_URL,
    role: values.HEDDLE_ROLE,
    logLevel: values.LOG_LEVEL,
    devOrigin: values.HEDDLE_DEV_ORIGIN?.origin,
    leaseMs: values.HEDDLE_LEASE_MS,
    capacity: values.HEDDLE_RUN_CAPACITY,
    concurrency: values.HEDDLE_NODE_CONCURRENCY,
    labels: values.HEDDLE_WORKER_LABELS,
    egressAllow: values.HEDDLE_EGRESS_ALLOW,
    checkAnswers: values.HEDDLE_CHECK_ANSWERS === "1",
    metrics: values.HEDDLE_METRICS === "1",
    failpoints: values.HEDDLE_FAILPOINTS,
  };
}

/** What is wrong only in combination (docs/decisions/0010-bind-and-persons.md). */
function checkTogether(values: z.output<typeof environmentSchema>): void {
  const { HOST, PUBLIC_URL, HEDDLE_ROLE, DATABASE_URL } = values;
  if (values.HEDDLE_FAILPOINTS.length > 0 && values.NODE_ENV !== "test" && values.HEDDLE_ALLOW_FAILPOINTS !== "1") {
    throw new ConfigError("HEDDLE_FAILPOINTS ends the process in mid-work, for crash tests. Remove it, or set HEDDLE_ALLOW_FAILPOINTS=1 if that is meant.");
  }
  if (HEDDLE_ROLE !== "all" && DATABASE_URL === undefined) {
    throw new ConfigError(`HEDDLE_ROLE=${HEDDLE_ROLE} needs DATABASE_URL: the embedded database belongs to one process, which does everything.`);
  }
  const isLocalUrl = PUBLIC_URL !== undefined && isLoopbackHost(PUBLIC_URL.hostname);
  if (!isLoopbackHost(HOST) && !isLocalUrl) {
    throw new ConfigError(
      `HOST=${HOST} would open Heddle to other machines, and this version has no accounts. Leave HOST at 127.0.0.1. ` +
        "In a container, whose port is published on the loopback of its host only, set PUBLIC_URL=http://127.0.0.1:<published port> as well.",
    );
  }
  if (PUBLIC_URL !== undefined && !isLocalUrl && PUBLIC_URL.protocol !== "https:") {
    throw new ConfigError("PUBLIC_URL must begin with https:// (or name this machine, like http://127.0.0.1:4400): the session would be readable on its way.");
  }
}
