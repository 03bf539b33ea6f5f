import { useQuery } from "@tanstack/react-query";
import { Ban, CircleCheck, CircleX, Download, FileQuestion, Hourglass, Link2 } from "lucide-react";
import { useMemo, useState } from "react";
import { useLocation, useParams } from "react-router";
import { toast } from "sonner";
import type { z } from "zod";
import { readSubmission, readSubmissionFile, type SubmissionOutput } from "#server/contract/forms.ts";
import { ApiProblem, errorText, hasCode } from "../api/api-problem.ts";
import { call, isTransient, routeUrl } from "../api/client.ts";
import { EntryCard } from "../entry/entry-card.tsx";
import { TextLink } from "../entry/text-link.tsx";
import { FileSource } from "../files/file-source.ts";
import { fetchFile } from "../files/stored-files.ts";
import { Elapsed } from "../runs/elapsed.tsx";
import { WholeValue } from "../runs/stored-value-view.tsx";
import { signInAddress } from "../session/where-to.ts";
import { Button } from "../ui/button.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { formatBytes } from "../ui/format-bytes.ts";
import { LoadError } from "../ui/load-error.tsx";
import { Bar } from "../ui/progress-bar.tsx";
import { saveFile } from "../ui/save-file.ts";
import { TimeAgo } from "../ui/time-ago.tsx";
import { Waiting } from "../ui/waiting.tsx";
import { submissionFiles } from "./form-files.ts";

type View = z.output<typeof readSubmission.answer>;

/** A page that stays open looks ever more slowly: after so many looks, every so many milliseconds. */
const PACES = [
  { after: 120, ms: 10_000 },
  { after: 30, ms: 3_000 },
] as const;
const WORKING_MS = 1_000;
const WAITING_MS = 5_000;

/** What came of what somebody submitted, for whoever has its address. */
export function SubmissionPage() {
  const { token = "" } = useParams();
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: [readSubmission.id, token],
    queryFn: ({ signal }) => call(readSubmission, { params: { submission: token }, signal }),
    retry: (failures, problem) => failures < 2 && isTransient(problem),
    refetchInterval: ({ state }) => nextLook(state.data, state.dataUpdateCount),
  });
  if (data) return <Submission token={token} view={data} />;
  if (!error) return <Waiting />;
  if (hasCode(error, "unauthenticated"))
    return (
      <EmptyState
        icon={<FileQuestion size={18} aria-hidden />}
        title="Sign in to see this"
        text="The form it was sent by is for the members of its workspace."
        actions={<TextLink to={signInAddress(`/submissions/${token}`)}>Sign in</TextLink>}
      />
    );
  if (error instanceof ApiProblem && !isTransient(error))
    return <EmptyState icon={<FileQuestion size={18} aria-hidden />} title="There is nothing to see here" text={errorText(error)} />;
  return <LoadError title="The result could not be loaded" text={errorText(error)} busy={isFetching} onRetry={() => void refetch()} />;
}

function nextLook(view: View | undefined, looks: number): number | false {
  const pace = PACES.find(({ after }) => looks >= after)?.ms ?? WORKING_MS;
  switch (view?.standing.type) {
    case "working":
      return pace;
    case "waiting":
      return Math.max(WAITING_MS, pace);
    default:
      return false;
  }
}

function Submission({ token, view }: { token: string; view: View }) {
  const { type } = view.standing;
  const files = useMemo(() => submissionFiles(token), [token]);
  return (
    <EntryCard wide title={view.title} text={<Facts view={view} />} foot={<Foot token={token} view={view} />}>
      <div data-standing={type} className="flex flex-col gap-4">
        <Standing view={view} />
        {view.standing.type === "done" && (
          <FileSource value={files}>
            {view.standing.outputs.map((output) => (
              <Output key={output.name} token={token} output={output} />
            ))}
          </FileSource>
        )}
      </div>
    </EntryCard>
  );
}

function Facts({ view: { createdAt, finishedAt, standing } }: { view: View }) {
  const isLive = standing.type === "working" || standing.type === "waiting";
  return (
    <p>
      Sent <TimeAgo time={createdAt} /> · <Elapsed startedAt={createdAt} finishedAt={finishedAt} live={isLive} />
    </p>
  );
}

function sentence({ standing, workspace, id }: View): string {
  switch (standing.type) {
    case "working":
      return "This is being worked on.";
    case "waiting":
      return `Waiting for a person of ${workspace}. You need not stay: this page's address shows what comes of it.`;
    case "done":
      return standing.outputs.length === 0 ? "Done. There is nothing to show for it." : "Done.";
    case "failed":
      return standing.stopped
        ? `Somebody of ${workspace} stopped this. Ask them about ${id}, or send it again.`
        : `This did not work out. Send it again; if it fails once more, tell the people of ${workspace} about ${id}.`;
  }
}

const ICONS = {
  working: <Hourglass size={16} className="text-running" aria-hidden />,
  waiting: <Hourglass size={16} className="text-waiting" aria-hidden />,
  done: <CircleCheck size={16} className="text-succeeded" aria-hidden />,
  failed: <CircleX size={16} className="text-failed" aria-hidden />,
  stopped: <Ban size={16} className="text-skipped" aria-hidden />,
};

function Standing({ view }: { view: View }) {
  const { standing } = view;
  return (
    <div className="flex flex-col gap-2">
      <p role="status" className="flex items-start gap-2 text-sm">
        <span className="mt-0.5 shrink-0">{ICONS[standing.type === "failed" && standing.stopped ? "stopped" : standing.type]}</span>
        <span className="wrap-anywhere">{sentence(view)}</span>
      </p>
      {standing.type === "working" && (
        <Bar label="How far it is" done={standing.done} total={standing.total === 0 ? undefined : standing.total} colour="running" />
      )}
    </div>
  );
}

function Foot({ token, view }: { token: string; view: View }) {
  const { state } = useLocation();
  const form = typeof state === "object" && state !== null && "form" in state && typeof state.form === "string" ? state.form : undefined;
  const isOver = view.standing.type === "done" || view.standing.type === "failed";
  return (
    <div className="flex flex-col items-center gap-2">
      <p className="flex items-center gap-1.5">
        <Link2 size={14} aria-hidden /> Keep this page's address to come back to it.
        <CopyButton label="Copy the address" text={() => `${location.origin}/submissions/${token}`} />
      </p>
      {form !== undefined && isOver && <TextLink to={`/forms/${form}`}>Fill in the form again</TextLink>}
    </div>
  );
}

function Output({ token, output }: { token: string; output: SubmissionOutput }) {
  const [isBusy, setBusy] = useState(false);
  if ("value" in output) return <WholeValue name={output.name} value={output.value} />;
  const { name, hash, bytes } = output;
  const download = async () => {
    setBusy(true);
    try {
      const url = routeUrl(readSubmissionFile.path, { submission: token, hash });
      saveFile(await fetchFile(url, { signal: AbortSignal.timeout(600_000), mediaType: "application/json" }), `${name}.json`);
    } catch (error) {
      toast.error("It was not downloaded", { description: errorText(error) });
    }
    setBusy(false);
  };
  return (
    <Button icon={<Download size={14} aria-hidden />} busy={isBusy} onClick={() => void download()}>
      Download {name} ({formatBytes(bytes)})
    </Button>
  );
}
