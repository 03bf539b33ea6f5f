import type { ModelDescription, ModelReference } from "#nodes/kit/models/service.ts";
import { type Budget, budgetOf } from "#runtime/graph/budget.ts";
import type { GraphId, NodeId } from "#runtime/graph/ids.ts";
import type { Graph } from "#runtime/graph/schema.ts";
import { type Catalog, configSchemaOf, fieldHint } from "#runtime/node/catalog.ts";
import type { CostEstimate } from "../contract/cost-estimate.ts";

/** What is told of a graph's last runs. */
type PastRuns = Omit<CostEstimate, "unknownPrices" | "budget">;
type Nodes = readonly { id: NodeId; type: string; label: string; config: Record<string, unknown>; disabled?: boolean | undefined }[];

export interface RunForecastGiven {
  catalog: Catalog;
  pastRuns(given: { workspace: string; graph: GraphId }): Promise<PastRuns>;
  /** Throws for a model or a connection there is not. */
  describe(workspace: string, model: ModelReference): Promise<ModelDescription>;
  readDraft(graph: GraphId): Promise<Graph>;
}

/** What a run may cost, told before it starts. */
export interface RunForecast {
  /** Of the draft. */
  read(given: { workspace: string; graph: GraphId }): Promise<CostEstimate>;
  /** What whoever starts a run is told of what it may cost; nothing for a graph that asks no model. */
  warnings(given: { workspace: string; graph: GraphId; nodes: Nodes; budget: Budget }): Promise<string[]>;
}

/** Models looked up for one graph. */
const MOST = 50;

export function createRunForecast({ catalog, pastRuns, describe, readDraft }: RunForecastGiven): RunForecast {
  const unpriced = async (workspace: string, nodes: Nodes): Promise<CostEstimate["unknownPrices"]> => {
    const uses = modelUses(nodes, catalog).slice(0, MOST);
    const looked = new Map<string, Promise<ModelDescription | undefined>>();
    const look = ({ connection, model }: ModelUse) => {
      const key = JSON.stringify([connection, model]);
      const known = looked.get(key) ?? describe(workspace, { connection, ...(model !== "" && { model }) }).catch(() => undefined);
      looked.set(key, known);
      return known;
    };
    const found = await Promise.all(uses.map(async (use) => ({ ...use, description: await look(use) })));
    return found.flatMap(({ node, label, description }) =>
      description && !description.prices && !description.isDemo ? [{ node, label, model: description.title }] : [],
    );
  };
  return {
    read: async ({ workspace, graph }) => {
      const draft = await readDraft(graph);
      const [past, unknownPrices] = await Promise.all([pastRuns({ workspace, graph }), unpriced(workspace, draft.nodes)]);
      return { ...past, unknownPrices, budget: budgetOf(draft.settings) };
    },
    warnings: async ({ workspace, graph, nodes, budget }) => {
      if (modelUses(nodes, catalog).length === 0) return [];
      const isLimited = budget.dollars !== undefined || budget.tokens !== undefined;
      const [unknown, past] = await Promise.all([unpriced(workspace, nodes), isLimited ? pastRuns({ workspace, graph }) : undefined]);
      const words = [...Map.groupBy(unknown, ({ model }) => model)].map(
        ([model, at]) =>
          `Nobody entered a price for ${model} (${at.map(({ label }) => label).join(", ")}): what it costs is not counted, and no budget of dollars holds it.`,
      );
      return [...words, ...(past ? overBudget(past, budget) : [])];
    },
  };
}

function overBudget({ runs, median, tokens }: PastRuns, budget: Budget): string[] {
  if (runs === 0) return [];
  const stops = "it will wait there and ask.";
  return [
    ...(budget.dollars !== undefined && Number(median) > budget.dollars
      ? [`Its last runs cost about $${median}, and its budget is $${budget.dollars}: ${stops}`]
      : []),
    ...(budget.tokens !== undefined && tokens.median > budget.tokens
      ? [`Its last runs used about ${tokens.median} tokens, and its budget is ${budget.tokens}: ${stops}`]
      : []),
  ];
}

interface ModelUse {
  node: NodeId;
  label: string;
  connection: string;
  /** Empty: the connection's usual one. */
  model: string;
}

/** The nodes that pick a connection of models, with what they say in their field `model`. What a called graph asks is that graph's. */
function modelUses(nodes: Nodes, catalog: Catalog): ModelUse[] {
  return nodes.flatMap(({ id, type, label, config, disabled }) => {
    const definition = disabled ? undefined : catalog.get(type);
    if (!definition) return [];
    const fields = Object.keys((configSchemaOf(definition).properties ?? {}) as object);
    const picking = fields.filter((field) => fieldHint(definition, field).connection === "model");
    return picking.flatMap((field) => {
      const connection = config[field];
      if (typeof connection !== "string") return [];
      return [{ node: id, label, connection, model: typeof config.model === "string" && !config.model.includes("{{") ? config.model : "" }];
    });
  });
}
