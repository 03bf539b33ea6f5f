import type { PromptNode } from "#runtime/node/workflow.ts";

/** `[node, slot]`: where an input gets its value from. */
export type PromptLink = [node: string, slot: number];

/** Whether an input's value is one; ComfyUI takes every list of a text and a number for a link. */
export function isPromptLink(value: unknown): value is PromptLink {
  return Array.isArray(value) && value.length === 2 && typeof value[0] === "string" && typeof value[1] === "number";
}

/** What people call an inner node. */
export function titleOfInner(id: string, { class_type, _meta }: PromptNode): string {
  const title = _meta?.title?.trim();
  return title ? title : `${class_type} ${id}`;
}
