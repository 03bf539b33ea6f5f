import { resolve } from "node:path";
import { z } from "zod";
import { workerLabelSchema } from "#runtime/graph/schema.ts";
import type { S3Place } from "./assets/s3-client.ts";
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

/** A list of values with commas between them. */
const listed = z.string().transform((text) => text.split(",").flatMap((part) => part.trim() || []));

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
  HEDDLE_WORKER_LABELS: listed.pipe(z.array(workerLabelSchema)).default([]),
  HEDDLE_EGRESS_ALLOW: listed.pipe(z.array(hostAndPort)).default([]),
  HEDDLE_TEAM: z.enum(["0", "1"], { error: "must be 0 or 1." }).default("0"),
  OIDC_ISSUER: url(["http:", "https:"], "https://accounts.example.org").optional(),
  OIDC_CLIENT_ID: z.string().max(1_000).optional(),
  OIDC_CLIENT_SECRET: z.string().max(2_000).optional(),
  OIDC_NAME: z.string().max(60).optional(),
  OIDC_SIGN_UP: z.enum(["invited", "anyone"], { error: "must be invited or anyone." }).default("invited"),
  SMTP_URL: url(["smtp:", "smtps:"], "smtps://user:password@mail.example.org:465").optional(),
  MAIL_FROM: z.string().max(320).optional(),
  HEDDLE_S3_URL: url(["http:", "https:"], "https://s3.example.org/bucket").optional(),
  HEDDLE_S3_REGION: z.string().max(100).default("us-east-1"),
  HEDDLE_S3_KEY_ID: z.string().max(500).optional(),
  HEDDLE_S3_SECRET: z.string().max(2_000).optional(),
  HEDDLE_VAULT_KEY: z.string().optional(),
  HEDDLE_VAULT_OLD_KEYS: listed.default([]),
  HEDDLE_CHECK_ANSWERS: z.enum(["0", "1"], { error: "must be 0 or 1." }).default("0"),
  HEDDLE_METRICS: z.enum(["0", "1"], { error: "must be 0 or 1." }).default("0"),
  HEDDLE_FAILPOINTS: failpointRules.default([]),
  HEDDLE_ALLOW_FAILPOINTS: z.enum(["0", "1"], { error: "must be 0 or 1." }).default("0"),
  NODE_ENV: z.string().optional(),
});

/** An OpenID Connect provider that people sign in with. */
export interface OidcConfig {
  /** As it was written: ID tokens name it so. */
  issuer: string;
  clientId: string;
  /** Absent: a public client. */
  clientSecret: string | undefined;
  /** Stands on the button. */
  name: string;
  /** Who gets an account by signing in: those whose address was invited, or anyone the provider knows. */
  signUp: "invited" | "anyone";
}

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
  /** Accounts from the start on; otherwise the installation remembers whether it was switched to them. */
  team: boolean;
  oidc: OidcConfig | undefined;
  /** Where files and large values are kept; absent: in the data directory. Holds a secret. */
  s3: S3Place | undefined;
  /** Holds a password. */
  smtpUrl: URL | undefined;
  /** The sender of mails. */
  mailFrom: string | undefined;
  /** The vault's key from the environment, and earlier ones; absent: a key file. */
  vaultKey: string | undefined;
  vaultOldKeys: readonly string[];
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
    team: values.HEDDLE_TEAM === "1" || (values.PUBLIC_URL !== undefined && !isLoopbackHost(values.PUBLIC_URL.hostname)),
    oidc: oidcOf(values),
    s3: s3Of(values),
    smtpUrl: values.SMTP_URL,
    mailFrom: values.MAIL_FROM,
    vaultKey: values.HEDDLE_VAULT_KEY,
    vaultOldKeys: values.HEDDLE_VAULT_OLD_KEYS,
    failpoints: values.HEDDLE_FAILPOINTS,
  };
}

type Values = z.output<typeof environmentSchema>;

function oidcOf(values: Values): OidcConfig | undefined {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId } = values;
  if (issuer === undefined || clientId === undefined) return undefined;
  const { OIDC_CLIENT_SECRET: clientSecret, OIDC_NAME: name = issuer.hostname, OIDC_SIGN_UP: signUp } = values;
  // an address without a path is written without the slash that URL adds
  return { issuer: issuer.pathname === "/" ? issuer.origin : issuer.href, clientId, clientSecret, name, signUp };
}

function s3Of({ HEDDLE_S3_URL: address, HEDDLE_S3_REGION: region, HEDDLE_S3_KEY_ID: keyId, HEDDLE_S3_SECRET: secret }: Values): S3Place | undefined {
  return address && keyId !== undefined && secret !== undefined ? { url: address, region, keyId, secret } : undefined;
}

/** What is wrong only in combination (docs/decisions/0017-accounts.md). */
function checkTogether(values: Values): void {
  const { HEDDLE_ROLE, DATABASE_URL } = values;
  if (values.HEDDLE_FAILPOINTS.length > 0 && values.NODE_ENV !== "test" && values.HEDDLE_ALLOW_FAILPOINTS !== "1") {
    throw new ConfigError("HEDDLE_FAILPOINTS ends the process in mid-work, for crash tests. Remove it, or set HEDDLE_ALLOW_FAILPOINTS=1 if that is meant.");
  }
  if (HEDDLE_ROLE !== "all" && DATABASE_URL === undefined) {
    throw new ConfigError(`HEDDLE_ROLE=${HEDDLE_ROLE} needs DATABASE_URL: the embedded database belongs to one process, which does everything.`);
  }
  checkAddresses(values);
  checkOidc(values);
  checkS3(values);
  if (values.SMTP_URL !== undefined && values.MAIL_FROM === undefined) {
    throw new ConfigError('SMTP_URL needs MAIL_FROM, the sender of the mails: MAIL_FROM="Heddle <heddle@example.org>".');
  }
}

function checkAddresses({ HOST, PUBLIC_URL }: Values): void {
  if (!isLoopbackHost(HOST) && PUBLIC_URL === undefined) {
    throw new ConfigError(
      `HOST=${HOST} opens Heddle to other machines, so it must know its address: set PUBLIC_URL=https://… to that of the proxy in front of it, which speaks ` +
        "TLS. In a container, whose port is published on the loopback of its host only, set PUBLIC_URL=http://127.0.0.1:<published port>.",
    );
  }
  if (PUBLIC_URL !== undefined && !isSafe(PUBLIC_URL)) {
    throw new ConfigError("PUBLIC_URL must begin with https:// (or name this machine, like http://127.0.0.1:4400): the session would be readable on its way.");
  }
}

function checkOidc({ OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET }: Values): void {
  if ((OIDC_ISSUER === undefined) !== (OIDC_CLIENT_ID === undefined) || (OIDC_CLIENT_SECRET !== undefined && OIDC_ISSUER === undefined)) {
    throw new ConfigError("Signing in with a provider takes both OIDC_ISSUER and OIDC_CLIENT_ID. Set both, or neither.");
  }
  if (OIDC_ISSUER !== undefined && !isSafe(OIDC_ISSUER)) {
    throw new ConfigError("OIDC_ISSUER must begin with https:// (or name this machine): whoever reads along could sign in as somebody else.");
  }
}

function checkS3({ HEDDLE_S3_URL: address, HEDDLE_S3_KEY_ID, HEDDLE_S3_SECRET }: Values): void {
  const given = [address, HEDDLE_S3_KEY_ID, HEDDLE_S3_SECRET].filter((value) => value !== undefined);
  if (given.length > 0 && given.length < 3)
    throw new ConfigError("A storage takes HEDDLE_S3_URL, HEDDLE_S3_KEY_ID and HEDDLE_S3_SECRET. Set all three, or none.");
  if (address && (address.username !== "" || address.search !== "" || address.hash !== ""))
    throw new ConfigError("HEDDLE_S3_URL is the bucket's address alone: the key goes into HEDDLE_S3_KEY_ID and HEDDLE_S3_SECRET.");
}

function isSafe({ protocol, hostname }: URL): boolean {
  return protocol === "https:" || isLoopbackHost(hostname);
}
