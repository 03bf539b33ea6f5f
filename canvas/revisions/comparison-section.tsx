import { type ReactNode, useEffect } from "react";
import { announce } from "../ui/announce.ts";
import { LoadError } from "../ui/load-error.tsx";
import { Spinner } from "../ui/spinner.tsx";
import { summaryOf } from "./change-words.ts";
import { ComparisonBar } from "./comparison-bar.tsx";
import { type Comparison, useComparison } from "./use-comparison.ts";
import type { Against } from "./use-history-address.ts";

export interface ComparisonSectionProps {
  number: number;
  against: Against;
  /** What a numbered one is called. */
  what: "revision" | "version";
  children(comparison: Comparison): ReactNode;
}

/** A revision beside the draft, or another one, in every state it can be in; what differs is said aloud. */
export function ComparisonSection({ number, against, what, children }: ComparisonSectionProps) {
  const compared = useComparison(number, against);
  const told = compared.type === "ready" ? `${compared.before.title} and ${compared.after.title}: ${summaryOf(compared.diff)}` : undefined;
  useEffect(() => {
    if (told !== undefined) announce(told);
  }, [told]);
  return (
    <section aria-label={`Comparison of ${what} ${number}`} className="flex min-w-0 flex-1 flex-col">
      <ComparisonBar compared={compared} number={number} />
      {compared.type === "ready" && children(compared)}
      {compared.type === "loading" && <Spinner className="m-auto" size={20} label={`Loading the ${what}`} />}
      {compared.type === "failed" && <LoadError title={`The ${what} could not be loaded`} text={compared.message} onRetry={compared.retry} />}
    </section>
  );
}
