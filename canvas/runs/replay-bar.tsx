import { Pause, Play, Radio, SkipBack, SkipForward, X } from "lucide-react";
import type { RunEvent } from "#runtime/run/events.ts";
import { Button } from "../ui/button.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { Select } from "../ui/select.tsx";
import { Spinner } from "../ui/spinner.tsx";
import { formatDuration } from "../ui/time-ago.tsx";
import { eventText } from "./event-text.ts";
import type { RunView } from "./run-view.ts";
import { SPEEDS, usePlayer, useReplay } from "./use-replay.ts";

const SPEED_OPTIONS = SPEEDS.map((speed) => ({ value: String(speed), label: `${speed}×` }));

/** Goes about in the log of a run: everything above follows it. */
export function ReplayBar({ view }: { view: RunView }) {
  const replay = useReplay();
  const { isPlaying, speed, setSpeed } = usePlayer();
  const place = view.replay;
  if (!place) return null;
  const { seq, last, isLive, isLoading } = place;
  if (isLoading)
    return (
      <div className="flex h-10 items-center gap-3 border-line border-t px-4 text-ink-muted text-xs">
        {view.earlierProblem === undefined ? <Spinner size={14} label="Reading the log" /> : null}
        <span role="status" className="min-w-0 flex-1 truncate">
          {view.earlierProblem === undefined ? "Reading the log of the run…" : `The log could not be read: ${view.earlierProblem}`}
        </span>
        <IconButton label="End the replay" size="small" side="top" icon={<X size={14} />} onClick={replay.close} />
      </div>
    );
  const text = `Event ${seq} of ${last}`;
  return (
    <fieldset aria-label="Replay" className="flex h-10 min-w-0 items-center gap-1.5 border-line border-t bg-accent-soft px-3 text-xs">
      <IconButton
        label={isPlaying ? "Pause" : "Play"}
        keys="K"
        size="small"
        side="top"
        icon={isPlaying ? <Pause size={14} fill="currentColor" /> : <Play size={14} fill="currentColor" />}
        onClick={replay.togglePlay}
      />
      <IconButton label="One event back" keys="," size="small" side="top" icon={<SkipBack size={13} />} disabled={seq <= 0} onClick={() => replay.step(-1)} />
      <IconButton
        label="One event on"
        keys="."
        size="small"
        side="top"
        icon={<SkipForward size={13} />}
        disabled={seq >= last}
        onClick={() => replay.step(1)}
      />
      <input
        type="range"
        aria-label="Place in the run"
        aria-valuetext={`${text}, ${eventText(view.events[seq - 1], view.state?.plan)}`}
        min={0}
        max={last}
        value={seq}
        onChange={(event) => replay.seek(Number(event.target.value))}
        className="h-1 min-w-24 flex-1 cursor-pointer rounded-full accent-(--accent-fill) outline-offset-6"
      />
      <span className="w-40 truncate text-right text-ink-muted tabular-nums max-lg:w-24" title={text}>
        {seq.toLocaleString("en")} / {last.toLocaleString("en")}
        <span className="max-lg:hidden"> · {sinceBegin(view.events, place.at)}</span>
      </span>
      <span className="@max-3xl:hidden w-56 truncate text-ink-muted">{eventText(view.events[seq - 1], view.state?.plan)}</span>
      <div className="w-17 shrink-0">
        <Select label="Speed" value={String(speed)} options={SPEED_OPTIONS} onChange={(value) => setSpeed(Number(value) as typeof speed)} className="h-7!" />
      </div>
      {isLive ? (
        <Button size="small" icon={<Radio size={13} aria-hidden />} onClick={replay.close}>
          Live
        </Button>
      ) : (
        <IconButton label="End the replay" keys="Shift+R" size="small" side="top" icon={<X size={14} />} onClick={replay.close} />
      )}
    </fieldset>
  );
}

function sinceBegin([first]: readonly RunEvent[], at: string | undefined): string {
  return first && at ? formatDuration(Date.parse(at) - Date.parse(first.at)) : "0 ms";
}
