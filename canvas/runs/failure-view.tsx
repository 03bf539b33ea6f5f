import { CircleAlert } from "lucide-react";
import type { Failure } from "#runtime/run/failure.ts";
import { classes } from "../ui/classes.ts";
import { JsonView } from "../ui/json-view.tsx";
import { ScrollBox } from "../ui/scroll-box.tsx";
import { failureAdvice } from "./failure-advice.ts";

/** What went wrong, the details, and what can be done. `isOpen`: how it ended is not known yet, and the advice is a question asked elsewhere. */
export function FailureView({ failure, isOpen = false }: { failure: Failure; isOpen?: boolean }) {
  const { title, advice } = failureAdvice(failure);
  const hasDetails = failure.details && Object.keys(failure.details).length > 0;
  return (
    <div role="alert" className={classes("flex flex-col gap-2 rounded-md px-3 py-2.5", isOpen ? "bg-warning-soft" : "bg-danger-soft")}>
      <div className={classes("flex items-center gap-2 font-medium text-xs", isOpen ? "text-warning" : "text-danger")}>
        <CircleAlert size={14} className="shrink-0" aria-hidden />
        {title}
        <code className="ml-auto font-normal text-2xs">{failure.code}</code>
      </div>
      <p className="wrap-anywhere whitespace-pre-wrap text-sm">{failure.message}</p>
      {!isOpen && <p className="text-ink-muted text-xs">{advice}</p>}
      {hasDetails && (
        <details className="text-xs">
          <summary className="text-ink-muted hover:text-ink">Details</summary>
          <ScrollBox label="Details" className="mt-1.5 max-h-60 overflow-auto">
            <JsonView value={failure.details} open={1} />
          </ScrollBox>
        </details>
      )}
    </div>
  );
}
