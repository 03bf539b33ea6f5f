import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Logger } from "../logger.ts";
import { createBoundedNames } from "./bounded-names.ts";
import type { Measurement } from "./measure.ts";

/** What only the store knows, of all processes together. */
export interface StoredCounts {
  /** Runs that are due and driven by nobody. */
  due: number;
  /** Runs that wait for a person, a timer or something from outside. */
  waiting: number;
  /** Gates that nobody has decided. */
  gates: number;
}

export interface Metrics {
  record(measurement: Measurement): void;
  /** Runs this process drives. */
  setActive(runs: number): void;
  leaseLost(): void;
  commit(given: { events: number; milliseconds: number }): void;
  request(given: { route: string; status: number; seconds: number }): void;
  contentType: string;
  /** The page that is scraped. */
  text(): Promise<string>;
}

export interface MetricsGiven {
  version: string;
  role: string;
  readCounts: () => Promise<StoredCounts>;
  logger: Logger;
}

const RUN_SECONDS = [0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3_600, 21_600, 86_400];
const NODE_SECONDS = [0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3_600];
const COMMIT_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];
const COMMIT_EVENTS = [1, 2, 5, 10, 25, 50, 100, 250, 1_000, 5_000];
const REQUEST_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10];
/** Models that are told apart in a process; those after them are `other`. */
const MAX_MODELS = 200;
/** Milliseconds the store may take to be counted; a scrape is answered without these counts after that. */
const COUNT_MS = 3_000;

/** The states in which a run ends. */
const ENDS = ["succeeded", "failed", "cancelled", "killed", "timed-out"];
/** Gauges of the library that are named like counters, which `promtool check metrics` refuses; those without the ending tell the same by type. */
const MISNAMED = ["nodejs_active_handles_total", "nodejs_active_requests_total", "nodejs_active_resources_total"];

/** A registry of its own: nothing of prom-client's global one is used. */
export function createMetrics(given: MetricsGiven): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  for (const name of MISNAMED) registry.removeSingleMetric(name);
  new Gauge({ name: "heddle_build_info", help: "Always 1; its labels tell what runs here.", labelNames: ["version", "role"], registers }).set(
    { version: given.version, role: given.role },
    1,
  );
  const active = new Gauge({ name: "heddle_runs_active", help: "Runs this process drives now.", registers });
  active.set(0);
  const lost = new Counter({ name: "heddle_leases_lost_total", help: "Runs another process took over from this one.", registers });
  const commitSeconds = new Histogram({ name: "heddle_commit_seconds", help: "Time one transaction of run events took.", buckets: COMMIT_SECONDS, registers });
  const commitEvents = new Histogram({ name: "heddle_commit_events", help: "Run events in one transaction.", buckets: COMMIT_EVENTS, registers });
  const requests = new Histogram({
    name: "heddle_http_request_duration_seconds",
    help: "Time a request took, by route of the API; event streams are left out.",
    labelNames: ["route", "status"],
    buckets: REQUEST_SECONDS,
    registers,
  });
  const refreshCounts = createStoredGauges(registry, given);
  return {
    record: createRecorder(registry),
    setActive: (runs) => active.set(runs),
    leaseLost: () => lost.inc(),
    commit: ({ events, milliseconds }) => {
      commitSeconds.observe(milliseconds / 1_000);
      commitEvents.observe(events);
    },
    request: ({ route, status, seconds }) => requests.observe({ route, status: String(status) }, seconds),
    contentType: registry.contentType,
    text: async () => {
      await refreshCounts();
      return registry.metrics();
    },
  };
}

function createRecorder(registry: Registry): (measurement: Measurement) => void {
  const registers = [registry];
  const modelName = createBoundedNames(MAX_MODELS);
  const runs = new Counter({ name: "heddle_runs_total", help: "Runs that have ended, child runs included.", labelNames: ["state"], registers });
  // there from the beginning: an increase is only seen from something
  for (const state of ENDS) runs.inc({ state }, 0);
  const runSeconds = new Histogram({
    name: "heddle_run_duration_seconds",
    help: "Time from a run's creation to its end, waiting included.",
    buckets: RUN_SECONDS,
    registers,
  });
  const nodes = new Counter({ name: "heddle_node_runs_total", help: "Node runs that have ended.", labelNames: ["type", "state"], registers });
  const nodeSeconds = new Histogram({
    name: "heddle_node_duration_seconds",
    help: "Time from the start of a node run's first attempt to its end, retries and waiting included.",
    labelNames: ["type"],
    buckets: NODE_SECONDS,
    registers,
  });
  const retries = new Counter({ name: "heddle_node_retries_total", help: "Attempts made after one that failed.", labelNames: ["type"], registers });
  const cost = new Counter({ name: "heddle_cost_dollars_total", help: "Dollars that charges came to.", registers });
  const tokens = new Counter({ name: "heddle_model_tokens_total", help: "Tokens models took in and gave out.", labelNames: ["model", "kind"], registers });
  return (measurement) => {
    switch (measurement.type) {
      case "run":
        runs.inc({ state: measurement.state });
        runSeconds.observe(measurement.seconds);
        return;
      case "node":
        nodes.inc({ type: measurement.nodeType, state: measurement.state });
        if (measurement.seconds !== undefined) nodeSeconds.observe({ type: measurement.nodeType }, measurement.seconds);
        return;
      case "retry":
        retries.inc({ type: measurement.nodeType });
        return;
      case "cost":
        cost.inc(measurement.dollars);
        return;
      case "tokens":
        tokens.inc({ model: modelName(measurement.model), kind: measurement.kind }, measurement.count);
        return;
    }
  };
}

/** Gauges of the store, read anew for each scrape. What cannot be read is left out of the page rather than told wrong. */
function createStoredGauges(registry: Registry, { readCounts, logger }: MetricsGiven): () => Promise<void> {
  const registers = [registry];
  const due = new Gauge({ name: "heddle_queue_depth", help: "Runs that are due and driven by nobody, over all processes.", registers });
  const waiting = new Gauge({ name: "heddle_runs_waiting", help: "Runs that wait for a person, a timer or something outside, over all processes.", registers });
  const gates = new Gauge({ name: "heddle_gates_pending", help: "Gates that nobody has decided, over all processes.", registers });
  return async () => {
    try {
      const counts = await within(readCounts());
      due.set(counts.due);
      waiting.set(counts.waiting);
      gates.set(counts.gates);
    } catch (error) {
      for (const gauge of [due, waiting, gates]) gauge.remove();
      logger.warn({ error }, "Runs could not be counted for /metrics.");
    }
  };
}

async function within<Value>(promise: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`The store did not answer within ${COUNT_MS} ms.`)), COUNT_MS);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
