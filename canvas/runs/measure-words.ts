import { type Measure, MOST } from "#runtime/graph/budget.ts";
import { formatDollars, parseDollars } from "./format-dollars.ts";

/** What a measure is called on the canvas, and the unit it is typed in: time is counted in milliseconds and told in minutes. */
export const MEASURE_WORDS: Readonly<Record<Measure, { title: string; field: string; wrong: string }>> = {
  dollars: { title: "Cost", field: "Budget in dollars", wrong: "Write a sum of dollars, such as 2.50." },
  tokens: { title: "Tokens", field: "Budget in tokens", wrong: "Write a whole number of tokens, such as 200000." },
  toolCalls: { title: "Tool calls", field: "Budget in tool calls", wrong: "Write a whole number of calls, such as 50." },
  timeMs: { title: "Time", field: "Budget in minutes", wrong: "Write a number of minutes, such as 30, at most 1,440." },
};

const MINUTE_MS = 60_000;

/** An amount for people: "$1.50", "12,000 tokens", "3 tool calls", "2.5 minutes". */
export function amountText(measure: Measure = "dollars", amount = 0): string {
  switch (measure) {
    case "dollars":
      return formatDollars(amount);
    case "tokens":
      return `${Math.round(amount).toLocaleString("en")} ${amount === 1 ? "token" : "tokens"}`;
    case "toolCalls":
      return `${amount.toLocaleString("en")} tool ${amount === 1 ? "call" : "calls"}`;
    case "timeMs": {
      const minutes = Math.round(amount / (MINUTE_MS / 10)) / 10;
      return `${minutes.toLocaleString("en")} ${minutes === 1 ? "minute" : "minutes"}`;
    }
  }
}

/** How much of a limit: "$1.20 of $2.00", "3 of 5 tool calls". */
export function shareText(measure: Measure, used: number, limit: number): string {
  const amount = amountText(measure, used);
  // the unit stands there once
  return `${measure === "dollars" ? amount : amount.split(" ")[0]} of ${amountText(measure, limit)}`;
}

/** A limit as it is typed. */
export function typedLimit(measure: Measure, limit: number | undefined): string {
  return limit === undefined ? "" : String(measure === "timeMs" ? limit / MINUTE_MS : limit);
}

/** What somebody typed as a limit; undefined when it is none. */
export function parseLimit(measure: Measure, typed: string): number | undefined {
  if (measure === "dollars") return parseDollars(typed);
  const number = Number(typed.trim().replaceAll(",", ""));
  if (typed.trim() === "" || !Number.isFinite(number) || number < 0) return undefined;
  const amount = measure === "timeMs" ? Math.round(number * MINUTE_MS) : number;
  const isWhole = Number.isSafeInteger(amount);
  return isWhole && amount <= MOST[measure] && (measure !== "timeMs" || amount >= 1_000) ? amount : undefined;
}
