import { createContext } from "react";
import type { WorkspaceId } from "#runtime/graph/ids.ts";

/** The workspace that requests without a resource are about, where it is not the one this page works in: around a graph of another workspace. */
export const Elsewhere = createContext<WorkspaceId | undefined>(undefined);
