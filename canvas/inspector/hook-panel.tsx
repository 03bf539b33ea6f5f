import { Ear, KeyRound, RefreshCw, Square } from "lucide-react";
import { type ReactNode, useState } from "react";
import { toast } from "sonner";
import type { GraphNode } from "#runtime/graph/schema.ts";
import { type Hook, listenToHook, listHooks, revealHookSecret, rotateHook, stopListening } from "#server/contract/hooks.ts";
import { readRun } from "#server/contract/runs.ts";
import { errorText, hasCode } from "../api/api-problem.ts";
import { useApi, useChange } from "../api/queries.ts";
import { useEditor } from "../document/editor-context.ts";
import { MayButton } from "../session/may-button.tsx";
import { useMay, useWhyNotByRole } from "../session/use-may.ts";
import { Address } from "../ui/address.tsx";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { JsonView } from "../ui/json-view.tsx";
import { LoadError } from "../ui/load-error.tsx";
import { PersonNotice } from "../ui/person-notice.tsx";
import { ScrollBox } from "../ui/scroll-box.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { TimeAgo } from "../ui/time-ago.tsx";
import { useNow } from "../ui/use-now.ts";

/** How often it is asked for while something is waited for, and else. */
const SOON_MS = 1_000;
const SELDOM_MS = 10_000;

type OfNode = { params: { id: ReturnType<typeof useEditor>["graphId"]; node: GraphNode["id"] } };

/** The addresses of a node that is called from outside: of the published graph, and of the draft for a test. */
export function HookPanel({ node }: { node: GraphNode }) {
  const { graphId, document } = useEditor();
  const [isWaiting, setWaiting] = useState(true);
  const mayRead = useMay("hook.manage");
  const whyNot = useWhyNotByRole("hook.manage");
  const enabled = document !== undefined && mayRead;
  const hooks = useApi(listHooks, { params: { id: graphId } }, { enabled, every: isWaiting ? SOON_MS : SELDOM_MS });
  const hook = hooks.data?.items.find((each) => each.node === node.id);
  const shouldWait = hook === undefined || hook.listeningUntil !== null;
  if (shouldWait !== isWaiting) setWaiting(shouldWait);
  if (!document) return null;
  const of: OfNode = { params: { id: graphId, node: node.id } };
  return (
    <section aria-label="Addresses" className="flex flex-col gap-4 rounded-lg border border-line bg-raised p-3">
      {whyNot !== undefined ? (
        <p className="text-ink-muted text-xs">Only editors of the workspace see the addresses. {whyNot}</p>
      ) : hook ? (
        <>
          <LiveAddress hook={hook} />
          <TestAddress hook={hook} of={of} />
          {hook.lastCall && <LastCall call={hook.lastCall} />}
          <Secrets hook={hook} of={of} />
        </>
      ) : hooks.error ? (
        <LoadError title="The addresses could not be loaded" text={errorText(hooks.error)} onRetry={() => void hooks.refetch()} />
      ) : (
        <Skeleton className="h-16" />
      )}
    </section>
  );
}

function LiveAddress({ hook }: { hook: Hook }) {
  return (
    <Part title="Address" aside={<Badge tone={hook.published ? "accent" : "neutral"}>{hook.published ? "live" : "not published"}</Badge>}>
      <Address text={hook.url} label="Copy the address" />
      <p className="text-ink-faint text-xs">
        {hook.published
          ? "Runs the published revision, whatever the draft says. Whoever has the address can call it."
          : "Calls are answered 404 until a revision with this node is published: choose Publish above the board."}
      </p>
    </Part>
  );
}

function TestAddress({ hook, of }: { hook: Hook; of: OfNode }) {
  const listen = useChange(listenToHook, { stale: [listHooks] });
  const stop = useChange(stopListening, { stale: [listHooks] });
  const failed = (error: unknown) => toast.error("That did not work", { description: errorText(error) });
  if (hook.listeningUntil === null) {
    return (
      <MayButton action="hook.manage" icon={<Ear size={14} aria-hidden />} busy={listen.isPending} onClick={() => listen.mutate(of, { onError: failed })}>
        Listen for a test call
      </MayButton>
    );
  }
  const method = hook.methods[0] ?? "POST";
  const body = method === "GET" || method === "HEAD" ? "" : ` -H 'content-type: application/json' -d '{"hello":"world"}'`;
  const command = `curl -X ${method} '${hook.testUrl}'${body}`;
  return (
    <Part title="Test address" aside={<Countdown until={hook.listeningUntil} />}>
      <Address text={hook.testUrl} label="Copy the test address" />
      <Address text={command} label="Copy the command" />
      <p className="text-ink-faint text-xs">The next call of it runs the draft, once, here on the board.</p>
      <MayButton
        action="hook.manage"
        icon={<Square size={11} fill="currentColor" aria-hidden />}
        busy={stop.isPending}
        onClick={() => stop.mutate(of, { onError: failed })}
      >
        Stop listening
      </MayButton>
    </Part>
  );
}

function Countdown({ until }: { until: string }) {
  const now = useNow(true, SOON_MS);
  const seconds = Math.max(0, Math.ceil((Date.parse(until) - now) / 1_000));
  return (
    <span role="status" className="flex items-center gap-1.5 text-running text-xs tabular-nums">
      <Ear size={12} aria-hidden /> Listening · {Math.floor(seconds / 60)}:{String(seconds % 60).padStart(2, "0")}
    </span>
  );
}

/** What came last, and the request as the run got it. */
function LastCall({ call }: { call: NonNullable<Hook["lastCall"]> }) {
  const [isOpen, setOpen] = useState(false);
  const shown = isOpen || call.test;
  const run = useApi(readRun, { params: { id: call.run ?? "" } }, { enabled: shown && call.run !== undefined });
  return (
    <Part title={call.test ? "Last test call" : "Last call"} aside={<TimeAgo time={call.at} />}>
      <p className="text-ink-muted text-xs">
        {call.method} answered {call.status}
      </p>
      {call.run && !shown && (
        <Button size="small" look="quiet" className="self-start" onClick={() => setOpen(true)}>
          Show the request
        </Button>
      )}
      {shown && run.data && (
        <ScrollBox label="The request" className="max-h-60 overflow-auto rounded-md border border-line bg-surface p-1.5">
          <JsonView value={run.data.input} open={1} />
        </ScrollBox>
      )}
    </Part>
  );
}

function Secrets({ hook, of }: { hook: Hook; of: OfNode }) {
  const [isReplacing, setReplacing] = useState(false);
  const reveal = useChange(revealHookSecret);
  const rotate = useChange(rotateHook, { stale: [listHooks] });
  const replace = () =>
    rotate.mutate(of, {
      onSuccess: () => {
        reveal.reset();
        toast.success("The address was replaced");
      },
      onError: (error) => toast.error("The address was not replaced", { description: errorText(error) }),
      onSettled: () => setReplacing(false),
    });
  return (
    <div className="flex flex-col gap-2">
      {reveal.data && <Address text={reveal.data.secret} label="Copy the signing secret" />}
      {reveal.error &&
        (hasCode(reveal.error, "person-required") ? (
          <PersonNotice what="Only a person is shown the signing secret." />
        ) : (
          <p className="text-danger text-xs">{errorText(reveal.error)}</p>
        ))}
      <div className="flex flex-wrap gap-1">
        {hook.signed && !reveal.data && (
          <MayButton
            action="hook.reveal"
            size="small"
            look="quiet"
            icon={<KeyRound size={13} aria-hidden />}
            busy={reveal.isPending}
            onClick={() => reveal.mutate(of)}
          >
            Show the signing secret
          </MayButton>
        )}
        {reveal.data && (
          <Button size="small" look="quiet" onClick={() => reveal.reset()}>
            Hide the signing secret
          </Button>
        )}
        <Button size="small" look="quiet" icon={<RefreshCw size={13} aria-hidden />} onClick={() => setReplacing(true)}>
          Replace the address…
        </Button>
      </div>
      <ConfirmDialog
        open={isReplacing}
        title="Replace the address?"
        text="The present address and its signing secret stop working at once. Everybody who calls it needs the new ones."
        confirm="Replace"
        busy={rotate.isPending}
        onConfirm={replace}
        onClose={() => setReplacing(false)}
      />
    </div>
  );
}

function Part({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <div className="flex flex-col gap-1.5">
      <div className="flex items-center justify-between gap-2">
        <h3 className="font-medium text-ink-muted text-xs">{title}</h3>
        <span className="text-ink-faint text-xs">{aside}</span>
      </div>
      {children}
    </div>
  );
}
