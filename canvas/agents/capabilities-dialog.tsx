import { ExternalLink } from "lucide-react";
import { Link } from "react-router";
import type { GraphId } from "#runtime/graph/ids.ts";
import type { GraphNode } from "#runtime/graph/schema.ts";
import type { ToolOffer } from "#runtime/node/tool-offer.ts";
import { listConnections } from "#server/contract/connections.ts";
import { listRuns } from "#server/contract/runs.ts";
import { useApi } from "../api/queries.ts";
import { formatDollars } from "../runs/format-dollars.ts";
import { runName } from "../runs/run-name.ts";
import { useMay } from "../session/use-may.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Markdown } from "../ui/markdown.tsx";
import { StatusText } from "../ui/status.tsx";
import { TimeAgo } from "../ui/time-ago.tsx";
import { AbilityGroups } from "./ability-groups.tsx";
import { AUTONOMY, SAFETY } from "./agent-words.ts";
import { type AgentSettings, abilitiesOf, agentSettingsOf } from "./capabilities.ts";
import { CapabilityPart, Fact } from "./capability-part.tsx";
import { useToolRules } from "./use-tool-rules.ts";

const RUNS = 8;
/** Runs of one step on behalf of another run: no results of the agent. */
const PARTS: ReadonlySet<string> = new Set(["tool", "slice", "worker"]);

export interface CapabilitiesDialogProps {
  /** What the agent is called. */
  title: string;
  /** What of it is shown. */
  about?: string;
  graph: GraphId;
  node: GraphNode;
  offers: readonly ToolOffer[];
  /** It is an agent of the library, with a page of its own. */
  isLibrary?: boolean;
  onClose(): void;
}

/** What an agent is told, what it may do by itself, what needs a person, and how it did: before anybody uses it. */
export function CapabilitiesDialog({ title, about, graph, node, offers, isLibrary = false, onClose }: CapabilitiesDialogProps) {
  const settings = agentSettingsOf(node);
  const ruleOf = useToolRules(graph);
  const abilities = abilitiesOf(settings, offers, ruleOf);
  return (
    <Dialog open onClose={onClose} title={`What ${title} can do`} {...(about !== undefined && { description: `This is ${about}.` })} wide>
      <div className="flex flex-col gap-5">
        <Instructions settings={settings} />
        <CapabilityPart title="How it works">
          <dl className="grid grid-cols-[8rem_1fr] gap-x-3 gap-y-1.5 text-sm">
            <Fact name="Model">
              <ModelName settings={settings} />
            </Fact>
            <Fact name="Autonomy">
              <span className="font-medium">{AUTONOMY[settings.autonomy].label}</span>: {AUTONOMY[settings.autonomy].text}
            </Fact>
            <Fact name="Safety check">{SAFETY[settings.safety]}</Fact>
          </dl>
        </CapabilityPart>
        {abilities.length === 0 && (
          <CapabilityPart title="Tools">
            <p className="text-ink-muted text-sm">It has no tools: it can answer, and do nothing else.</p>
          </CapabilityPart>
        )}
        <AbilityGroups abilities={abilities} />
        <Examples settings={settings} />
        <PastResults graph={graph} />
        {isLibrary && (
          <Link to={`/agents/${graph}`} className="flex items-center gap-1.5 self-start font-medium text-accent text-sm hover:underline">
            <ExternalLink size={13} aria-hidden /> Open the agent
          </Link>
        )}
      </div>
    </Dialog>
  );
}

function Instructions({ settings: { instructions } }: { settings: AgentSettings }) {
  return (
    <CapabilityPart title="Instructions">
      {instructions.trim() === "" ? (
        <p className="text-ink-muted text-sm">Nobody has written any.</p>
      ) : (
        <div className="max-h-60 overflow-y-auto rounded-lg border border-line bg-surface px-3 py-2">
          <Markdown text={instructions} />
        </div>
      )}
    </CapabilityPart>
  );
}

export function ModelName({ settings: { model, connection } }: { settings: AgentSettings }) {
  const mayList = useMay("connection.read");
  const { data } = useApi(listConnections, { query: { limit: 200, kind: "model" } }, { enabled: mayList && connection !== "" });
  if (connection === "") return "No model provider is chosen yet.";
  const name = data?.items.find(({ id }) => id === connection)?.name ?? connection;
  return model === "" ? `The usual one of ${name}` : `${model}, from ${name}`;
}

function Examples({ settings: { examples } }: { settings: AgentSettings }) {
  if (examples.length === 0) return null;
  return (
    <CapabilityPart title="Examples">
      <ul aria-label="Examples" className="flex flex-col gap-2">
        {examples.map(({ input, output }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the examples of one agent, as they are
          <li key={index} className="rounded-lg border border-line bg-surface px-3 py-2 text-sm">
            <p className="wrap-anywhere whitespace-pre-wrap font-medium">{input}</p>
            <p className="wrap-anywhere whitespace-pre-wrap text-ink-muted">{output}</p>
          </li>
        ))}
      </ul>
    </CapabilityPart>
  );
}

function PastResults({ graph }: { graph: GraphId }) {
  const mayRead = useMay("run.read");
  const { data } = useApi(listRuns, { query: { graph, limit: 50 } }, { enabled: mayRead });
  const runs = (data?.items ?? []).filter(({ parent }) => parent === null || !PARTS.has(parent.purpose)).slice(0, RUNS);
  if (!data) return null;
  return (
    <CapabilityPart title="Past results">
      {runs.length === 0 ? (
        <p className="text-ink-muted text-sm">It has not run yet.</p>
      ) : (
        <ul aria-label="Past results" className="flex flex-col">
          {runs.map(({ id, state, cost, createdAt, failure }) => (
            <li key={id} className="flex items-center gap-3 border-line border-b py-1.5 text-xs last:border-b-0">
              <StatusText state={state} />
              <Link to={`/graphs/${graph}/runs/${id}`} title={id} className="shrink-0 text-accent hover:underline">
                {runName(id)}
              </Link>
              <span className="min-w-0 flex-1 truncate text-ink-faint">{failure?.message}</span>
              <span className="shrink-0 text-ink-muted tabular-nums">{formatDollars(Number(cost))}</span>
              <span className="shrink-0 text-ink-faint">
                <TimeAgo time={createdAt} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </CapabilityPart>
  );
}
