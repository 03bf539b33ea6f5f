import { ASSET_BYTES } from "#server/contract/assets.ts";
import { formatBytes } from "../ui/format-bytes.ts";

interface FileFacts {
  name: string;
  /** Its media type; empty when nobody knows. */
  type: string;
  size: number;
}

/** Why a file is none for a field, in a sentence; undefined when it fits. `accept` is as in HTML. */
export function whyUnfit({ name, type, size }: FileFacts, accept: string | undefined): string | undefined {
  if (size === 0) return `“${name}” is empty. Choose another file.`;
  if (size > ASSET_BYTES)
    return `“${name}” has ${formatBytes(size)}. A file may have at most ${ASSET_BYTES / 1024 / 1024} MB: choose a smaller one, or split it.`;
  if (accept === undefined || tokensOf(accept).some((token) => fits({ name, type }, token))) return undefined;
  return `“${name}” is ${type === "" ? "of an unknown kind" : type}. ${whatFits(accept)}`;
}

/** What a field takes, for people. */
export function whatFits(accept: string): string {
  return accept === "image/*" ? "Choose an image." : `Choose a file of this kind: ${tokensOf(accept).join(", ")}.`;
}

function tokensOf(accept: string): string[] {
  return accept
    .toLowerCase()
    .split(",")
    .map((token) => token.trim())
    .filter((token) => token !== "");
}

function fits({ name, type }: Pick<FileFacts, "name" | "type">, token: string): boolean {
  if (token.startsWith(".")) return name.toLowerCase().endsWith(token);
  return token.endsWith("/*") ? type.startsWith(token.slice(0, -1)) : type === token;
}
