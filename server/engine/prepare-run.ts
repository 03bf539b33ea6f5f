import { type Schema, Validator } from "@cfworker/json-schema";
import type { GraphId, NodeId } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";
import type { Graph } from "#runtime/graph/schema.ts";
import { type Catalog, lenientConfig } from "#runtime/node/catalog.ts";
import type { ReferenceKey, References } from "#runtime/node/references.ts";
import { compile } from "#runtime/plan/compile.ts";
import type { Plan, PlanNode } from "#runtime/plan/plan.ts";
import { ApiError } from "../api-error.ts";
import { checkRunInput, wantedInput } from "./run-input.ts";

/** A revision as a run needs it. */
export interface RunnableRevision {
  workspace: string;
  number: number;
  graph: Graph;
  references: References;
}

export interface RunPreparation {
  /** The plan of a revision, compiled once. Throws `ApiError("invalid-graph")` with the problems. */
  planOf(graph: GraphId, revision: RunnableRevision): Plan;
  /** The plan of a graph that is no revision. Throws the same. */
  compile(graph: Graph, references: References): Plan;
  /** The entry a run begins at: the wanted one, else the first. Throws `ApiError("bad-request")` for one there is not. */
  entryOf(plan: Plan, wanted: NodeId | undefined): NodeId | undefined;
  /** What a node depends on outside the graph. */
  referencesOf(planNode: PlanNode): readonly ReferenceKey[];
  /** Throws `ApiError("bad-request")` with what does not fit the entry. */
  checkInput(plan: Plan, given: { entry: NodeId | undefined; input: Record<string, Json> }): void;
  /** Of what is offered, what the entry takes. */
  wantedInput(plan: Plan, given: { entry: NodeId | undefined; input: Record<string, Json> }): Record<string, Json>;
}

/** Compiled revisions kept in memory. */
const MAX_PLANS = 500;

export function createRunPreparation(catalog: Catalog): RunPreparation {
  const compiled = new Map<string, Plan>();
  const validators = new WeakMap<Plan, Map<NodeId, Validator | undefined>>();

  const compileOrThrow = (graph: Graph, references: References): Plan => {
    const { plan, problems } = compile(graph, catalog, references);
    if (!plan) throw new ApiError("invalid-graph", "The graph cannot run as it is.", { problems });
    return plan;
  };
  const schemaOf = (plan: Plan, entry: NodeId) => {
    const planNode = plan.nodes[entry];
    const definition = planNode && catalog.get(planNode.type);
    return planNode && definition?.input?.(lenientConfig(definition, planNode.config));
  };
  const validatorOf = (plan: Plan, entry: NodeId): Validator | undefined => {
    const known = validators.get(plan) ?? new Map<NodeId, Validator | undefined>();
    validators.set(plan, known);
    if (known.has(entry)) return known.get(entry);
    const schema = schemaOf(plan, entry);
    const validator = schema && new Validator(schema as Schema, "2020-12", false);
    known.set(entry, validator);
    return validator;
  };
  return {
    planOf: (graph, revision) => {
      const key = `${graph}@${revision.number}`;
      const plan = compiled.get(key) ?? compileOrThrow(revision.graph, revision.references);
      compiled.delete(key);
      compiled.set(key, plan);
      for (const oldest of compiled.keys()) {
        if (compiled.size <= MAX_PLANS) break;
        compiled.delete(oldest);
      }
      return plan;
    },
    compile: compileOrThrow,
    entryOf: (plan, wanted) => {
      const entries = plan.order.filter((id) => plan.nodes[id]?.role === "entry" && !plan.nodes[id]?.disabled);
      if (wanted && !entries.includes(wanted))
        throw new ApiError("bad-request", `"${wanted}" is not an entry of this graph.`, {
          errors: [{ path: "/entry", message: "This node is no entry, or is disabled." }],
        });
      return wanted ?? entries[0];
    },
    referencesOf: ({ type, config }) => {
      const definition = catalog.get(type);
      return definition?.references?.(lenientConfig(definition, config)) ?? [];
    },
    checkInput: (plan, { entry, input }) => {
      const validator = entry && validatorOf(plan, entry);
      const errors = validator ? checkRunInput(validator, input) : [];
      if (errors.length > 0) throw new ApiError("bad-request", "The input does not fit the graph's entry.", { errors });
    },
    wantedInput: (plan, { entry, input }) => {
      const schema = entry && schemaOf(plan, entry);
      return schema ? wantedInput(schema, input) : input;
    },
  };
}
