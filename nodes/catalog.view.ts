// Made by `npm run catalog` from the folders beside it. Do not edit.
import type { ReactNode } from "react";
import type { NodeViewProps } from "#runtime/node/view.ts";

/** Loads the card of a node type that has one of its own, for `React.lazy`. */
export const views: ReadonlyMap<string, () => Promise<{ default: (props: NodeViewProps) => ReactNode }>> = new Map([
  ["comfyui-workflow", () => import("./comfyui-workflow/view.tsx")],
  ["frame", () => import("./frame/view.tsx")],
  ["note", () => import("./note/view.tsx")],
]);
