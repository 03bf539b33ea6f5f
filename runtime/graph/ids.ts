import { z } from "zod";

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"; // Crockford's base 32, lower case

/** Kinds of id and their prefixes. An id is `<prefix>_<letters, digits, _>`, so that it can stand in an expression. */
const PREFIXES = [
  "node",
  "edge",
  "graph",
  "agent",
  "run",
  "wait",
  "conn",
  "job",
  "item",
  "workspace",
  "user",
  "token",
  "cred",
  "share",
  "invite",
  "comment",
  "chat",
  "workflow",
  "form",
  "submission",
  "collection",
  "doc",
  "chunk",
] as const;
type Prefix = (typeof PREFIXES)[number];

export type Id<P extends Prefix> = string & z.core.$brand<P>;
export type NodeId = Id<"node">;
export type EdgeId = Id<"edge">;
export type GraphId = Id<"graph">;
export type RunId = Id<"run">;
export type ConnectionId = Id<"conn">;
export type WorkspaceId = Id<"workspace">;
export type UserId = Id<"user">;
export type TokenId = Id<"token">;
export type CredentialId = Id<"cred">;
export type ShareId = Id<"share">;
export type CommentId = Id<"comment">;
export type ChatId = Id<"chat">;
/** A workflow of ComfyUI in the library. */
export type WorkflowId = Id<"workflow">;
export type CollectionId = Id<"collection">;
export type DocId = Id<"doc">;
export type ChunkId = Id<"chunk">;

/** A fresh id: 9 characters of time (milliseconds, so ids sort by creation) and 11 random ones (55 bits). */
export function createId<P extends Prefix>(prefix: P): Id<P> {
  let time = Date.now();
  let head = "";
  for (let index = 0; index < 9; index++) {
    head = ALPHABET.charAt(time % 32) + head;
    time = Math.floor(time / 32);
  }
  let tail = "";
  for (const byte of randomBytes()) tail += ALPHABET.charAt(byte % 32);
  return `${prefix}_${head}${tail}` as Id<P>;
}

const TIME = 9;

/** When an id was made, in milliseconds since 1970; undefined for one that was not made by `createId`. */
export function idTime(id: string): number | undefined {
  const text = id.slice(id.indexOf("_") + 1);
  if (text.length !== TIME + RANDOM) return undefined;
  const digits = [...text.slice(0, TIME)].map((letter) => ALPHABET.indexOf(letter));
  return digits.includes(-1) ? undefined : digits.reduce((time, digit) => time * 32 + digit, 0);
}

const RANDOM = 11;
/** Random bytes in store: asking for eleven costs as much as asking for thousands. */
const pool = new Uint8Array(RANDOM * 256);
let used = pool.length;

function randomBytes(): Uint8Array {
  if (used === pool.length) {
    crypto.getRandomValues(pool);
    used = 0;
  }
  used += RANDOM;
  return pool.subarray(used - RANDOM, used);
}

/** Accepts ids of one kind: the prefix and 1 to 64 letters, digits or underscores. */
export function idSchema<P extends Prefix>(prefix: P) {
  const pattern = new RegExp(`^${prefix}_[A-Za-z0-9_]{1,64}$`);
  return z
    .string()
    .regex(pattern, { error: `This is not an id that begins with "${prefix}_".` })
    .brand<P>();
}

export const nodeIdSchema = idSchema("node");
export const edgeIdSchema = idSchema("edge");
export const graphIdSchema = idSchema("graph");
export const runIdSchema = idSchema("run");
export const connectionIdSchema = idSchema("conn");
export const workspaceIdSchema = idSchema("workspace");
export const userIdSchema = idSchema("user");
export const tokenIdSchema = idSchema("token");
export const credentialIdSchema = idSchema("cred");
export const shareIdSchema = idSchema("share");
export const commentIdSchema = idSchema("comment");
export const chatIdSchema = idSchema("chat");
export const jobIdSchema = idSchema("job");
export const workflowIdSchema = idSchema("workflow");
export const collectionIdSchema = idSchema("collection");
export const docIdSchema = idSchema("doc");
export const chunkIdSchema = idSchema("chunk");
export const formIdSchema = idSchema("form");
export const submissionIdSchema = idSchema("submission");
export const inboxItemIdSchema = idSchema("item");
export const invitationIdSchema = idSchema("invite");
