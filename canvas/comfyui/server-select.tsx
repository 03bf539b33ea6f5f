import { useState } from "react";
import type { ConnectionId } from "#runtime/graph/ids.ts";
import { type Connection, listConnections } from "#server/contract/connections.ts";
import { errorText } from "../api/api-problem.ts";
import { useApi } from "../api/queries.ts";
import { Select } from "../ui/select.tsx";
import { StatusDot } from "../ui/status.tsx";

const MOST = 200;

/** The ComfyUI servers of the workspace; undefined until they are known. `problem`: why they are not, in words. */
export function useComfyServers() {
  const { data, error, isFetching, refetch } = useApi(listConnections, { query: { limit: MOST, kind: "comfyui" } });
  const servers: readonly Connection[] | undefined = data?.items;
  return { servers, problem: error && !servers ? errorText(error) : undefined, isFetching, retry: () => void refetch() };
}

const NONE = "none";

/** The server to ask about a workflow: the one that was chosen, or to begin with the first that is known to answer. */
export function useServerChoice() {
  const { servers, problem } = useComfyServers();
  const [chosen, setChosen] = useState<ConnectionId | typeof NONE | undefined>(undefined);
  const first = servers?.find(({ health }) => health.state === "green") ?? servers?.[0];
  // it stays, however they fare from now on: what was found in a workflow is what this one says
  if (chosen === undefined && first) setChosen(first.id);
  return {
    servers: servers ?? [],
    problems: problem === undefined ? [] : [problem],
    connection: chosen === NONE ? undefined : chosen,
    choose: (server: ConnectionId | undefined) => setChosen(server ?? NONE),
  };
}

interface ServerSelectProps {
  id: string;
  servers: readonly Connection[];
  value: ConnectionId | undefined;
  onChange(server: ConnectionId | undefined): void;
  /** What it is called when none is chosen; absent: one has to be. */
  none?: string;
}

export function ServerSelect({ id, servers, value, onChange, none }: ServerSelectProps) {
  const options = servers.map((server) => ({ value: server.id, label: server.name, icon: <StatusDot health={server.health.state} /> }));
  return (
    <Select
      id={id}
      value={value ?? (none === undefined ? undefined : NONE)}
      options={none === undefined ? options : [{ value: NONE, label: none }, ...options]}
      onChange={(chosen) => onChange(servers.find((server) => server.id === chosen)?.id)}
      placeholder={servers.length === 0 ? "No ComfyUI servers yet" : "Choose a server…"}
    />
  );
}
