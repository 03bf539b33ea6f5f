import { CircleAlert } from "lucide-react";
import type { Failure } from "#runtime/run/failure.ts";
import { JsonView } from "../ui/json-view.tsx";
import { failureAdvice } from "./failure-advice.ts";

/** What went wrong, the details, and what can be done. */
export function FailureView({ failure }: { failure: Failure }) {
  const { title, advice } = failureAdvice(failure);
  const hasDetails = failure.details && Object.keys(failure.details).length > 0;
  return (
    <div role="alert" className="flex flex-col gap-2 rounded-md bg-danger-soft px-3 py-2.5">
      <div className="flex items-center gap-2 font-medium text-danger text-xs">
        <CircleAlert size={14} className="shrink-0" aria-hidden />
        {title}
        <code className="ml-auto font-normal text-2xs opacity-80">{failure.code}</code>
      </div>
      <p className="wrap-anywhere whitespace-pre-wrap text-sm">{failure.message}</p>
      <p className="text-ink-muted text-xs">{advice}</p>
      {hasDetails && (
        <details className="text-xs">
          <summary className="text-ink-muted hover:text-ink">Details</summary>
          <div className="mt-1.5 max-h-60 overflow-auto">
            <JsonView value={failure.details} open={1} />
          </div>
        </details>
      )}
    </div>
  );
}
