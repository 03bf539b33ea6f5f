import type { Action } from "./action.ts";
import { PRINCIPLES, type Principle } from "./principles.ts";
import { SAFETY_RULES, type SafetyRule } from "./rules.ts";

export interface Finding {
  principle: Principle;
  score: number;
  reason: string;
}

/** What each further principle that is hurt takes away. */
const PER_PRINCIPLE = 0.1;
const MANY_CALLS = 30;
const MANY_RECIPIENTS = 100;
/** Letters, digits and what looks like them: `r\m`, `"rm"` and full-width letters are read as what they do. */
const DISGUISE = /[\\'"`^\u200b-\u200f\u2060\ufeff\u00ad]/g;

/** 0 to 1 by the written rules alone, and what was found. */
export function scoreByRules(action: Action): { score: number; findings: Finding[] } {
  const places = placesOf(action);
  const mayWrite = action.context.effect !== "pure" && action.context.effect !== "read";
  const byPrinciple = new Map<Principle, Finding>();
  const note = ({ principle, score, reason }: Finding) => {
    const known = byPrinciple.get(principle);
    if (!known || known.score > score) byPrinciple.set(principle, { principle, score, reason });
  };
  for (const rule of SAFETY_RULES) {
    if (rule.unlessApproved && (!mayWrite || action.context.approved)) continue;
    if (isFound(rule, places)) note(rule);
  }
  for (const finding of contextFindings(action, places)) note(finding);
  const order = Object.keys(PRINCIPLES);
  const findings = [...byPrinciple.values()].sort((left, right) => left.score - right.score || order.indexOf(left.principle) - order.indexOf(right.principle));
  const [worst] = findings;
  if (!worst) return { score: 1, findings };
  return { score: Math.max(0, Math.round((worst.score - PER_PRINCIPLE * (findings.length - 1)) * 100) / 100), findings };
}

interface Places {
  /** As it is, and without what disguises it. */
  text: string[];
  tool: string;
  keys: string[];
}

function isFound({ pattern, in: where = ["text"] }: SafetyRule, places: Places): boolean {
  return where.some((place) => (place === "tool" ? pattern.test(places.tool) : places[place].some((text) => pattern.test(text))));
}

function placesOf({ tool, arguments: given, target }: Action): Places {
  const keys: string[] = target === undefined ? [] : [`target=${target}`];
  const texts: string[] = [];
  collect(given, { key: "", keys, texts });
  const words = tool.replace(/([a-z0-9])([A-Z])/g, "$1 $2").replace(/[^A-Za-z0-9]+/g, " ");
  const whole = [words, target ?? "", ...texts].join("\n").normalize("NFKC");
  // a command may come as a list of its words
  const plain = whole.replace(DISGUISE, "").replaceAll(/[^\S\n]+/g, " ");
  return { text: [whole, plain, decoded(plain)], tool: words.trim(), keys };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}

function collect(value: unknown, into: { key: string; keys: string[]; texts: string[] }): void {
  const { key, keys, texts } = into;
  if (Array.isArray(value)) {
    if (value.length > 1 && value.every((item) => typeof item === "string")) texts.push(value.join(" "));
    for (const item of value) collect(item, into);
  } else if (typeof value === "object" && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      texts.push(name);
      collect(member, { ...into, key: name });
    }
  } else if (value !== null && value !== undefined) {
    const text = String(value);
    texts.push(text);
    keys.push(`${key}=${text}`);
  }
}

/** What the action's surroundings say: hosts, tools, calls before, the number of people it reaches. */
function contextFindings({ tool, arguments: given, context }: Action, { text }: Places): Finding[] {
  const findings: Finding[] = [];
  const { hosts, tools, calls } = context;
  if (tools && !tools.includes(tool)) findings.push({ principle: "scope", score: 0.6, reason: `"${tool}" is none of the tools the task needs.` });
  const stranger =
    hosts && hostsOf(text.join("\n")).find((host) => !hosts.some((known) => host === known.toLowerCase() || host.endsWith(`.${known.toLowerCase()}`)));
  if (stranger !== undefined) findings.push({ principle: "network", score: 0.75, reason: `It speaks to ${stranger}, which nobody approved.` });
  if (calls !== undefined && calls >= MANY_CALLS) findings.push({ principle: "rate", score: 0.8, reason: `"${tool}" was called ${calls} times before.` });
  const longest = longestList(given);
  if (longest > MANY_RECIPIENTS && context.effect !== "pure" && context.effect !== "read")
    findings.push({ principle: "rate", score: 0.8, reason: `It is done to ${longest} things at once.` });
  return findings;
}

function hostsOf(text: string): string[] {
  return [...text.matchAll(/\b(?:https?|wss?|ftp):\/\/(?:[^\s/@"]{1,100}@)?([a-z0-9.-]{1,253})/gi)].map(([, host = ""]) =>
    host.toLowerCase().replace(/\.$/, ""),
  );
}

function longestList(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return Math.max(Array.isArray(value) ? value.length : 0, ...Object.values(value).map(longestList));
}
