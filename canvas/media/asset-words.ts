import type { AssetKind, AssetOrigin, AssetUse } from "#server/contract/assets.ts";

/** What files of a kind are called, and the icon they have without a picture. */
export const KINDS: Readonly<Record<AssetKind, { label: string; icon: string }>> = {
  image: { label: "Images", icon: "image" },
  video: { label: "Videos", icon: "film" },
  audio: { label: "Sounds", icon: "audio-lines" },
  text: { label: "Texts", icon: "file-text" },
  document: { label: "Documents", icon: "file-type" },
  other: { label: "Other files", icon: "file" },
};

const HOLDERS: Readonly<Record<AssetUse["holder"], string>> = {
  draft: "Draft",
  revision: "Revision",
  run: "Run",
  chat: "Conversation",
  variable: "Variable",
  memory: "Memory of an agent",
  workflow: "ComfyUI workflow",
  "knowledge-document": "Document",
};

export function holderText({ holder, number }: AssetUse): string {
  return number === null ? HOLDERS[holder] : `${HOLDERS[holder]} ${number}`;
}

/** Where what refers to a file is to be seen; undefined where it has no page of its own. */
export function addressOf({ holder, id, graph }: AssetUse): string | undefined {
  if (holder === "run" && graph !== null) return `/graphs/${graph}/runs/${id}`;
  if (holder === "chat" && graph !== null) return `/graphs/${graph}/chat`;
  if (holder === "variable") return "/variables";
  return graph === null ? undefined : `/graphs/${graph}`;
}

/** "1920 × 1080 pixels". */
export function pixelsText({ width, height }: { width: number | null; height: number | null }): string | undefined {
  return width === null || height === null ? undefined : `${width} × ${height} pixels`;
}

/** Who or what a file comes from, for people. */
export function originText(origin: AssetOrigin, nameOf: (actor: string) => string | undefined): string {
  switch (origin.type) {
    case "upload":
      return `Brought by ${nameOf(origin.actor) ?? (origin.actor === "local" ? "you" : origin.actor)}`;
    case "run":
      return `Made in a run of ${origin.graphName === null ? "a graph that is gone" : `“${origin.graphName}”`}`;
  }
}
