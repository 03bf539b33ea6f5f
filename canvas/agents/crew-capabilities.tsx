import { Users } from "lucide-react";
import { useMemo } from "react";
import type { GraphNode } from "#runtime/graph/schema.ts";
import type { ToolOffer } from "#runtime/node/tool-offer.ts";
import { useReferences } from "../document/analysis.tsx";
import { useEditor, useGraph } from "../document/editor-context.ts";
import { Badge } from "../ui/badge.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { Markdown } from "../ui/markdown.tsx";
import { AbilityGroups } from "./ability-groups.tsx";
import { AUTONOMY, EFFECTS } from "./agent-words.ts";
import { abilitiesOf, agentSettingsOf } from "./capabilities.ts";
import { ModelName } from "./capabilities-dialog.tsx";
import { CapabilityPart, Fact } from "./capability-part.tsx";
import { memberOffersOf, toolInputOf, toolOffersOf } from "./tool-nodes.ts";
import { ToolSchema } from "./tool-schema.tsx";
import { useToolRules } from "./use-tool-rules.ts";

/** Who is in a crew, and what each of them may do with its tools. */
export function CrewCapabilities({ node, onClose }: { node: GraphNode; onClose(): void }) {
  const graph = useGraph();
  const references = useReferences();
  const members = useMemo(() => memberOffersOf(graph, node.id, references), [graph, node.id, references]);
  const nodes = new Map(graph.nodes.map((each) => [each.id, each]));
  return (
    <Dialog open onClose={onClose} title={`What ${node.label} can do`} description="Who is in the crew, and what each of them may do." wide>
      {members.length === 0 ? (
        <EmptyState icon={<Users size={17} aria-hidden />} title="Nobody is in the crew" text="Drag agents into it on the canvas." />
      ) : (
        <ul aria-label="Members" className="flex flex-col gap-6">
          {members.map((offer) => {
            const member = nodes.get(offer.node);
            return (
              member && (
                <li key={offer.node}>{toolInputOf(member, references) === undefined ? <Other offer={offer} /> : <Agent node={member} offer={offer} />}</li>
              )
            );
          })}
        </ul>
      )}
    </Dialog>
  );
}

function Agent({ node, offer }: { node: GraphNode; offer: ToolOffer }) {
  const { graphId } = useEditor();
  const graph = useGraph();
  const references = useReferences();
  const settings = agentSettingsOf(node);
  const ruleOf = useToolRules(graphId);
  const offers = useMemo(() => toolOffersOf(graph, node.id, references), [graph, node.id, references]);
  return (
    <section aria-label={offer.title} className="flex flex-col gap-3">
      <h3 className="font-medium">{offer.title}</h3>
      <dl className="grid grid-cols-[8rem_1fr] gap-x-3 gap-y-1.5 text-sm">
        <Fact name="Model">
          <ModelName settings={settings} />
        </Fact>
        <Fact name="Autonomy">
          <span className="font-medium">{AUTONOMY[settings.autonomy].label}</span>: {AUTONOMY[settings.autonomy].text}
        </Fact>
      </dl>
      {settings.instructions.trim() !== "" && (
        <CapabilityPart title={`${offer.title}: instructions`}>
          <div className="max-h-40 overflow-y-auto rounded-lg border border-line bg-surface px-3 py-2">
            <Markdown text={settings.instructions} />
          </div>
        </CapabilityPart>
      )}
      {offers.length === 0 ? (
        <p className="text-ink-muted text-sm">It has no tools: it can answer, and do nothing else.</p>
      ) : (
        <AbilityGroups of={offer.title} abilities={abilitiesOf(settings, offers, ruleOf)} />
      )}
    </section>
  );
}

/** A member that is no agent: it does one thing. */
function Other({ offer }: { offer: ToolOffer }) {
  return (
    <section aria-label={offer.title} className="flex flex-col gap-1">
      <h3 className="flex items-center gap-2 font-medium">
        {offer.title}
        <Badge tone={EFFECTS[offer.effect].writes ? "warning" : "neutral"}>{EFFECTS[offer.effect].label}</Badge>
      </h3>
      <p className="wrap-anywhere text-ink-muted text-xs">{offer.description}</p>
      <ToolSchema schema={offer.input} />
    </section>
  );
}
