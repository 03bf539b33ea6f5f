import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { ApiError } from "../../api-error.ts";

/** OWASP's recommendation for argon2id (Password Storage Cheat Sheet): 19 MiB, 2 passes, 1 lane. */
const WANTED = { memory: 19_456, passes: 2, parallelism: 1 };
const SALT_BYTES = 16;
const TAG_BYTES = 32;

/** Of the four threads that files and names are looked up on, too: a rush of sign-ins leaves them two. */
const AT_ONCE = 2;
/** Passwords that wait for their turn: those of about two seconds. */
const MAX_WAITING = 100;

const deriveNow = promisify(argon2);
let busy = 0;
const waiting: (() => void)[] = [];

const derive: typeof deriveNow = async (algorithm, parameters) => {
  if (busy < AT_ONCE) busy++;
  else if (waiting.length >= MAX_WAITING) throw new ApiError("unavailable", "Too many people are signing in at once. Try again in a few seconds.");
  else await new Promise<void>((resolve) => waiting.push(resolve));
  try {
    return await deriveNow(algorithm, parameters);
  } finally {
    // a place is handed on, or given back
    const next = waiting.shift();
    if (next) next();
    else busy--;
  }
};
const encode = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64").replace(/=+$/, "");

/** Throws `ApiError("unavailable")` when too many are waiting, as `verifyPassword` does. A PHC string: `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(SALT_BYTES);
  const tag = await derive("argon2id", { ...WANTED, message: password.normalize("NFKC"), nonce, tagLength: TAG_BYTES });
  const { memory, passes, parallelism } = WANTED;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${encode(nonce)}$${encode(tag)}`;
}

/** False as well for a hash that is none of ours. Takes as long whichever characters differ. */
export async function verifyPassword({ hash, password }: { hash: string; password: string }): Promise<boolean> {
  const known = parse(hash);
  if (!known) return false;
  const { memory, passes, parallelism, salt, tag } = known;
  const given = await derive("argon2id", { memory, passes, parallelism, message: password.normalize("NFKC"), nonce: salt, tagLength: tag.length });
  return timingSafeEqual(given, tag);
}

/** Whether a password that was just verified should be hashed again: it costs less to guess than today's would. */
export function isOutdated(hash: string): boolean {
  const known = parse(hash);
  return !known || known.memory < WANTED.memory || known.passes < WANTED.passes || known.tag.length < TAG_BYTES;
}

interface Parsed {
  memory: number;
  passes: number;
  parallelism: number;
  salt: Buffer;
  tag: Buffer;
}

function parse(hash: string): Parsed | undefined {
  const [, m, t, p, salt, tag] = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/.exec(hash) ?? [];
  if (salt === undefined || tag === undefined) return undefined;
  return { memory: Number(m), passes: Number(t), parallelism: Number(p), salt: Buffer.from(salt, "base64"), tag: Buffer.from(tag, "base64") };
}
