import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { ConnectionId } from "#runtime/graph/ids.ts";
import { readWorkflowSource, type WorkflowSourceGiven } from "#server/contract/comfy-workflows.ts";
import { call } from "../api/client.ts";

/** Milliseconds after the last key. */
const SETTLED_MS = 400;

/** What the server finds in a workflow, asked anew when it or the ComfyUI server changes. */
export function useReadSource(source: WorkflowSourceGiven | undefined, connection: ConnectionId | undefined) {
  const [settled, setSettled] = useState(source);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(source), source === undefined || "asset" in source ? 0 : SETTLED_MS);
    return () => clearTimeout(timer);
  }, [source]);
  return useQuery({
    queryKey: [readWorkflowSource.id, settled, connection],
    queryFn: ({ signal }) => call(readWorkflowSource, { body: { source: settled as WorkflowSourceGiven, ...(connection && { connection }) }, signal }),
    enabled: settled !== undefined && source !== undefined,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
}
