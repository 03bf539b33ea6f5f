import { createHmac, timingSafeEqual } from "node:crypto";
import { type NodeId, nodeIdSchema, type RunId, runIdSchema } from "#runtime/graph/ids.ts";

/** The wait that a callback answers: of a node run, by the name the node gave it. */
export interface CallbackWait {
  run: RunId;
  node: NodeId;
  path: readonly number[];
  name: string;
}

export interface CallbackAddresses {
  /** `<origin>/hooks/callback/<run>/<node>/<path>/<name>/<signature>`: whoever has it may answer the wait. Its query is the caller's own. */
  make(wait: Omit<CallbackWait, "node"> & { node: string; origin: string }): string;
  /** The wait that the segments after `/hooks/callback/` name; undefined unless this installation made them. */
  verify(segments: readonly string[]): CallbackWait | undefined;
}

/** Stands for the path of a node run outside containers. */
const NO_PATH = "-";
const SIGNATURE = /^[A-Za-z0-9_-]{43}$/;

/** Addresses that carry their own proof: nothing about them is stored. */
export function createCallbackAddresses(installationKey: Uint8Array): CallbackAddresses {
  const sign = ({ run, node, path, name }: Omit<CallbackWait, "node"> & { node: string }) =>
    createHmac("sha256", installationKey)
      .update(`callback\n${JSON.stringify([run, node, path, name])}`)
      .digest();
  return {
    make: ({ origin, ...wait }) => {
      const path = wait.path.length === 0 ? NO_PATH : wait.path.join(".");
      return `${origin}/hooks/callback/${wait.run}/${wait.node}/${path}/${encodeURIComponent(wait.name)}/${sign(wait).toString("base64url")}`;
    },
    verify: (segments) => {
      const [run, node, path, name, signature = "", ...rest] = segments;
      if (rest.length > 0 || !SIGNATURE.test(signature)) return undefined;
      const wait = waitOf({ run, node, path, name });
      return wait && timingSafeEqual(Buffer.from(signature, "base64url"), sign(wait)) ? wait : undefined;
    },
  };
}

function waitOf(given: { run: string | undefined; node: string | undefined; path: string | undefined; name: string | undefined }): CallbackWait | undefined {
  const run = runIdSchema.safeParse(given.run);
  const node = nodeIdSchema.safeParse(given.node);
  const name = decoded(given.name ?? "");
  const path = given.path ?? "";
  if (!run.success || !node.success || !name || !/^(-|\d{1,9}(\.\d{1,9}){0,20})$/.test(path)) return undefined;
  return { run: run.data, node: node.data, path: path === NO_PATH ? [] : path.split(".").map(Number), name };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
