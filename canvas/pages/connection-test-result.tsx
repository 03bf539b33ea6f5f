import { CircleCheck, CircleX } from "lucide-react";
import type { z } from "zod";
import type { testConnection } from "#server/contract/connections.ts";
import { errorText } from "../api/api-problem.ts";
import { formatDuration } from "../ui/time-ago.tsx";

import { ComfyProbe } from "./comfyui-connection-info.tsx";

type TestResult = z.output<typeof testConnection.answer>;

/** What answered a test, or why nothing did and what to do. */
export function ConnectionTestResult({ result, error }: { result: TestResult | undefined; error: unknown }) {
  if (error) return <Failed title="The test could not be made" text={errorText(error)} />;
  if (!result) return null;
  if (!result.ok) {
    return (
      <Failed title={result.error?.message ?? "It did not answer."} text={`${result.error?.advice ?? ""} (${formatDuration(result.durationMs)})`.trim()} />
    );
  }
  return (
    <div role="status">
      <p className="flex gap-2 text-sm">
        <CircleCheck size={16} className="mt-0.5 shrink-0 text-succeeded" aria-hidden />
        <span>
          {result.server ? (
            <>
              <span className="font-medium">{result.server.name}</span> {result.server.version}
            </>
          ) : (
            "It"
          )}{" "}
          answered in {formatDuration(result.durationMs)}
          {contentsOf(result)}.
        </span>
      </p>
      {result.comfyui && <ComfyProbe probe={result.comfyui} />}
    </div>
  );
}

/** What it has; nothing where it does not say. */
function contentsOf({ tools, models }: TestResult): string {
  if (models !== undefined) return ` with ${counted(models, "model")}`;
  return tools === undefined ? "" : ` with ${counted(tools, "tool")}`;
}

function counted(count: number, thing: string): string {
  return count === 1 ? `one ${thing}` : `${count} ${thing}s`;
}

function Failed({ title, text }: { title: string; text: string }) {
  return (
    <div role="alert" className="flex gap-2 text-sm">
      <CircleX size={16} className="mt-0.5 shrink-0 text-failed" aria-hidden />
      <div className="min-w-0">
        <p className="wrap-anywhere whitespace-pre-wrap font-medium">{title}</p>
        <p className="wrap-anywhere text-ink-muted text-xs">{text}</p>
      </div>
    </div>
  );
}
