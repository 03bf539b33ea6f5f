import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "react-router";
import type { Budget } from "#runtime/graph/budget.ts";
import type { GraphId } from "#runtime/graph/ids.ts";
import { type CostEstimate, readCostEstimate } from "#server/contract/cost-estimate.ts";
import { useApi } from "../api/queries.ts";
import { formatDollars } from "./format-dollars.ts";
import { amountText } from "./measure-words.ts";

/** What a run may cost, told before it starts; nothing where runs of the graph cost nothing. `budget`: what this run is given in place of the graph's. */
export function CostForecast({ graph, budget = {} }: { graph: GraphId; budget?: Budget | undefined }) {
  const { data } = useApi(readCostEstimate, { params: { id: graph } });
  if (!data) return null;
  const past = pastText(data);
  const over = overText(data, budget);
  const unknown = unknownText(data);
  if (past === undefined && over === undefined && unknown === undefined) return null;
  return (
    <div className="flex flex-col gap-1 text-ink-muted text-xs">
      {past !== undefined && <p>{past}</p>}
      {over !== undefined && <Warning text={over} />}
      {unknown !== undefined && (
        <Warning text={unknown}>
          <Link to="/connections" className="font-medium text-accent hover:underline">
            Enter prices
          </Link>
        </Warning>
      )}
    </div>
  );
}

function Warning({ text, children }: { text: string; children?: ReactNode }) {
  return (
    <p className="flex items-start gap-1.5 text-warning">
      <TriangleAlert size={13} className="mt-0.5 shrink-0" aria-hidden />
      <span>
        {text} {children}
      </span>
    </p>
  );
}

/** What it comes to in a few words: "About $0.20, at most $1.50". Undefined where nothing is known or spent. */
export function forecastText({ runs, median, max, tokens }: CostEstimate): string | undefined {
  const [about, most] = [Number(median), Number(max)];
  if (runs === 0 || (most === 0 && tokens.max === 0)) return undefined;
  if (most === 0) return `About ${amountText("tokens", tokens.median)}`;
  return runs === 1 ? `About ${formatDollars(most)}` : `About ${formatDollars(about)}, at most ${formatDollars(most)}`;
}

function pastText(estimate: CostEstimate): string | undefined {
  const { runs, median, max, tokens } = estimate;
  if (forecastText(estimate) === undefined) return undefined;
  const ofRuns = runs === 1 ? "Its last run" : `Its last ${runs} runs`;
  const [about, most] = [Number(median), Number(max)];
  const cost = most === 0 ? "nothing that is counted" : runs === 1 ? formatDollars(most) : `about ${formatDollars(about)}, at most ${formatDollars(most)}`;
  const used = tokens.max === 0 ? "" : `, with about ${amountText("tokens", tokens.median)}`;
  return `${ofRuns} cost ${cost}${used}.`;
}

/** Why the budget will not do, as far as earlier runs tell. */
export function overText({ runs, median, tokens, budget: own }: CostEstimate, given: Budget = {}): string | undefined {
  const budget = { ...own, ...given };
  const isOver =
    runs > 0 && ((budget.dollars !== undefined && budget.dollars < Number(median)) || (budget.tokens !== undefined && budget.tokens < tokens.median));
  const limits = [budget.dollars !== undefined && amountText("dollars", budget.dollars), budget.tokens !== undefined && amountText("tokens", budget.tokens)];
  return isOver ? `That is more than the budget of ${limits.filter((limit) => limit !== false).join(" and ")}: the run will wait there and ask.` : undefined;
}

/** Which prices are not known. */
export function unknownText({ unknownPrices, hasUnknownPrices, runs }: CostEstimate): string | undefined {
  const rest = "what that costs is not counted, and no budget of dollars holds it.";
  if (unknownPrices.length > 0) {
    const models = [...Map.groupBy(unknownPrices, ({ model }) => model)].map(([model, at]) => `${model} (${at.map(({ label }) => `“${label}”`).join(", ")})`);
    return `The price of ${models.join(" and of ")} is unknown: ${rest}`;
  }
  return hasUnknownPrices && runs > 0 ? `Some model calls of its last runs have no price: ${rest}` : undefined;
}
