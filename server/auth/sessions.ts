import { z } from "zod";
import type { InstallationStore } from "../store/installation.ts";
import { createSecret, hashSecret } from "./secrets.ts";

const KEY = "sessions";
const LIFETIME_MS = 30 * 24 * 3_600_000;
/** Browsers that may hold a session; the oldest gives way. */
const MAX_SESSIONS = 20;

export const SESSION_SECONDS = LIFETIME_MS / 1_000;

const sessionsSchema = z.array(z.strictObject({ hash: z.string(), until: z.number() }));
type Session = z.infer<typeof sessionsSchema>[number];

/** Sessions of persons. Only hashes of their secrets are kept. */
export interface Sessions {
  /** A new session's secret, for the cookie. */
  create(): Promise<string>;
  isValid(secret: string): Promise<boolean>;
  end(secret: string): Promise<void>;
}

export function createSessions(store: InstallationStore): Sessions {
  let known: readonly Session[] = [];
  const parse = (value: unknown) => sessionsSchema.catch([]).parse(value ?? []);
  const isLive = (session: Session) => session.until > Date.now();
  return {
    create: async () => {
      const secret = createSecret();
      const session = { hash: hashSecret(secret), until: Date.now() + LIFETIME_MS };
      const updated = await store.update(KEY, (value) => [session, ...parse(value).filter(isLive)].slice(0, MAX_SESSIONS));
      known = parse(updated);
      return secret;
    },
    isValid: async (secret) => {
      // looked up by hash: what the comparison takes says nothing about the secret
      const hash = hashSecret(secret);
      const find = () => known.some((session) => session.hash === hash && isLive(session));
      if (find()) return true;
      known = parse(await store.read(KEY));
      return find();
    },
    end: async (secret) => {
      const hash = hashSecret(secret);
      known = parse(await store.update(KEY, (value) => parse(value).filter((session) => isLive(session) && session.hash !== hash)));
    },
  };
}
