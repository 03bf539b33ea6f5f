/** How a connection is doing. */
export interface ConnectionStatus {
  state: "green" | "yellow" | "red" | "unknown";
  /** A sentence for people, with what to do when it is not green. */
  detail: string;
  /** When a start or a test last told; null before the first. */
  checkedAt: Date | null;
}

export interface StatusFacts {
  phase: "stopped" | "opening" | "live";
  checkedAt: Date | null;
  /** Crashes in the last 5 minutes. */
  crashes: number;
  quarantineMs: number;
  /** Why the last start failed, or the last client ended; undefined when it works. */
  problem: { message: string; advice: string; isRefused?: boolean } | undefined;
  tools: number;
}

export function describeStatus(facts: StatusFacts): ConnectionStatus {
  const { phase, checkedAt, crashes, quarantineMs, problem, tools } = facts;
  const said = problem ? `${problem.message} ${problem.advice}` : "";
  if (quarantineMs > 0) {
    const detail = `Stopped for ${Math.ceil(quarantineMs / 60_000)} more minutes after 5 crashes in 5 minutes; a passed test lifts this. ${said}`;
    return { state: "red", detail: detail.trim(), checkedAt };
  }
  if (phase === "opening") return { state: "yellow", detail: crashes > 0 ? `Starting again. ${said}`.trim() : "Starting.", checkedAt };
  if (phase === "live" && problem) return { state: "yellow", detail: said, checkedAt };
  if (phase === "live" && crashes > 0) return { state: "yellow", detail: `Connected, ${tools} tools; crashed ${crashes} × in 5 minutes.`, checkedAt };
  if (phase === "live") return { state: "green", detail: `Connected, ${tools} tools.`, checkedAt };
  if (problem?.isRefused) return { state: "yellow", detail: said, checkedAt };
  if (problem) return { state: "red", detail: said, checkedAt };
  if (checkedAt) return { state: "green", detail: "Works; stopped until it is needed.", checkedAt };
  return { state: "unknown", detail: "Not started yet.", checkedAt };
}
