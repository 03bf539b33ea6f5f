import type { ConnectionId } from "#runtime/graph/ids.ts";
import { type Connection, listConnections } from "#server/contract/connections.ts";
import { useApi } from "../api/queries.ts";
import { Select } from "../ui/select.tsx";
import { StatusDot } from "../ui/status.tsx";

const MOST = 200;

/** The ComfyUI servers of the workspace; undefined until they are known. */
export function useComfyServers(): readonly Connection[] | undefined {
  return useApi(listConnections, { query: { limit: MOST, kind: "comfyui" } }).data?.items;
}

const NONE = "none";

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
