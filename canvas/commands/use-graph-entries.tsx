import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Workflow } from "lucide-react";
import { useMemo } from "react";
import { useNavigate } from "react-router";
import { listGraphs } from "#server/contract/graphs.ts";
import { call } from "../api/client.ts";
import { keyOf } from "../api/queries.ts";
import { useMay } from "../session/use-may.ts";
import type { Entry } from "./entry-store.ts";
import { shortTime } from "./short-time.ts";

const MOST = 20;

/** The graphs whose names fit a search; without one, those changed last. */
export function useGraphEntries(search: string): { entries: readonly Entry[]; isAsking: boolean } {
  const navigate = useNavigate();
  const mayList = useMay("graph.list");
  const query = { limit: MOST, ...(search !== "" && { search }) };
  const { data, isFetching } = useQuery({
    queryKey: keyOf(listGraphs, { query }),
    queryFn: ({ signal }) => call(listGraphs, { query, signal }),
    placeholderData: keepPreviousData,
    enabled: mayList,
  });
  const entries = useMemo<Entry[]>(
    () =>
      (data?.items ?? []).map(({ id, name, description, updatedAt }) => ({
        id: `graph:${id}`,
        group: "Graphs",
        title: name,
        detail: description === "" ? `changed ${shortTime(updatedAt)}` : description,
        icon: <Workflow size={15} aria-hidden />,
        run: () => void navigate(`/graphs/${id}`),
      })),
    [data, navigate],
  );
  return { entries, isAsking: isFetching };
}
