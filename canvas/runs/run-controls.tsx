import { CircleStop, Pause, Play, Skull } from "lucide-react";
import { type ReactNode, useCallback, useMemo, useState } from "react";
import { toast } from "sonner";
import { errorText } from "../api/api-problem.ts";
import type { Command } from "../commands/command.ts";
import { useProvideCommands } from "../commands/command-store.ts";
import { useWhyNotByRole } from "../session/use-may.ts";
import { Button } from "../ui/button.tsx";
import { NotAllowed } from "../ui/not-allowed.tsx";
import { KillDialog } from "./kill-dialog.tsx";
import { useRunActions } from "./run-view.ts";

/** What can be done with a run that goes on. */
export function RunControls({ isHeld }: { isHeld: boolean }) {
  const actions = useRunActions();
  const [isKilling, setKilling] = useState(false);
  const [busy, setBusy] = useState(false);
  const whyNot = useWhyNotByRole("run.control");
  const act = useCallback(async (work: () => Promise<void>, failed: string) => {
    setBusy(true);
    try {
      await work();
    } catch (error) {
      toast.error(failed, { description: errorText(error) });
    }
    setBusy(false);
  }, []);
  useProvideCommands(
    useMemo<Command[]>(() => {
      const offered = { group: "Run", blocked: () => whyNot } as const;
      const goOn: Command = { ...offered, id: "resume-run", title: "Resume the run", run: () => void act(actions.resume, "The run could not go on") };
      const hold: Command = {
        ...offered,
        id: "hold-run",
        title: "Hold the run",
        keywords: ["pause"],
        run: () => void act(actions.hold, "The run could not be held"),
      };
      return [isHeld ? goOn : hold, { ...offered, id: "kill-run", title: "Kill the run…", keywords: ["abort", "end"], run: () => setKilling(true) }];
    }, [act, actions, isHeld, whyNot]),
  );
  return (
    <>
      {isHeld ? (
        <Control label="Resume" icon={<Play size={13} />} disabled={busy} onClick={() => void act(actions.resume, "The run could not go on")} />
      ) : (
        <Control label="Hold" icon={<Pause size={13} />} disabled={busy} onClick={() => void act(actions.hold, "The run could not be held")} />
      )}
      <Control label="Cancel" icon={<CircleStop size={13} />} disabled={busy} onClick={() => void act(actions.cancel, "The run could not be cancelled")} />
      <Control label="Kill…" icon={<Skull size={13} />} disabled={busy} onClick={() => setKilling(true)} />
      {isKilling && <KillDialog onClose={() => setKilling(false)} onKill={(why) => act(() => actions.kill(why), "The run could not be killed")} />}
    </>
  );
}

/** Where there is little room, the icon stands for the word. */
function Control({ label, icon, disabled, onClick }: { label: string; icon: ReactNode; disabled: boolean; onClick(): void }) {
  const whyNot = useWhyNotByRole("run.control");
  return (
    <NotAllowed reason={whyNot} side="top">
      <Button size="small" look="quiet" aria-label={label} title={label} icon={icon} disabled={disabled || whyNot !== undefined} onClick={onClick}>
        <span className="@max-3xl:hidden">{label}</span>
      </Button>
    </NotAllowed>
  );
}
