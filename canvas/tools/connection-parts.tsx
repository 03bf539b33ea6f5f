import { useState } from "react";
import type { McpConnection } from "#server/contract/connections.ts";
import { listPrompts, listResources, readServerLog } from "#server/contract/mcp.ts";
import { useApi } from "../api/queries.ts";
import { ToolExplorer } from "../pages/tool-explorer.tsx";
import { useMay } from "../session/use-may.ts";
import { Tabs } from "../ui/tabs.tsx";
import { PromptList } from "./prompt-list.tsx";
import { ResourceBrowser } from "./resource-browser.tsx";
import { ServerLogLines } from "./server-log-lines.tsx";

const REFRESH_MS = 15_000;

/** What an MCP server offers: tools, and where it has them, resources and prompts; and what it logged. */
export function ConnectionParts({ connection: { id, health } }: { connection: McpConnection }) {
  const [tab, setTab] = useState("tools");
  const params = { id };
  // a server that does not answer is asked for its tools only, which says why
  const enabled = health.state !== "red";
  const resources = useApi(listResources, { params }, { enabled });
  const prompts = useApi(listPrompts, { params }, { enabled });
  const log = useApi(readServerLog, { params }, { enabled: useMay("connection.manage"), every: REFRESH_MS });
  const { resources: listed = [], templates = [] } = resources.data ?? {};
  const tabs = [
    { id: "tools", label: "Tools", content: <ToolExplorer connection={id} isBare /> },
    ...(listed.length + templates.length > 0
      ? [{ id: "resources", label: "Resources", content: <ResourceBrowser connection={id} resources={listed} templates={templates} /> }]
      : []),
    ...(prompts.data && prompts.data.items.length > 0
      ? [{ id: "prompts", label: "Prompts", content: <PromptList connection={id} prompts={prompts.data.items} /> }]
      : []),
    ...(log.data && log.data.items.length > 0 ? [{ id: "log", label: "Log", content: <ServerLogLines lines={log.data.items} /> }] : []),
  ];
  if (tabs.length === 1) return <ToolExplorer connection={id} />;
  return (
    <div className="flex flex-col rounded-lg border border-line bg-surface">
      <Tabs label="What the server has" tabs={tabs} value={tabs.some((each) => each.id === tab) ? tab : "tools"} onChange={setTab} />
    </div>
  );
}
